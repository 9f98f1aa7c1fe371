#include "net/forwarded.hpp"

#include "net/head.hpp"
#include "net/header_text.hpp"

#include <algorithm>
#include <vector>

namespace stoa {

namespace {

/// One element of a `Forwarded` list (RFC 7239 §4).
struct forwarded_element {
  std::string client;
  std::string host;
  std::string scheme;
};

// Cuts a token or a quoted string off the front; false when there is neither.
bool take_value(std::string_view& rest, std::string& into) {
  into.clear();
  if (!rest.starts_with('"')) {
    const auto end = std::min(rest.find_first_of(" \t,;\""), rest.size());
    into = rest.substr(0, end);
    rest.remove_prefix(end);
    return end > 0;
  }
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return true;
    }
    if (rest[i] == '\\' && ++i == rest.size())
      return false;
    into += rest[i];
  }
  return false;
}

// Cuts `name=value` off the front and keeps it when the name is one of ours.
bool take_pair(std::string_view& rest, forwarded_element& into) {
  const auto equals = rest.find('=');
  if (equals == std::string_view::npos)
    return false;
  const auto name = rest.substr(0, equals);
  rest.remove_prefix(equals + 1);
  std::string value;
  if (!take_value(rest, value))
    return false;
  if (same_text(name, "for"))
    into.client = std::move(value);
  else if (same_text(name, "host"))
    into.host = std::move(value);
  else if (same_text(name, "proto"))
    into.scheme = std::move(value);
  return true;
}

// Every element of the list; none of a list that is broken somewhere.
std::vector<forwarded_element> read_elements(std::string_view rest) {
  std::vector<forwarded_element> out;
  forwarded_element one;
  for (rest = trimmed(rest); !rest.empty(); rest = trimmed(rest)) {
    if (rest.front() == ',') {
      out.push_back(std::exchange(one, {}));
      rest.remove_prefix(1);
    } else if (rest.front() == ';') {
      rest.remove_prefix(1);
    } else if (!take_pair(rest, one)) {
      return {};
    }
  }
  out.push_back(std::move(one));
  return out;
}

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> out;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    out.push_back(trimmed(list.substr(0, end)));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return out;
}

// The value that the outermost of `proxies` added. Where some add nothing the list is shorter: then
// the first is the one, since a trusted proxy sets what it passes on.
template <class Value>
const Value* of_outermost(const std::vector<Value>& values, std::size_t proxies) {
  return values.empty() ? nullptr : &values[values.size() - std::min(values.size(), proxies)];
}

// `wss` is how some proxies name the scheme of an upgrade.
std::optional<bool> is_safe(std::string_view scheme) {
  if (same_text(scheme, "https") || same_text(scheme, "wss"))
    return true;
  if (same_text(scheme, "http") || same_text(scheme, "ws"))
    return false;
  return std::nullopt;
}

std::string checked_host(std::string_view raw) {
  std::string name;
  return read_host(raw, name) ? std::string{raw} : std::string{};
}

}  // namespace

forwarded_facts read_forwarded(const proxy_list& trusted, std::string_view peer,
                               const header_list& fields) {
  const auto chain = fields.all("X-Forwarded-For");
  const auto hosts = fields.all("X-Forwarded-Host");
  const auto schemes = fields.all("X-Forwarded-Proto");
  forwarded_facts out;
  if (!chain.empty() || !hosts.empty() || !schemes.empty()) {
    const auto way = trusted.walk(peer, split(chain));
    out.client = way.client;
    if (way.proxies == 0)
      return out;
    const auto host_list = split(hosts);
    const auto scheme_list = split(schemes);
    if (const auto* host = of_outermost(host_list, way.proxies))
      out.host = checked_host(*host);
    if (const auto* scheme = of_outermost(scheme_list, way.proxies))
      out.secure = is_safe(*scheme);
    return out;
  }
  const auto elements = read_elements(fields.all("Forwarded"));
  std::vector<std::string_view> clients;
  for (const auto& each : elements)
    clients.push_back(each.client);
  const auto way = trusted.walk(peer, clients);
  out.client = way.client;
  if (const auto* element = of_outermost(elements, way.proxies); element && way.proxies > 0) {
    out.host = checked_host(element->host);
    out.secure = is_safe(element->scheme);
  }
  return out;
}

}  // namespace stoa
