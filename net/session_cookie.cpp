#include "net/session_cookie.hpp"

#include "actors/people/bearer.hpp"
#include "actors/people/tokens.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

namespace stoa {

namespace {

constexpr std::size_t most_read = 16;
constexpr std::size_t most_tried = 4;

std::string cookie_date(std::time_t at) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(at));
}

}  // namespace

std::string_view cookie_name(const site& at) {
  return at.cookie.empty() ? at.speaks->cookie : std::string_view{at.cookie};
}

std::string session_cookie(const site& at, std::string_view token, bool secure,
                           std::chrono::seconds lifetime) {
  // Within one second the date is the same for everyone.
  thread_local std::time_t last = 0;
  thread_local std::string date;
  const auto expiry = token.empty() ? std::time_t{0} : std::time(nullptr) + lifetime.count();
  if (expiry != last || date.empty()) {
    date = cookie_date(expiry);
    last = expiry;
  }
  std::string out;
  out.reserve(160);
  out.append(cookie_name(at)).append("=").append(token);
  out.append("; Path=/; Expires=").append(date).append("; HttpOnly; SameSite=");
  out.append(at.speaks->same_site);
  if (secure)
    out.append("; Secure");
  return out;
}

shown_sessions::shown_sessions(house& home, const site& at, const request& head, asks_for what) {
  if (at.speaks->shows == credential::cookie) {
    for (const auto each : head.cookies(cookie_name(at), most_read)) {
      auto hash = token_hash(each);
      // What no token looks like has no hash.
      if (hash.empty() || hashes_.size() == most_tried)
        continue;
      tokens_.emplace_back(each);
      hashes_.push_back(std::move(hash));
    }
    return;
  }
  std::string token{bearer_token(head.header("Authorization"))};
  if (token.empty() && what == asks_for::socket)
    token = head.parameter("token").value_or("");
  if (const auto claims = home.tokens().read(token, now()))
    if (auto hash = token_hash(claims->session); !hash.empty())
      hashes_.push_back(std::move(hash));
}

session_actor shown_sessions::actor(house& home) const {
  return empty() ? home.guest() : home.session(hashes_[at_]);
}

bool shown_sessions::next() noexcept {
  if (at_ + 1 >= hashes_.size())
    return false;
  ++at_;
  return true;
}

std::string_view shown_sessions::token() const noexcept {
  return at_ < tokens_.size() ? std::string_view{tokens_[at_]} : std::string_view{};
}

}  // namespace stoa
