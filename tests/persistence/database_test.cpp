#include "tests/persistence/scratch_pool.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::testing;

TEST_CASE("statements of a transaction stand or fall together", "[db]") {
  scratch_pool p;
  auto good = p.run(in_establishment("*", add_establishment("a"), add_establishment("b")));
  REQUIRE(good);
  auto bad = p.run(in_establishment("*", add_establishment("c"), add_establishment("a")));
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == fault_code::conflict);
  CHECK(violates(bad.error(), "establishments_pkey"));
  auto count = p.run("*", prepared("select count(*), max(name) from establishments"));
  REQUIRE(count);
  CHECK((*count)[0].integer(0, 0) == 2);
  CHECK((*count)[0].text(0, 1) == "b");
}

TEST_CASE("a failed transaction hurts no other on the same connection", "[db]") {
  scratch_pool p{{.connections = 1}};
  caf::scoped_actor self{*p.system};
  const auto divide_by = [](int divisor) {
    return in_establishment("*", prepared("select 1 / $1::int", divisor));
  };
  // All at once, so that they share the pipeline: every third is wrong.
  std::vector<decltype(self->request(p.database, caf::infinite, divide_by(1)))> asked;
  for (int i = 0; i < 60; ++i)
    asked.push_back(self->request(p.database, caf::infinite, divide_by(i % 3)));
  std::string ends;
  for (auto& each : asked)
    each.receive(
        [&](results&) { ends += 'g'; },
        [&](caf::error& why) { ends += to_fault(why).code == fault_code::invalid ? 'i' : '?'; });
  std::string expected;
  for (int i = 0; i < 20; ++i)
    expected += "igg";
  CHECK(ends == expected);
}

TEST_CASE("a tenant sees its rows, another's and unset see none", "[db]") {
  scratch_pool p;
  REQUIRE(p.run(in_establishment("*", add_establishment("a"), add_establishment("b"))));
  const auto seen = [&](const std::string& tenant) {
    // Raw SQL, no WHERE: only the policies stand between.
    auto found =
        p.run(tenant, prepared("select string_agg(id, ',' order by id) from establishments"));
    REQUIRE(found);
    return (*found)[0].text(0, 0);
  };
  CHECK(seen("a") == "a");
  CHECK(seen("b") == "b");
  CHECK(seen("*") == "a,b");
  CHECK(seen("").empty());
  CHECK(seen("nobody").empty());
  auto foreign = p.run("a", add_establishment("c"));
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().code == fault_code::forbidden);
  auto stolen = p.run("a", prepared("update establishments set name = 'mine' where id = 'b'"));
  REQUIRE(stolen);
  CHECK((*stolen)[0].affected() == 0);
}

TEST_CASE("a tenant does not leak into the next transaction of its connection", "[db]") {
  scratch_pool p{{.connections = 1}};
  REQUIRE(p.run("*", add_establishment("a")));
  REQUIRE(p.run("a", prepared("select 1")));
  auto after = p.run("", prepared("select count(*) from establishments"));
  REQUIRE(after);
  CHECK((*after)[0].integer(0, 0) == 0);
}

TEST_CASE("every table with a tenant is guarded, and the application owns nothing", "[db]") {
  scratch_database scratch;
  auto owner = scratch.owner_session();
  auto open = owner.run(
      "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
      " where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname <> 'stoa_migrations'"
      " and (not c.relrowsecurity or not c.relforcerowsecurity"
      "      or not exists (select 1 from pg_policies p where p.tablename = c.relname))");
  REQUIRE(open);
  CHECK(open->size() == 0);
  auto columns = owner.run(
      "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
      " where n.nspname = 'public' and c.relkind = 'r'"
      " and c.relname not in ('stoa_migrations', 'establishments')"
      " and not exists (select 1 from pg_attribute a where a.attrelid = c.oid"
      "                 and a.attname = 'establishment_id')");
  REQUIRE(columns);
  CHECK(columns->size() == 0);
  auto owned = owner.run(
      "select 1 from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'stoa_app'"
      " union all select 1 from pg_roles where rolname = 'stoa_app'"
      " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)");
  REQUIRE(owned);
  CHECK(owned->size() == 0);
}

TEST_CASE("a full queue answers overloaded at once, and what was taken is served", "[db]") {
  scratch_pool p{{.connections = 1, .per_connection = 1, .queue = 2}};
  caf::scoped_actor self{*p.system};
  auto slow = in_establishment("*", prepared("select pg_sleep(0.3)"));
  slow.within_ms = 5000;
  int served = 0;
  int refused = 0;
  std::vector<decltype(self->request(p.database, caf::infinite, slow))> asked;
  for (int i = 0; i < 6; ++i)
    asked.push_back(self->request(p.database, caf::infinite, slow));
  for (auto& each : asked)
    each.receive([&](results&) { ++served; },
                 [&](caf::error& why) {
                   CHECK(to_fault(why).code == fault_code::overloaded);
                   ++refused;
                 });
  CHECK(served + refused == 6);
  CHECK(served >= 2);
  CHECK(refused >= 3);
}

TEST_CASE("who names no time of its own waits as long as the pool does", "[db]") {
  scratch_pool p{{.connections = 1, .patience = std::chrono::milliseconds{200}}};
  const auto end = p.run(in_establishment("*", prepared("select pg_sleep(30)")));
  REQUIRE_FALSE(end);
  CHECK(end.error().code == fault_code::unavailable);
  auto slower = in_establishment("*", prepared("select pg_sleep(0.5)"));
  slower.within_ms = 10'000;
  CHECK(p.run(std::move(slower)));
}

