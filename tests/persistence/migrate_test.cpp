#include "persistence/migrate.hpp"

#include "persistence/bootstrap.hpp"
#include "tests/support/holder.hpp"
#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace stoa;
using namespace stoa::testing;
using numbers = std::vector<std::uint32_t>;

namespace {

constexpr migration three[] = {
    {1, "words", "create table words (word text primary key)", "drop table words"},
    {2, "more", "insert into words values ('a'), ('b')", "delete from words"},
    {3, "index", "create index words_upper on words (upper(word))", "drop index words_upper"},
};

std::span<const migration> first_of_three(std::size_t count) {
  return std::span{three}.first(count);
}

numbers up(pg::session& database, std::span<const migration> known) {
  auto done = migrate_up(database, known);
  if (!done)
    FAIL(done.error().text << ": " << done.error().cause);
  return *done;
}

std::string states(pg::session& database, std::span<const migration> known) {
  auto found = migrations_in(database, known);
  REQUIRE(found);
  std::string all;
  for (const auto& each : *found)
    all += std::to_string(each.number) + ' ' + name_of(each.state) + ' ';
  return all;
}

}  // namespace

TEST_CASE("migrations go up once, in order, and down again", "[db]") {
  scratch_database empty{scratch_database::kind::empty};
  auto database = empty.owner_session();
  CHECK(states(database, three) == "1 pending 2 pending 3 pending ");
  CHECK(first_value(database, "select to_regclass('stoa_migrations') is null") == "t");

  CHECK(up(database, first_of_three(2)) == numbers{1, 2});
  CHECK(up(database, three) == numbers{3});
  CHECK(up(database, three).empty());
  CHECK(states(database, three) == "1 applied 2 applied 3 applied ");
  CHECK(first_value(database, "select count(*) from words") == "2");

  auto down = migrate_down(database, three, 1);
  REQUIRE(down);
  CHECK(*down == numbers{3, 2});
  CHECK(states(database, three) == "1 applied 2 pending 3 pending ");
  CHECK(first_value(database, "select count(*) from words") == "0");

  down = migrate_down(database, three, 0);
  REQUIRE(down);
  CHECK(first_value(database, "select to_regclass('words') is null") == "t");
  CHECK(up(database, three) == numbers{1, 2, 3});
}

TEST_CASE("a migration that fails leaves what was before it", "[db]") {
  scratch_database empty{scratch_database::kind::empty};
  auto database = empty.owner_session();
  const migration broken[] = {three[0],
                              {2, "broken", "create table half (id int); select 1/0", "select 1"}};
  auto done = migrate_up(database, broken);
  REQUIRE_FALSE(done);
  CHECK(done.error().text.find("migration 0002 broken failed") == 0);
  CHECK(done.error().cause.find("22012") == 0);
  CHECK(first_value(database, "select to_regclass('half') is null") == "t");
  CHECK(states(database, broken) == "1 applied 2 pending ");
  CHECK_FALSE(database.in_transaction());
  CHECK(up(database, three) == numbers{2, 3});
}

TEST_CASE("a migration may not end its own transaction", "[db]") {
  scratch_database empty{scratch_database::kind::empty};
  auto database = empty.owner_session();
  const migration rude[] = {{1, "rude", "create table rude (id int); commit", "drop table rude"}};
  auto done = migrate_up(database, rude);
  REQUIRE_FALSE(done);
  CHECK(done.error().text.find("ends its own transaction") != std::string::npos);
}

TEST_CASE("a database that went another way is refused", "[db]") {
  scratch_database empty{scratch_database::kind::empty};
  auto database = empty.owner_session();
  up(database, first_of_three(2));

  SECTION("an applied migration has another text now") {
    const migration edited[] = {three[0], {2, "more", "insert into words values ('c')", ""}};
    auto done = migrate_up(database, edited);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == fault_code::conflict);
    CHECK(done.error().text.find("0002 more was applied with another text") != std::string::npos);
    CHECK(states(database, edited) == "1 applied 2 changed ");
  }
  SECTION("the database is newer than the program") {
    auto done = migrate_up(database, first_of_three(1));
    REQUIRE_FALSE(done);
    CHECK(done.error().code == fault_code::conflict);
    CHECK(done.error().text.find("does not know") != std::string::npos);
    CHECK(states(database, first_of_three(1)) == "1 applied 2 unknown ");
    CHECK_FALSE(migrate_down(database, first_of_three(1), 0));
  }
  SECTION("a new migration has an old number") {
    const migration late[] = {three[0], three[1], {4, "later", "select 1", "select 1"}};
    up(database, late);
    const migration squeezed[] = {three[0], three[1], three[2], late[2]};
    auto done = migrate_up(database, squeezed);
    REQUIRE_FALSE(done);
    CHECK(done.error().text.find("0003 before it is not") != std::string::npos);
  }
  SECTION("the down text may be corrected") {
    const migration corrected[] = {three[0], {2, "more", three[1].up, "truncate words"}};
    auto done = migrate_down(database, corrected, 1);
    REQUIRE(done);
    CHECK(*done == numbers{2});
  }
}

