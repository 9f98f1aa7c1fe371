#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace stoa;
using namespace stoa::testing;

namespace {

constexpr const char* composed = "\u00e9lodie";
constexpr const char* apart = "e\u0301lodie";

// What was there before people had keys.
std::span<const migration> before_keys() {
  const auto all = embedded_migrations();
  const auto keys =
      std::find_if(all.begin(), all.end(), [](const auto& x) { return x.name == "person_keys"; });
  REQUIRE(keys != all.end());
  return all.first(static_cast<std::size_t>(keys - all.begin()));
}

void add_person(pg::session& database, const std::string& id, const std::string& name) {
  auto done = database.run(
      "insert into users (id, establishment_id, email, username, password, signs_in_by_name)"
      " values ($1, 'e1', $2 || '@e1.org', $2, 'x', true)",
      {id, name});
  if (!done)
    FAIL(done.error().cause);
}

// Whose name it is, as a sign-in looks.
std::string found(pg::session& database, const std::string& typed, const std::string& kept) {
  auto got = database.run(
      "select id from users where establishment_id = 'e1' and signs_in_by_name"
      " and name_key = any(stoa_typed_keys($1, $2))"
      " order by name_key = lower($1) desc limit 1",
      {typed, kept});
  REQUIRE(got);
  return got->size() == 0 ? "nobody" : got->text(0, 0);
}

std::string plan_of(pg::session& database, const std::string& what) {
  std::string out;
  const auto lines = run(database, "explain (costs off) " + what);
  for (std::size_t i = 0; i < lines.size(); ++i)
    out += lines.text(i, 0) + "\n";
  return out;
}

}  // namespace

TEST_CASE("people from before whose names look the same are all found by what they typed", "[db]") {
  scratch_database empty{scratch_database::kind::empty};
  auto owner = empty.owner_session();
  REQUIRE(migrate_up(owner, before_keys()));
  run(owner, "select set_config('stoa.establishment', '*', false)");
  run(owner, "insert into establishments (id, name, slug) values ('e1', 'House', 'house')");
  add_person(owner, "first", apart);
  add_person(owner, "second", composed);
  add_person(owner, "blank", "jean ");
  run(owner,
      std::string{
          "insert into forum_categories (id, establishment_id, name) values ('c1', 'e1', '"} +
          composed + "'), ('c2', 'e1', '" + apart + " ')");
  REQUIRE(migrate_up(owner, embedded_migrations()));

  CHECK(found(owner, composed, composed) == "second");
  CHECK(found(owner, "\u00c9LODIE", "\u00c9LODIE") == "second");
  CHECK(found(owner, apart, composed) == "first");
  CHECK(found(owner, "jean ", "jean") == "blank");
  CHECK(found(owner, "jean", "jean") == "nobody");
  CHECK(first_value(owner, std::string{"select id from users where email_key = '"} + composed +
                               "@e1.org'") == "second");
  CHECK(first_value(owner, "select name from forum_categories where id = 'c2'") ==
        std::string{apart} + "  (2)");
}

TEST_CASE("a name and an address are taken however they are typed", "[db]") {
  scratch_database scratch;
  auto owner = scratch.owner_session();
  run(owner, "select set_config('stoa.establishment', '*', false)");
  run(owner, "insert into establishments (id, name, slug) values ('e1', 'House', 'house')");
  add_person(owner, "first", composed);
  for (const auto* column : {"username", "email"}) {
    auto twin = owner.run(
        std::string{
            "insert into users (id, establishment_id, username, email, password,"
            " signs_in_by_name) select 'second', 'e1', case when $1 = 'username' then $2 else"
            " 'other' end, case when $1 = 'email' then $2 || '@e1.org' else 'o@e1.org' end,"
            " 'x', true"},
        {column, apart});
    REQUIRE_FALSE(twin);
    CHECK(twin.error().code == fault_code::conflict);
  }
  run(owner, std::string{"update users set username = 'anna', email = 'Anna@e1.org'"});
  CHECK(first_value(owner, "select name_key || ' ' || email_key from users") == "anna anna@e1.org");
}

TEST_CASE("people are looked for by an index, also under row-level security", "[db]") {
  scratch_database scratch;
  auto owner = scratch.owner_session();
  run(owner, "select set_config('stoa.establishment', '*', false)");
  run(owner, "insert into establishments (id, name, slug) values ('e1', 'House', 'house')");
  run(owner,
      "insert into users (id, establishment_id, email, username, password, signs_in_by_name)"
      " select 'u' || i, 'e1', 'u' || i || '@e1.org', 'user.' || i, 'x', true"
      " from generate_series(1, 2000) as i");
  run(owner, "analyze users");
  auto app = scratch.app_session();
  for (const auto* scope : {"*", "e1"}) {
    run(app, std::string{"select set_config('stoa.establishment', '"} + scope + "', false)");
    CHECK(plan_of(app, "select id from users u where u.email_key = any(stoa_typed_keys('A', 'a'))")
              .find("users_email") != std::string::npos);
    CHECK(plan_of(app, "select id from users u where u.email_key = stoa_typed_key('A')")
              .find("users_email") != std::string::npos);
    CHECK(plan_of(app,
                  "select id from users u where u.establishment_id = 'e1' and u.signs_in_by_name"
                  " and u.name_key = any(stoa_typed_keys('A', 'a'))")
              .find("users_sign_in_name") != std::string::npos);
  }
}
