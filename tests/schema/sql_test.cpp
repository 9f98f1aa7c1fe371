#include "schema/sql.hpp"

#include "schema/catalogue.hpp"
#include "schema/notices.hpp"
#include "schema/people.hpp"
#include "tests/schema/samples.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using samples::person;
using values = std::vector<std::optional<std::string>>;

namespace {

const std::string notification_columns =
    R"("id", "user_id", "establishment_id", "seq", "type", "title", "message", "data", "is_read", )"
    R"("read_at", "created_at", "updated_at")";

list_query query_of(const entity& what, std::vector<query_parameter> from) {
  auto out = read_query(what, native_dialect, from, {.sort = "-createdAt"});
  REQUIRE(out);
  return std::move(*out);
}

// Every $n from 1 to the number of values is mentioned, and no other.
void check_parameters(const statement_text& text) {
  CAPTURE(text.sql);
  std::vector<bool> seen(text.params.size() + 1);
  for (std::size_t at = text.sql.find('$'); at != std::string::npos;
       at = text.sql.find('$', at + 1)) {
    const auto number = std::stoul(text.sql.substr(at + 1));
    REQUIRE(number >= 1);
    REQUIRE(number <= text.params.size());
    seen[number] = true;
  }
  for (std::size_t i = 1; i < seen.size(); ++i)
    CHECK(seen[i]);
}

}  // namespace

TEST_CASE("statements are bound to tenant, rule and key") {
  const auto ann = person("ann", role::learner);
  const auto& what = notification_entity;
  const auto found = sql::find(what, ann, "n'1");
  CHECK(found.sql == "SELECT " + notification_columns +
                         R"( FROM "notifications" WHERE "establishment_id" = $1 AND "id" = $2)"
                         R"( AND "user_id" = $3)");
  CHECK(found.params == values{"e1", "n'1", "ann"});

  const auto removed = sql::remove(what, ann, "n1");
  CHECK(removed.sql == R"(DELETE FROM "notifications" WHERE "establishment_id" = $1 AND "id" = $2)"
                       R"( AND "user_id" = $3 RETURNING "id")");

  const auto any = sql::find_any(what, person("", role::guest, platform_scope), "n1");
  CHECK(any.sql == "SELECT " + notification_columns + R"( FROM "notifications" WHERE "id" = $1)");
}

TEST_CASE("a list has filters, order and one row more than the page") {
  const auto query = query_of(notification_entity, {{"isRead", "false"}, {"limit", "10"}});
  const sql::equal also[] = {{"type", "system_update"}, {"read_at", std::nullopt}};
  const auto text = sql::list(notification_entity, person("ann", role::learner), query, also);
  CHECK(text.sql == "SELECT " + notification_columns +
                        R"( FROM "notifications" WHERE "establishment_id" = $1 AND "type" = $2)"
                        R"( AND "read_at" IS NULL AND "user_id" = $3 AND "is_read" = $4)"
                        R"( ORDER BY "created_at" DESC, "id" DESC LIMIT $5)");
  CHECK(text.params == values{"e1", "system_update", "ann", "false", "11"});
  const auto count = sql::count(notification_entity, person("ann", role::learner), query);
  CHECK(count.sql == R"(SELECT count(*) FROM "notifications" WHERE "establishment_id" = $1)"
                     R"( AND "user_id" = $2 AND "is_read" = $3)");
}

TEST_CASE("what is never allowed is a statement that finds nothing") {
  const auto guest = sql::list(user_entity, person("", role::guest), query_of(user_entity, {}));
  CHECK_THAT(guest.sql, Catch::Contains(R"(WHERE "establishment_id" = $1 AND FALSE ORDER BY)"));
  const auto homeless = sql::find(user_entity, person("x", role::manager, ""), "u1");
  CHECK_THAT(homeless.sql, Catch::EndsWith(R"( FROM "users" WHERE FALSE AND "id" = $1)"));
}

TEST_CASE("an insert leaves defaults to the database and puts the caller's tenant in") {
  notification_row row;
  row.id = notification_id{"n1"};
  row.user = user_id{"ann"};
  row.establishment = establishment_id{"somewhere else"};
  row.seq = 3;
  row.type = "system_update";
  const auto text = sql::insert(person("boss", role::manager), row);
  CHECK(text.sql ==
        R"(INSERT INTO "notifications" ("id", "user_id", "establishment_id", "seq", "type", )"
        R"("title", "message", "data", "is_read", "read_at") VALUES )"
        R"(($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING )" +
            notification_columns);
  CHECK(text.params == values{"n1", "ann", "e1", "3", "system_update", "", "", std::nullopt,
                              "false", std::nullopt});
  CHECK(sql::insert(person("", role::guest, platform_scope), row).params[2] == "somewhere else");
  establishment_row home;
  home.id = establishment_id{"new"};
  CHECK(sql::insert(person("root", role::super_admin), home).params[0] == "new");
}

TEST_CASE("a change sets what was sent and nothing that is the server's") {
  change_of<notification_row> what{};
  what.values.is_read = true;
  what.values.establishment = establishment_id{"e2"};
  what.which = fields_of<&notification_row::id, &notification_row::establishment,
                         &notification_row::is_read, &notification_row::updated_at>();
  const auto text = sql::change(person("ann", role::learner), "n1", what);
  CHECK(text.sql ==
        R"(UPDATE "notifications" SET "is_read" = $1, "updated_at" = now())"
        R"( WHERE "establishment_id" = $2 AND "id" = $3 AND "user_id" = $4 RETURNING )" +
            notification_columns);
  CHECK(text.params == values{"true", "e1", "n1", "ann"});
  what.which.reset();
  CHECK_THAT(sql::change(person("ann", role::learner), "n1", what).sql,
             Catch::StartsWith("SELECT ") && Catch::EndsWith(R"("user_id" = $3)"));
}

TEST_CASE("every statement of every entity mentions each of its values") {
  samples::dish blank;
  for (const auto rank : {role::guest, role::learner, role::manager, role::super_admin}) {
    for (const auto* home : {"e1", "", platform_scope}) {
      const auto who = person("ann", rank, home);
      for (const auto* what : catalogue()) {
        CAPTURE(what->name, home, static_cast<int>(rank));
        check_parameters(sql::find(*what, who, "x"));
        check_parameters(sql::find_any(*what, who, "x"));
        check_parameters(sql::remove(*what, who, "x"));
        auto query = read_query(*what, native_dialect, {});
        REQUIRE(query);
        query->offset = 20;
        check_parameters(sql::list(*what, who, *query));
        check_parameters(sql::count(*what, who, *query));
      }
      check_parameters(sql::insert(who, blank));
      check_parameters(sql::change(who, "x", change_of<samples::dish>{blank, field_set{}.set()}));
    }
  }
}

TEST_CASE("types are spelled as PostgreSQL spells them") {
  const auto& what = samples::dish_entity;
  CHECK(sql_type(*what.find_column("price")) == "numeric(10,2)");
  CHECK(sql_type(*what.find_column("tags")) == "text[]");
  CHECK(sql_type(*what.find_column("extra")) == "jsonb");
  CHECK(sql_type(*what.find_column("cooked_at")) == "timestamp with time zone");
  CHECK(sql_type(*what.find_column("taste")) == "text");
}