TEST_CASE("servers that start together take turns", "[db]") {
  scratch_database empty{scratch_database::kind::empty};
  std::vector<numbers> done(4);
  std::vector<std::thread> servers;
  for (auto& mine : done)
    servers.emplace_back([&] {
      auto database = pg::session::open(empty.owner());
      if (!database)
        return;
      auto applied = migrate_up(*database, three);
      mine = applied ? *applied : numbers{99};
    });
  for (auto& server : servers)
    server.join();
  numbers all;
  for (const auto& mine : done)
    all.insert(all.end(), mine.begin(), mine.end());
  CHECK(all == numbers{1, 2, 3});
  auto database = empty.owner_session();
  CHECK(first_value(database, "select count(*) from words") == "2");
}

TEST_CASE("a migration that was killed is completed by the next start", "[db]") {
  scratch_database empty{scratch_database::kind::empty};
  auto database = empty.owner_session();
  {
    holder server{"--migrate-slowly", empty.owner()};
    REQUIRE(eventually([&] {
      return first_value(database,
                         "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
                         " and datname = current_database()") == "1";
    }));
    server.kill();
  }
  CHECK(states(database, slow_migrations()) == "1 applied 2 pending 3 pending ");
  CHECK(first_value(database, "select to_regclass('second') is null") == "t");

  REQUIRE(database.run("create table go_on ()"));
  CHECK(up(database, slow_migrations()) == numbers{2, 3});
  CHECK(first_value(database, "select to_regclass('second') is not null") == "t");
}

TEST_CASE("the program's own migrations go up, down and up again", "[db]") {
  scratch_database empty{scratch_database::kind::empty};
  auto database = empty.owner_session();
  auto count = embedded_migrations().size();
  CHECK(up(database, embedded_migrations()).size() == count);
  auto down = migrate_down(database, embedded_migrations(), 0);
  REQUIRE(down);
  CHECK(down->size() == count);
  CHECK(first_value(database,
                    "select coalesce(string_agg(relname, ' '), '') from pg_class where"
                    " relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'S')") ==
        "stoa_migrations");
  CHECK(up(database, embedded_migrations()).size() == count);
}

TEST_CASE("the application may use the tables but not the record of migrations", "[db]") {
  scratch_database migrated;
  auto app = migrated.app_session();
  CHECK(check_app_role(app));
  CHECK(first_value(app, "select has_table_privilege('stoa_migrations', 'select')") == "t");
  auto written = app.run("delete from stoa_migrations");
  REQUIRE_FALSE(written);
  CHECK(written.error().code == fault_code::forbidden);
  CHECK(
      first_value(app,
                  "select string_agg(relname, ' ') from pg_class where relkind in ('r', 'p') and"
                  " relnamespace = 'public'::regnamespace and relname <> 'stoa_migrations' and not"
                  " has_table_privilege(oid, 'select, insert, update, delete')") == "");
  CHECK_FALSE(app.run("create table mine (id int)"));
}

TEST_CASE("a given database is used through a role that owns nothing", "[db]") {
  scratch_database empty{scratch_database::kind::empty};
  auto admin = empty.owner_session();
  // An ordinary owner, as a hosting company gives one: no superuser, may create roles.
  REQUIRE(
      admin.run("create role customer login createrole; grant stoa_app to customer;"
                "grant create, usage on schema public to customer"));
  auto given = pg::with_keywords(empty.owner(), {{"user", "customer"}});
  REQUIRE(given);
  REQUIRE(
      admin.run("do $$ begin execute format('alter database %I owner to customer',"
                " current_database()); end $$"));
  auto serving = prepare_database(*given, "");
  if (!serving)
    FAIL(serving.error().text << ": " << serving.error().cause);
  auto app = pg::session::open(*serving);
  REQUIRE(app);
  CHECK(first_value(*app, "select current_user || ' ' || session_user") == "stoa_app customer");
  CHECK(check_app_role(*app));
  auto owner = pg::session::open(*given);
  REQUIRE(owner);
  auto refused = check_app_role(*owner);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text.find("owns tables") != std::string::npos);
  auto again = prepare_database(*given, "");
  CHECK(again);
  REQUIRE(
      admin.run("do $$ begin execute format('alter database %I owner to stoa_owner',"
                " current_database()); end $$; reassign owned by customer to stoa_owner;"
                "drop owned by customer; drop role customer"));
}

TEST_CASE("connection strings keep what they say", "[db]") {
  auto made = pg::with_keywords("postgresql://ann:s%20p@db.example:5433/stoa?sslmode=require",
                                {{"options", "-c role=x"}});
  REQUIRE(made);
  CHECK(*pg::keyword(*made, "password") == "s p");
  CHECK(*pg::keyword(*made, "sslmode") == "require");
  CHECK(*pg::keyword(*made, "options") == "-c role=x");
  CHECK(*pg::keyword(*made, "port") == "5433");
  auto odd = pg::with_keywords("", {{"password", R"(it's a \ back)"}});
  REQUIRE(odd);
  CHECK(*pg::keyword(*odd, "password") == R"(it's a \ back)");
  CHECK(pg::with_keywords("nonsense", {}).error().code == fault_code::invalid);
}