TEST_CASE("what waits too long is told so, and a stuck connection is given up", "[db]") {
  scratch_pool p{{.connections = 1, .per_connection = 1}};
  caf::scoped_actor self{*p.system};
  auto stuck = in_establishment("*", prepared("select pg_sleep(30)"));
  stuck.within_ms = 200;
  auto behind = in_establishment("*", prepared("select 1"));
  behind.within_ms = 300;
  auto first = self->request(p.database, caf::infinite, stuck);
  auto second = self->request(p.database, caf::infinite, behind);
  const auto code_of = [&](auto& asked) {
    std::string out = "good";
    asked.receive([](results&) {}, [&](caf::error& why) { out = name_of(to_fault(why).code); });
    return out;
  };
  CHECK(code_of(first) == "unavailable");
  CHECK(code_of(second) == "unavailable");
  auto later = in_establishment("*", prepared("select 1"));
  later.within_ms = 10'000;
  CHECK(p.run(std::move(later)));
}

TEST_CASE("a pool outlives the loss of all its connections", "[db]") {
  scratch_pool p;
  REQUIRE(p.run("*", prepared("select 1")));
  auto owner = p.scratch.owner_session();
  REQUIRE(
      owner.run("select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename = 'stoa_app'"));
  auto again = in_establishment("*", prepared("select 2"));
  again.within_ms = 10'000;
  // The first may meet a connection that does not know yet that it is dead: then it says so.
  auto end = p.run(again);
  if (!end)
    CHECK(end.error().code == fault_code::unavailable);
  for (int i = 0; i < 20 && !end; ++i)
    end = p.run(again);
  CHECK(end);
}

TEST_CASE("an unreachable database is unavailable within the deadline, not a hang", "[db]") {
  scratch_pool p{{.conninfo = "host=/nonexistent dbname=none"}};
  auto what = in_establishment("*", prepared("select 1"));
  what.within_ms = 200;
  auto end = p.run(std::move(what));
  REQUIRE_FALSE(end);
  CHECK(end.error().code == fault_code::unavailable);
}

TEST_CASE("statements beyond the prepared ones still work", "[db]") {
  scratch_pool p{{.connections = 1}};
  for (int i = 0; i < 1010; ++i) {
    auto end = p.run("*", prepared(sql_text{"select " + std::to_string(i)}));
    REQUIRE(end);
    REQUIRE((*end)[0].integer(0, 0) == i);
  }
}

TEST_CASE("establishments in turn on one connection see their own rows only", "[db]") {
  scratch_pool p{database_options{.connections = 1}};
  REQUIRE(p.run(in_establishment("*", add_establishment("a"), add_establishment("b"))));
  caf::scoped_actor self{*p.system};
  // All of them in the same pipeline, and every third fails and rolls back.
  constexpr std::size_t count = 300;
  const std::vector<std::string> who{"a", "b", "", "*"};
  std::vector<std::function<void()>> answers;
  for (std::size_t i = 0; i < count; ++i) {
    auto what = in_establishment(
        who[i % who.size()],
        prepared("select coalesce(string_agg(id, ',' order by id), 'none') from establishments"));
    if (i % 3 == 0)
      what.statements.push_back(prepared("select 1 / $1::int", 0));
    auto handle = self->request(p.database, caf::infinite, std::move(what));
    answers.emplace_back([i, &who, handle = std::make_shared<decltype(handle)>(std::move(handle))] {
      const auto& tenant = who[i % who.size()];
      const std::string sees = tenant == "*" ? "a,b" : (tenant.empty() ? "none" : tenant);
      handle->receive(
          [&](results& got) {
            CHECK(i % 3 != 0);
            CHECK(got[0].text(0, 0) == sees);
          },
          [&](caf::error&) { CHECK(i % 3 == 0); });
    });
  }
  for (auto& each : answers)
    each();
}

TEST_CASE("bulk writes of many askers are each saved exactly once", "[db]") {
  scratch_pool p;
  REQUIRE(p.run("*", add_establishment("a")));
  caf::scoped_actor self{*p.system};
  const sql_text text{
      "insert into themes (id, establishment_id, name)"
      " select u.id, current_setting('stoa.establishment'), u.name"
      " from unnest($1::text[], $2::text[]) as u(id, name)"};
  constexpr std::size_t count = 500;
  std::vector<std::function<bool()>> answers;
  for (std::size_t i = 0; i < count; ++i) {
    // Each tenth is there already when its turn comes.
    const auto id = "{theme-" + std::to_string(i % 10 == 9 ? i - 1 : i) + "}";
    statement write{text, {id, "{name}"}};
    write.bulk = true;
    auto what = in_establishment("a", std::move(write));
    auto handle = self->request(p.database, caf::infinite, std::move(what));
    answers.emplace_back([handle = std::make_shared<decltype(handle)>(std::move(handle))] {
      bool saved = false;
      handle->receive([&](results&) { saved = true; },
                      [&](caf::error& why) { CHECK(to_fault(why).code == fault_code::conflict); });
      return saved;
    });
  }
  std::size_t saved = 0;
  for (auto& each : answers)
    saved += each() ? 1 : 0;
  CHECK(saved == count / 10 * 9);
  auto stored = p.run("a", prepared("select count(*) from themes"));
  REQUIRE(stored);
  CHECK((*stored)[0].integer(0, 0) == count / 10 * 9);
}
