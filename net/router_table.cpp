#include "net/router_table.hpp"

#include "net/router.hpp"
#include "net/routes/editions.hpp"
#include "schema/people.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

namespace stoa {

namespace {

std::string rate_of(const endpoint& row) {
  return row.limit.count == 0 ? std::string{}
                              : fmt::format("  {}/{}s", row.limit.count, row.limit.window.count());
}

std::string facts_line(const endpoint& row) {
  return row.facts ? fmt::format("  = {}", row.facts->does) : std::string{};
}

}  // namespace

std::string operation_id(const endpoint& row) {
  std::string out{name_of(row.method)};
  for (auto& c : out)
    c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  bool begins = false;
  for (const char c : row.path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter)
      out += begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    begins = !letter;
  }
  return out;
}

outcome<std::string> route_table(const edition& of) {
  router all{of.any_case ? router::letters::any_case : router::letters::exact};
  std::vector<const socket_endpoint*> sockets;
  for (const auto rows : {of.routes, shared_routes()})
    if (auto added = all.add(rows); !added)
      return added.error();
  for (const auto rows : {of.sockets, shared_sockets()}) {
    if (auto added = all.add(rows); !added)
      return added.error();
    for (const auto& each : rows)
      sockets.push_back(&each);
  }
  auto rows = all.rows();
  std::sort(rows.begin(), rows.end(), [](const endpoint* a, const endpoint* b) {
    return std::tie(a->path, a->method) < std::tie(b->path, b->method);
  });
  std::sort(sockets.begin(), sockets.end(),
            [](const auto* a, const auto* b) { return a->path < b->path; });
  std::string out;
  for (const auto* each : rows)
    out += fmt::format("{:<6}  {:<60}  {}{}{}\n", name_of(each->method), each->path,
                       name_of(each->who.least), rate_of(*each), facts_line(*each));
  for (const auto* each : sockets)
    out += fmt::format("SOCKET  {:<60}  {}\n", each->path,
                       each->subprotocol.empty() ? "-" : each->subprotocol);
  return out;
}

outcome<std::string> route_tables() {
  std::string out;
  for (const auto* each : editions()) {
    auto table = route_table(*each);
    if (!table)
      return table.error();
    out += fmt::format("{}{}\n{}", out.empty() ? "" : "\n", each->name, *table);
  }
  return out;
}

}  // namespace stoa
