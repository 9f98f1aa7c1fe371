// How PostgreSQL finds the rows of every statement that the contracts prepare.
#include "schema/json.hpp"
#include "tests/support/big_tables.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/statement_log.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

using namespace stoa;
using namespace stoa::testing;

namespace {

constexpr int rows_in_each_table = 20'000;

/// A table that a statement with these words may read from end to end, and why.
struct allowed {
  std::string_view words;
  std::string_view table;
  std::string_view why;
};
constexpr allowed short_list[] = {
    {"", "establishments", "its policy compares with a setting; there are dozens, not thousands"},
};

bool is_allowed(const std::string& text, std::string_view table) {
  return std::any_of(std::begin(short_list), std::end(short_list), [&](const allowed& each) {
    return each.table == table && text.find(each.words) != std::string::npos;
  });
}

bool is_query(const std::string& text) {
  const auto start = text.find_first_not_of(" \n(");
  static constexpr std::array words{"select", "insert", "update", "delete", "with"};
  return start != std::string::npos && std::any_of(words.begin(), words.end(), [&](auto word) {
           return text.compare(start, std::string_view{word}.size(), word) == 0;
         });
}

/// The tables that a plan reads from end to end.
void whole_tables(const json_value& plan, std::set<std::string>& into) {
  const auto node = plan["Node Type"].as_string().value_or("");
  const bool scans = node == "Seq Scan" || ((node == "Index Scan" || node == "Index Only Scan") &&
                                            !plan.find("Index Cond"));
  if (scans)
    into.emplace(plan["Relation Name"].as_string().value_or("?"));
  for (auto child : plan["Plans"].items())
    whole_tables(child, into);
}

/// The generic plan of a statement, as the application's role has it; nothing for an utility.
outcome<std::set<std::string>> tables_read_whole(pg::session& app, const std::string& text) {
  if (auto made = app.run(fmt::format("prepare explained as {}", text)); !made)
    return std::move(made).error();
  auto count = app.run(
      "select cardinality(parameter_types) from pg_prepared_statements where name = 'explained'",
      {});
  std::string nulls;
  for (int i = 0; count && i < std::stoi(count->text(0, 0)); ++i)
    nulls += i == 0 ? "(null" : ", null";
  auto plan = app.run(
      fmt::format("explain (format json) execute explained{}", nulls.empty() ? "" : nulls + ")"));
  std::set<std::string> out;
  if (plan) {
    const auto read = json::parse(plan->text(0, 0), {.max_depth = 256});
    REQUIRE(read);
    for (auto each : read->root().items())
      whole_tables(each["Plan"], out);
  }
  REQUIRE(app.run("deallocate explained"));
  if (!plan)
    return std::move(plan).error();
  return out;
}

}  // namespace

TEST_CASE("no statement reads a big table from end to end", "[.][plans]") {
  const char* file = std::getenv("STATEMENT_LOG");
  INFO("STATEMENT_LOG names the file that tests_contracts writes when it is set");
  REQUIRE(file);
  const auto texts = read_statement_log(file);
  REQUIRE(texts.size() > 100);
  scratch_database big;
  auto owner = big.owner_session();
  fill_all_tables(owner, rows_in_each_table);
  auto app = big.app_session();
  run(app, "set plan_cache_mode = force_generic_plan");
  run(app, "select set_config('stoa.establishment', 'e1', false)");
  std::size_t explained = 0;
  for (const auto& text : texts) {
    if (!is_query(text))
      continue;
    INFO(text);
    auto read = tables_read_whole(app, text);
    if (!read) {
      CHECK(read.error().cause == "");
      continue;
    }
    ++explained;
    for (const auto& table : *read)
      if (!is_allowed(text, table))
        CHECK(table == "read through an index");
  }
  CHECK(explained > 100);
}
