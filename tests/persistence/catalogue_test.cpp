#include "schema/catalogue.hpp"

#include "schema/groups.hpp"
#include "schema/notices.hpp"
#include "schema/people.hpp"
#include "schema/sql.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/rule_probe.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace stoa;
using namespace stoa::testing;

namespace {

pg::answer ask(pg::session& database, const statement_text& what) {
  auto got = database.run(what.sql, what.params);
  if (!got)
    FAIL(what.sql << ": " << got.error().text << ": " << got.error().cause);
  return std::move(*got);
}

template <class T>
std::vector<T> rows_of(const pg::answer& got) {
  std::vector<T> out;
  const auto width = entity_of<T>().fields.size();
  for (std::size_t row = 0; row < got.size(); ++row) {
    std::vector<std::optional<std::string>> texts;
    for (std::size_t column = 0; column < width; ++column)
      texts.push_back(got.cell(row, column));
    const std::vector<std::optional<std::string_view>> cells(texts.begin(), texts.end());
    auto one = read_row<T>(cells);
    if (!one)
      FAIL(one.error().cause);
    out.push_back(std::move(*one));
  }
  return out;
}

scope person(const char* user, role rank, const char* establishment) {
  scope out;
  out.user = user_id{user};
  out.rank = rank;
  out.establishment = establishment_id{establishment};
  return out;
}

const scope platform = person("", role::super_admin, platform_scope);

// Two establishments with two people each.
void settle_two_houses(pg::session& database) {
  for (const auto* home : {"e1", "e2"}) {
    establishment_row row;
    row.id = establishment_id{home};
    row.name = std::string{"House "} + home;
    row.slug = std::string{"house-"} + home;
    row.settings = json_text{R"({"language":"fr"})"};
    ask(database, sql::insert(platform, row));
    for (const auto* user : {"ann", "bob"})
      ask(database,
          {"insert into users (id, establishment_id, email, username, password, role)"
           " values ($1, $2, $3, $4, 'x', 'trainer')",
           {std::string{user} + home, home, std::string{user} + "@" + home + ".org", user}});
  }
}

std::string written(const group_row& row) {
  return to_json(row);
}

}  // namespace

TEST_CASE("every described column exists in a migrated database, with its type", "[db]") {
  scratch_database scratch;
  auto database = scratch.owner_session();
  for (const auto* what : catalogue()) {
    for (const auto& f : what->fields) {
      CAPTURE(what->table, f.name);
      const auto found =
          ask(database, {"select format_type(atttypid, atttypmod), attnotnull, atthasdef or"
                         " attidentity <> '' from pg_attribute where attrelid = $1::regclass"
                         " and attname = $2 and not attisdropped",
                         {what->table, f.name}});
      REQUIRE(found.size() == 1);
      CHECK(found.text(0, 0) == sql_type(f));
      CHECK(found.text(0, 1) == (f.is(trait::nullable) ? "f" : "t"));
      if (f.is(trait::from_database))
        CHECK(found.text(0, 2) == "t");
    }
  }
}

