#include "net/routes/intrasphere/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <unordered_map>

namespace stoa::intrasphere {

namespace {

using list_function = endpoint::function;

// What answers a list when its query has been put right, by what the row is made from.
std::unordered_map<const row_facts*, list_function>& lists() {
  static std::unordered_map<const row_facts*, list_function> all;
  return all;
}

// Digits only; more of them than fit are the most.
std::optional<std::size_t> natural(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  std::size_t out = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
  return end.ec == std::errc{} ? out : std::numeric_limits<std::size_t>::max();
}

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string sensible_query(const call& c, const resource& of) {
  const auto& keys = of.habits().query;
  const auto& limits = of.limits();
  std::vector<query_parameter> kept;
  std::optional<std::size_t> page;
  for (auto& each : c.req.parameters()) {
    auto& [name, value] = each;
    if (name == keys.page) {
      page = natural(value);
      continue;
    }
    if (name == keys.limit) {
      const auto rows = natural(value);
      if (!rows)
        continue;
      value = std::to_string(std::clamp<std::size_t>(*rows, 1, limits.most));
    }
    kept.push_back(each);
    if (!read_query(of.what(), of.habits(), kept, limits))
      kept.pop_back();
  }
  // How deep a page is depends on the limit, wherever that stands.
  const auto rows = good(read_query(of.what(), of.habits(), kept, limits)).limit;
  if (page)
    kept.emplace_back(keys.page,
                      std::to_string(std::clamp<std::size_t>(*page, 1, limits.deepest / rows + 1)));
  std::string out;
  for (const auto& [name, value] : kept)
    out += (out.empty() ? "" : "&") + encoded(name) + "=" + encoded(value);
  return out;
}

}  // namespace

task<reply> forgiving_list(call_ptr c) {
  const auto& facts = *c->row->facts;
  if (!c->req.query.empty())
    c->req.query = sensible_query(*c, *facts.table);
  const auto found = lists().find(&facts);
  const auto run =
      found == lists().end() ? facts.table->row(verb::get, {}, act::list).run : found->second;
  co_return co_await run(c);
}

void forgive_queries(std::vector<endpoint>& rows) {
  for (auto& each : rows)
    if (each.facts && each.facts->table && each.facts->table->act_of(*each.facts) == act::list) {
      lists().emplace(each.facts, each.run);
      each.run = forgiving_list;
    }
}

std::int64_t number_asked(const call& c, std::string_view name, std::int64_t usual,
                          std::int64_t most) {
  const auto number = natural(c.req.parameter(name).value_or(""));
  return number ? static_cast<std::int64_t>(
                      std::clamp<std::size_t>(*number, 1, static_cast<std::size_t>(most)))
                : usual;
}

}  // namespace stoa::intrasphere
