#include "persistence/pg/conninfo.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <memory>

namespace stoa::pg {
namespace {

using keyword_map = std::map<std::string, std::string, std::less<>>;

struct free_options {
  void operator()(PQconninfoOption* what) const noexcept { PQconninfoFree(what); }
};
using option_list = std::unique_ptr<PQconninfoOption, free_options>;

outcome<keyword_map> parse(const std::string& conninfo) {
  char* text = nullptr;
  option_list parsed{PQconninfoParse(conninfo.c_str(), &text)};
  if (!parsed) {
    std::string why = text != nullptr ? text : "out of memory";
    PQfreemem(text);
    return fail(fault_code::invalid, "the database's connection string cannot be read", why);
  }
  keyword_map out;
  for (auto* option = parsed.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr)
      out[option->keyword] = option->val;
  return out;
}

std::string quote_value(std::string_view value) {
  std::string quoted = "'";
  for (char c : value) {
    if (c == '\'' || c == '\\')
      quoted += '\\';
    quoted += c;
  }
  return quoted += '\'';
}

std::string spell(const keyword_map& keywords) {
  std::string text;
  for (const auto& [name, value] : keywords) {
    if (!text.empty())
      text += ' ';
    text += name + '=' + quote_value(value);
  }
  return text;
}

// `a,,b` has three elements; an empty text has none.
std::vector<std::string> split(const keyword_map& from, std::string_view name) {
  std::vector<std::string> out;
  const auto found = from.find(name);
  if (found == from.end() || found->second.empty())
    return out;
  std::string_view rest = found->second;
  for (auto comma = rest.find(','); comma != std::string_view::npos; comma = rest.find(',')) {
    out.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(comma + 1);
  }
  out.emplace_back(rest);
  return out;
}

// The element for one server: lists may have one for all of them.
std::string element(const std::vector<std::string>& list, std::size_t at) {
  if (list.empty())
    return {};
  return list.size() == 1 ? list.front() : list[at];
}

std::size_t servers_in(const keyword_map& all) {
  return std::max<std::size_t>({split(all, "host").size(), split(all, "hostaddr").size(), 1});
}

// What a connection string does not say itself: see `with_defaults`.
void add_defaults(keyword_map& all) {
  all.emplace("keepalives_idle", "10");
  all.emplace("keepalives_interval", "5");
  all.emplace("keepalives_count", "3");
  all.emplace("tcp_user_timeout", "25000");
  if (servers_in(all) > 1)
    all.emplace("target_session_attrs", "read-write");
}

// A name that begins so is the folder of a socket, or one in the abstract namespace.
bool is_socket(const std::string& host) {
  return !host.empty() && (host.front() == '/' || host.front() == '@');
}

endpoint endpoint_at(const keyword_map& all, const std::string& host, const std::string& address,
                     const std::string& port) {
  auto mine = all;
  const auto set = [&mine](const char* name, const std::string& value) {
    mine.erase(name);
    if (!value.empty())
      mine[name] = value;
  };
  set("host", host);
  set("hostaddr", address);
  set("port", port);
  endpoint out;
  out.conninfo = spell(mine);
  out.port = port.empty() ? "5432" : port;
  if (!host.empty() && address.empty() && !is_socket(host))
    out.name = host;
  const auto& shown = host.empty() ? address : host;
  if (shown.empty())
    out.label = "the default server";
  else
    out.label = is_socket(shown) ? shown : shown + ':' + out.port;
  return out;
}

}  // namespace

outcome<std::string> with_keywords(
    const std::string& conninfo,
    std::initializer_list<std::pair<std::string_view, std::string>> keywords) {
  auto merged = parse(conninfo);
  if (!merged)
    return std::move(merged).error();
  for (const auto& [name, value] : keywords)
    (*merged)[std::string{name}] = value;
  return spell(*merged);
}

outcome<std::optional<std::string>> keyword(const std::string& conninfo, std::string_view name) {
  auto parsed = parse(conninfo);
  if (!parsed)
    return std::move(parsed).error();
  const auto found = parsed->find(name);
  if (found == parsed->end())
    return std::optional<std::string>{};
  return std::optional<std::string>{found->second};
}

outcome<std::string> with_defaults(const std::string& conninfo) {
  auto parsed = parse(conninfo);
  if (!parsed)
    return std::move(parsed).error();
  add_defaults(*parsed);
  return spell(*parsed);
}

outcome<std::vector<endpoint>> endpoints_of(const std::string& conninfo) {
  auto parsed = parse(conninfo);
  if (!parsed)
    return std::move(parsed).error();
  const auto hosts = split(*parsed, "host");
  const auto addresses = split(*parsed, "hostaddr");
  const auto ports = split(*parsed, "port");
  const auto count = servers_in(*parsed);
  const auto fits = [count](const auto& list) { return list.size() <= 1 || list.size() == count; };
  if (!fits(ports) || (!hosts.empty() && hosts.size() != count) ||
      (!addresses.empty() && addresses.size() != count))
    return fail(
        fault_code::invalid,
        "the database's connection string needs as many hosts, addresses and ports as there "
        "are servers, or one port for all");
  add_defaults(*parsed);
  std::vector<endpoint> out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(
        endpoint_at(*parsed, element(hosts, i), element(addresses, i), element(ports, i)));
  return out;
}

outcome<std::string> at_address(const endpoint& server, const std::string& address) {
  return with_keywords(server.conninfo, {{"hostaddr", address}});
}

}  // namespace stoa::pg
