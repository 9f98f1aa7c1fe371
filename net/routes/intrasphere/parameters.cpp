#include "net/routes/intrasphere/parameters.hpp"

#include "net/rows.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <unordered_map>

namespace stoa::intrasphere {

namespace {

// What answers a list when its query has been put right, by what the row is made from.
std::unordered_map<const row_facts*, endpoint::function>& lists() {
  static std::unordered_map<const row_facts*, endpoint::function> all;
  return all;
}

// What answers at an address whose function is its own.
std::unordered_map<std::string_view, endpoint::function>& functions() {
  static std::unordered_map<std::string_view, endpoint::function> all;
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

void cut(const call& c, reply& answer) {
  const auto* text = std::get_if<std::string>(&answer.body);
  if (!text || !text->starts_with('[') || answer.status != 200 ||
      answer.headers.contains("X-Total-Count"))
    return;
  json_limits any;
  any.max_bytes = text->size();
  const auto all = good(json::parse(*text, any));
  const auto count = static_cast<std::int64_t>(all->size());
  const auto rows = number_asked(c, "limit", std::max<std::int64_t>(count, 1), 100);
  const auto first = (number_asked(c, "page", 1, 1'000'000) - 1) * rows;
  std::string out;
  json_writer json{out};
  json.begin_array();
  std::int64_t at = 0;
  for (const auto item : all->items()) {
    if (at >= first && at < first + rows)
      item.write(json);
    ++at;
  }
  json.end_array();
  answer.body = std::move(out);
  answer.headers.add("X-Total-Count", std::to_string(count));
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

task<reply> page_of_list(call_ptr c) {
  auto answer = co_await functions().at(c->row->path)(c);
  if (c->req.parameter("limit") || c->req.parameter("page"))
    cut(*c, answer);
  co_return answer;
}

void forgive_queries(std::vector<endpoint>& rows) {
  for (auto& each : rows)
    if (each.method == verb::get && !each.facts) {
      functions().emplace(each.path, each.run);
      each.run = page_of_list;
    } else if (each.facts && each.facts->table &&
               each.facts->table->act_of(*each.facts) == act::list) {
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
