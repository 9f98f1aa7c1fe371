#include "net/origin.hpp"

#include "net/head.hpp"
#include "schema/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stoa {

namespace {

constexpr std::string_view safe_scheme = "https://";
constexpr std::string_view plain_scheme = "http://";

// "https://host/path" → "https://host": the origin of the page that a request came from. What is no
// address stays as it is, and equals no origin.
std::string_view referring_origin(std::string_view page) {
  const auto scheme = page.find("://");
  if (scheme == std::string_view::npos)
    return page;
  return page.substr(0, page.find_first_of("/?#", scheme + 3));
}

// What a browser says of a request's way here; other clients say nothing.
bool came_from_here(const request& head) {
  const auto way = head.header("Sec-Fetch-Site");
  return way.empty() || way == "same-origin" || way == "none";
}

std::string_view host_of(std::string_view origin) {
  return origin.substr(std::min(origin.find("://") + 3, origin.size()));
}

}  // namespace

std::optional<std::string> origin_of(std::string_view address) {
  const bool safe = address.size() > safe_scheme.size() &&
                    same_text(address.substr(0, safe_scheme.size()), safe_scheme);
  const bool plain = address.size() > plain_scheme.size() &&
                     same_text(address.substr(0, plain_scheme.size()), plain_scheme);
  if (!safe && !plain)
    return std::nullopt;
  const auto scheme = safe ? safe_scheme : plain_scheme;
  auto authority = address.substr(scheme.size());
  authority = authority.substr(0, authority.find_first_of("/?#"));
  std::string host;
  if (!read_host(authority, host))
    return std::nullopt;
  auto port = authority.substr(host.size());
  if (port == ":" || port == (safe ? ":443" : ":80"))
    port = {};
  return fmt::format("{}{}{}", scheme, host, port);
}

std::string_view page_origin(const request& head) {
  const auto origin = head.header("Origin");
  return origin.empty() ? referring_origin(head.header("Referer")) : origin;
}

origin_rules::origin_rules(std::string_view public_url, std::vector<std::string> allowed)
    : public_(origin_of(public_url)), allowed_(std::move(allowed)) {
  for (auto& each : allowed_)
    each = origin_of(each).value_or(each);
}

bool origin_rules::is_listed(std::string_view origin) const {
  return std::find(allowed_.begin(), allowed_.end(), origin) != allowed_.end();
}

// A page of this very host may always ask, also where TLS ends before us and the request does not
// say so; other origins are compared whole (RFC 6454).
bool origin_rules::allows(const request& head) const {
  if (head.header("Origin").empty() && !came_from_here(head))
    return false;
  const auto origin = page_origin(head);
  if (origin.empty())
    return true;
  if (is_listed(origin) || (public_ && origin == *public_))
    return true;
  for (const std::string_view host :
       {std::string_view{head.authority}, std::string_view{head.forwarded_host}}) {
    if (host.empty())
      continue;
    if (origin == origin_of(fmt::format("{}{}", safe_scheme, host)) ||
        (!head.secure && origin == origin_of(fmt::format("{}{}", plain_scheme, host))))
      return true;
  }
  return false;
}

void origin_rules::settle_scheme(request& what) const {
  if (!what.scheme_unsaid || !public_ || !public_->starts_with(safe_scheme))
    return;
  const auto host = host_of(*public_);
  for (const std::string_view each :
       {std::string_view{what.authority}, std::string_view{what.forwarded_host}})
    if (const auto origin = origin_of(fmt::format("{}{}", safe_scheme, each));
        origin && host_of(*origin) == host)
      what.secure = true;
}

std::string origin_rules::advice(const request& head) const {
  const auto origin = page_origin(head);
  const auto shown = excerpt(origin, 200);
  const auto name = origin_of(origin);
  // Only a request without `Origin` is refused for what a browser says of its way.
  if (origin.empty() || !name)
    return fmt::format("a page of another origin ({}) was refused",
                       origin.empty() ? excerpt(head.header("Sec-Fetch-Site")) : shown);
  const auto claimed = head.headers.all("X-Forwarded-Host");
  auto out =
      fmt::format("a page of {} was refused: this server takes itself for {}{}.", shown,
                  excerpt(head.forwarded_host.empty() ? head.authority : head.forwarded_host),
                  public_ ? " and " + *public_ : std::string{});
  if (!claimed.empty() && head.forwarded_host.empty())
    out += fmt::format(
        " If {} is a proxy of yours, name it in trusted_proxies, so that its"
        " X-Forwarded-Host ({}) counts.",
        head.peer, excerpt(claimed));
  if (!public_ || host_of(*name) != host_of(*public_))
    out += fmt::format(
        " If people reach this server there, set public_url = {}; if it is another"
        " site whose pages may act for people here, add it to allowed_origins.",
        shown);
  else
    out += fmt::format(
        " public_url has another scheme: set it to {} if that is how people reach"
        " this server.",
        shown);
  return out;
}

bool reported_origins::is_due(std::string_view origin, std::chrono::steady_clock::time_point now) {
  constexpr std::size_t most = 64;
  constexpr auto pause = std::chrono::minutes{10};
  std::lock_guard hold{guard_};
  if (const auto found = at_.find(origin); found != at_.end()) {
    if (now - found->second < pause)
      return false;
    found->second = now;
    return true;
  }
  if (at_.size() >= most)
    std::erase_if(at_, [&](const auto& each) { return now - each.second >= pause; });
  if (at_.size() >= most)
    return false;
  at_.emplace(origin.substr(0, 512), now);
  return true;
}

}  // namespace stoa