TEST_CASE("rows go in, change and come out as described", "[db]") {
  scratch_database scratch;
  auto database = scratch.owner_session();
  settle_two_houses(database);
  const auto ann = person("anne1", role::learner, "e1");
  ask(database, {"insert into rooms (id, establishment_id, kind, name, created_by)"
                 " values ('g1', 'e1', 'group', 'g', 'anne1')",
                 {}});
  group_row group;
  group.id = group_id{"g1"};
  group.created_by = ann.user;
  group.name = "Gruppe \"Größe\" 😀 'quoted'";
  group.tags = std::vector<std::string>{"", "a,b", "{c}", "\"q\"", "back\\slash", "NULL", " "};
  group.scheduled_date = iso_time{1'754'656'496'789'123};
  group.settings = json_text{R"({"k":[1,2.5,"é",null]})"};
  const auto saved = rows_of<group_row>(ask(database, sql::insert(ann, group)));
  REQUIRE(saved.size() == 1);
  CHECK(saved[0].establishment.value == "e1");
  CHECK(saved[0].name == group.name);
  CHECK(saved[0].tags == group.tags);
  CHECK(saved[0].scheduled_date == group.scheduled_date);
  CHECK(saved[0].created_at.micros > 1'700'000'000'000'000);
  CHECK(json::parse(written(saved[0])));

  const auto doc = json::parse(R"({"name":"new","tags":null,"maxMembers":25})");
  const auto change = read_change<group_row>(doc->root());
  REQUIRE(change);
  const auto changed = rows_of<group_row>(ask(database, sql::change(ann, "g1", *change)));
  REQUIRE(changed.size() == 1);
  CHECK(changed[0].name == "new");
  CHECK_FALSE(changed[0].tags);
  CHECK(changed[0].max_members == 25);
  CHECK(changed[0].scheduled_date == group.scheduled_date);
  CHECK(changed[0].updated_at > saved[0].updated_at);

  const auto bob = person("bobe1", role::learner, "e1");
  const auto elsewhere = person("anne1", role::super_admin, "e2");
  CHECK(rows_of<group_row>(ask(database, sql::find<group_row>(bob, "g1"))).size() == 1);
  CHECK(ask(database, sql::change(bob, "g1", *change)).size() == 0);
  CHECK(ask(database, sql::find<group_row>(elsewhere, "g1")).size() == 0);
  CHECK(ask(database, sql::change(elsewhere, "g1", *change)).size() == 0);
  CHECK(ask(database, sql::remove<group_row>(elsewhere, "g1")).size() == 0);
  CHECK(ask(database, sql::remove<group_row>(bob, "g1")).size() == 0);
  CHECK(ask(database, sql::remove<group_row>(ann, "g1")).size() == 1);
}

TEST_CASE("every statement of every entity is one that PostgreSQL accepts", "[db]") {
  scratch_database scratch;
  auto database = scratch.owner_session();
  settle_two_houses(database);
  const auto describable = [&](const statement_text& what) {
    const auto got = database.run(what.sql, what.params);
    CAPTURE(what.sql);
    if (!got)
      FAIL(got.error().cause);
  };
  for (const auto* what : catalogue()) {
    for (const auto rank : {role::guest, role::learner, role::manager, role::super_admin}) {
      for (const auto* home : {"e1", "", platform_scope}) {
        const auto who = person("anne1", rank, home);
        describable(sql::find(*what, who, "x"));
        describable(sql::remove(*what, who, "x"));
        // A filter of every operator on every field, and every field to sort by, with a cursor.
        for (const auto& f : what->fields) {
          if (f.is(trait::hidden))
            continue;
          std::vector<query_parameter> from;
          const auto value = [&]() -> std::string {
            if (!f.limits.words.empty())
              return std::string{f.limits.words[0]};
            switch (f.kind) {
              case value_kind::boolean:
                return "true";
              case value_kind::moment:
              case value_kind::epoch_ms:
                return "2025-08-08";
              default:
                return "7";
            }
          }();
          if (f.is(trait::filterable))
            for (const auto operation : operators_of(f))
              from.emplace_back(std::string{f.wire.view()} + "[" + std::string{operation} + "]",
                                operation == "null" ? "true" : value);
          if (f.is(trait::sortable))
            from.emplace_back("sort",
                              (rank == role::guest ? "-" : "") + std::string{f.wire.view()});
          auto query = read_query(*what, native_dialect, from);
          REQUIRE(query);
          describable(sql::list(*what, who, *query));
          describable(sql::count(*what, who, *query));
          if (f.is(trait::sortable)) {
            query->after.emplace();
            for (const auto& one : query->sort) {
              const bool null = one.by->is(trait::nullable) && rank == role::manager;
              const bool key = one.by->is(trait::key);
              query->after->push_back(null ? std::nullopt
                                           : std::optional{key ? std::string{"k"} : value});
            }
            describable(sql::list(*what, who, *query));
          }
        }
      }
    }
  }
}

TEST_CASE("pages by cursor visit every row once, with ties and NULLs, in both directions", "[db]") {
  scratch_database scratch;
  auto database = scratch.owner_session();
  settle_two_houses(database);
  const auto boss = person("anne1", role::manager, "e1");
  std::mt19937 random{20250808};
  for (int i = 0; i < 60; ++i) {
    const auto department = random() % 3;
    ask(database,
        {"insert into users (id, establishment_id, email, username, password, first_name,"
         " last_login_at) values ($1, 'e1', $2, 'u', 'x', $3, $4)",
         {"u" + std::to_string(100 + i), "u" + std::to_string(i) + "@x.org",
          department == 0 ? std::nullopt : std::optional{std::string{department == 1 ? "a" : "B"}},
          random() % 2 == 0 ? std::nullopt : std::optional<std::string>{"2025-08-08"}}});
  }
  for (const auto* sort : {"", "id", "-id", "firstName", "-firstName", "-lastLoginAt,firstName",
                           "firstName,-lastLoginAt,email", "createdAt", "-createdAt"}) {
    CAPTURE(sort);
    std::vector<query_parameter> from{{"sort", sort}};
    if (*sort == '\0')
      from.clear();
    auto whole = read_query(user_entity, native_dialect, from);
    REQUIRE(whole);
    whole->limit = 1'000;
    std::vector<std::string> expected;
    for (const auto& row : rows_of<user_row>(ask(database, sql::list<user_row>(boss, *whole))))
      expected.push_back(row.id.value);
    REQUIRE(expected.size() == 62);
    std::vector<std::string> seen;
    from.emplace_back("limit", "7");
    from.emplace_back();
    for (std::optional<std::string> cursor; seen.size() < 100;) {
      auto page_of = from;
      page_of.pop_back();
      if (cursor)
        page_of.emplace_back("cursor", *cursor);
      const auto query = read_query(user_entity, native_dialect, page_of);
      REQUIRE(query);
      auto page =
          cut_page(rows_of<user_row>(ask(database, sql::list<user_row>(boss, *query))), *query);
      for (const auto& row : page.rows)
        seen.push_back(row.id.value);
      cursor = page.next;
      if (!cursor)
        break;
    }
    CHECK(seen == expected);
  }
}

TEST_CASE("PostgreSQL and permits read random rules alike", "[db]") {
  using namespace describe;
  scratch_database scratch;
  auto database = scratch.owner_session();
  std::mt19937 random{7};
  const rule leaves[] = {anyone,
                         signed_in,
                         at_least(role::manager),
                         owner("user_id"),
                         owner("id"),
                         same_home("establishment_id"),
                         holds("is_read", "true"),
                         holds("seq", "1"),
                         holds("read_at", "2025-08-08T00:00:00.000000Z"),
                         nobody};
  const char* users[] = {"", "ann", "bob"};
  const char* homes[] = {"", "e1", platform_scope};
  for (int round = 0; round < 600; ++round) {
    rule who_may = leaves[random() % std::size(leaves)];
    for (auto joins = random() % 5; joins > 0; --joins) {
      const auto& right = leaves[random() % std::size(leaves)];
      who_may = random() % 2 == 0 ? (who_may & right) : (who_may | right);
    }
    notification_row row;
    row.id = notification_id{users[random() % 3]};
    row.user = user_id{users[random() % 3]};
    row.establishment = establishment_id{homes[random() % 3]};
    row.seq = static_cast<std::int64_t>(random() % 2);
    row.is_read = random() % 2 == 0;
    if (random() % 2 == 0)
      row.read_at = parse_iso("2025-08-08");
    const auto who =
        person(users[random() % 3], static_cast<role>(random() % 6), homes[random() % 3]);
    const auto probe = rule_probe(who_may, who, notification_entity, &row);
    const auto by_sql = ask(database, probe).text(0, 0) == "t";
    CAPTURE(round, probe.sql);
    CHECK(by_sql == permits(who_may, who, row));
  }
}
