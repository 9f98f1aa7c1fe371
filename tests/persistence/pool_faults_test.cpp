// What a pool lives through: servers that refuse, fall silent, wait, change their tables.
#include "tests/persistence/scratch_pool.hpp"
#include "tests/support/holder.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/postgres_pair.hpp"
#include "tests/support/standstill.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace stoa;
using namespace stoa::testing;
using namespace std::chrono_literals;

namespace {

/// The application's connection string, with another server in front of the real one.
std::string behind(const scratch_database& real, const std::string& host, std::uint16_t port) {
  const auto given = real.app();
  auto out = pg::with_keywords(
      given, {{"host", host + ',' + pg::keyword(given, "host").operator*().value_or("")},
              {"port", fmt::format("{},5432", port)}});
  REQUIRE(out);
  return *out;
}

transaction patient(statement what, std::chrono::milliseconds within = 10s) {
  auto out = in_establishment("*", std::move(what));
  out.within_ms = static_cast<std::uint32_t>(within.count());
  return out;
}

int backends_of_app(pg::session& owner) {
  return std::stoi(first_value(owner,
                               "select count(*) from pg_stat_activity where usename = 'stoa_app'"
                               " and datname = current_database()"));
}

/// Asks again and again for a while; how many were answered well, and the most backends seen.
struct hammered {
  int good = 0;
  int most_backends = 0;
};
hammered hammer(scratch_pool& pool, pg::session& owner, const statement& what,
                std::chrono::milliseconds how_long) {
  hammered out;
  caf::scoped_actor self{*pool.system};
  const auto end = std::chrono::steady_clock::now() + how_long;
  while (std::chrono::steady_clock::now() < end) {
    std::vector<decltype(self->request(pool.database, caf::infinite, transaction{}))> asked;
    for (int i = 0; i < 8; ++i)
      asked.push_back(self->request(pool.database, caf::infinite, in_establishment("*", what)));
    for (auto& each : asked)
      each.receive([&](results&) { ++out.good; },
                   [&](caf::error& why) { CHECK(to_fault(why).code == fault_code::unavailable); });
    out.most_backends = std::max(out.most_backends, backends_of_app(owner));
  }
  return out;
}

}  // namespace

TEST_CASE("the second server is found when the first refuses", "[db]") {
  scratch_database real;
  scratch_pool p{{.conninfo = behind(real, "127.0.0.1", free_port()), .connections = 2}};
  CHECK(p.run(patient(prepared("select 1"))));
}

TEST_CASE("the second server is found when the first is silent, or has no address", "[db]") {
  const silent_server silent;
  scratch_database real;
  for (const auto& [host, port] : {std::pair{"127.0.0.1", silent.port()},
                                   std::pair{"there-is-no-such-host.invalid", free_port()}}) {
    INFO(host);
    scratch_pool p{
        {.conninfo = behind(real, host, port), .connections = 1, .connect_patience = 200ms}};
    CHECK(p.run(patient(prepared("select 1"))));
  }
}

TEST_CASE("a name with several addresses is resolved without blocking, and tried one by one",
          "[db]") {
  // localhost is ::1 and 127.0.0.1 on most machines, and has one of them at least on all.
  const postgres_pair servers{postgres_pair::replication::asynchronous};
  auto named = pg::with_keywords(servers.app(), {{"host", "localhost,localhost"}});
  REQUIRE(named);
  scratch_pool p{{.conninfo = *named, .connections = 1}};
  CHECK(p.run(patient(prepared("select 1"))));
}

TEST_CASE("who waits for a lock is let go, and leaves no backend behind", "[db]") {
  scratch_pool p{{.connections = 2, .patience = 200ms}};
  auto owner = p.scratch.owner_session();
  run(owner, "begin; lock table establishments");
  const auto seen = hammer(p, owner, prepared("select count(*) from establishments"), 6s);
  CHECK(seen.good == 0);
  CHECK(seen.most_backends <= 4);
  run(owner, "commit");
  CHECK(p.run(patient(prepared("select count(*) from establishments"))));
  CHECK(eventually([&] { return backends_of_app(owner) == 2; }));
}

TEST_CASE("while the standby is away nothing is acknowledged, and backends do not grow", "[db]") {
  const postgres_pair servers{postgres_pair::replication::synchronous};
  auto owner = pg::session::open(servers.owner());
  REQUIRE(owner);
  run(*owner,
      "create table notes (id bigint generated always as identity);"
      "grant select, insert on notes to stoa_app");
  run(*owner, "alter system set synchronous_standby_names = 'somebody_else'");
  run(*owner, "select pg_reload_conf()");
  REQUIRE(eventually(
      [&] { return first_value(*owner, "show synchronous_standby_names") == "somebody_else"; }));
  scratch_pool p{{.conninfo = servers.app(), .connections = 2, .patience = 200ms}};
  const auto insert = prepared("insert into notes default values");
  const auto seen = hammer(p, *owner, insert, 6s);
  CHECK(seen.good == 0);
  CHECK(seen.most_backends > 0);
  CHECK(seen.most_backends <= 4);
  run(*owner, "alter system reset synchronous_standby_names");
  run(*owner, "select pg_reload_conf()");
  CHECK(eventually([&] { return static_cast<bool>(p.run(patient(insert))); }));
  CHECK(eventually([&] { return backends_of_app(*owner) <= 2; }));
}

TEST_CASE("a promoted standby is found within five seconds of the primary's loss", "[db]") {
  postgres_pair servers{postgres_pair::replication::synchronous};
  {
    auto owner = pg::session::open(servers.owner());
    REQUIRE(owner);
    run(*owner, "create table notes (id int); grant select, insert on notes to stoa_app");
  }
  const auto insert = [](int id) { return prepared("insert into notes values ($1)", id); };
  scratch_pool p{{.conninfo = servers.app(), .connections = 4}};
  REQUIRE(p.run(patient(insert(1))));
  std::optional<standstill> frozen;
  SECTION("it refuses") {
    servers.kill_primary();
  }
  SECTION("it is silent") {
    frozen.emplace(servers.primary());
  }
  const auto lost = std::chrono::steady_clock::now();
  servers.promote_standby();
  int id = 1;
  CHECK(eventually([&] { return static_cast<bool>(p.run("*", insert(++id))); }));
  const auto took = std::chrono::steady_clock::now() - lost;
  CHECK(took < 5s);
  auto promoted = pg::session::open(servers.standby_owner());
  REQUIRE(promoted);
  CHECK(first_value(*promoted, "select count(*) from notes where id = 1") == "1");
}

TEST_CASE("a server that takes no writes any more is left for one that does", "[db]") {
  scratch_database real;
  const auto folder = pg::keyword(real.app(), "host").operator*().value_or("");
  scratch_pool p{{.conninfo = behind(real, folder, 5432), .connections = 1}};
  auto owner = real.owner_session();
  run(owner, "create table notes (id int); grant select, insert on notes to stoa_app");
  const auto insert = prepared("insert into notes values (1)");
  REQUIRE(p.run("*", insert));
  // As a cluster manager does to a primary that it deposes.
  REQUIRE(p.run("*", prepared("select set_config('default_transaction_read_only', 'on', false)")));
  const auto refused = p.run("*", insert);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == fault_code::unavailable);
  CHECK(p.run(patient(insert)));
  CHECK(first_value(owner, "select count(*) from notes") == "2");
}

TEST_CASE("a table whose column changes while it is used is used on", "[db]") {
  scratch_pool p{{.connections = 1}};
  auto owner = p.scratch.owner_session();
  run(owner,
      "create table notes (id int, body varchar(10)); insert into notes values (1, 'one');"
      "create table seen (id int); grant select, insert on notes, seen to stoa_app");
  const auto read = [] { return prepared("select body from notes where id = $1", 1); };
  const auto note = [] { return prepared("insert into seen values (1)"); };
  REQUIRE(p.run("*", read()));
  REQUIRE(p.run(in_establishment("*", note(), read())));
  for (const auto* type : {"varchar(4000)", "text"}) {
    INFO(type);
    run(owner, fmt::format("alter table notes alter body type {}", type));
    const auto together = p.run(in_establishment("*", note(), read()));
    REQUIRE(together);
    CHECK(together->each.size() == 2);
    CHECK((*together)[1].text(0, 0) == "one");
    CHECK(p.run("*", read()));
  }
  // What was tried twice took effect once.
  CHECK(first_value(owner, "select count(*) from seen") == "3");
}

TEST_CASE("prepared statements that somebody threw away are prepared again", "[db]") {
  scratch_pool p{{.connections = 1}};
  const auto read = [] { return prepared("select $1::int + 1", 1); };
  REQUIRE(p.run("*", read()));
  REQUIRE(p.run("*", prepared("deallocate all")));
  CHECK(p.run("*", read()));
}

TEST_CASE("what cannot work twice fails, and is not tried for ever", "[db]") {
  scratch_pool p{{.connections = 1}};
  auto owner = p.scratch.owner_session();
  run(owner,
      "create function refuses() returns int language plpgsql as"
      " $$ begin raise exception 'never' using errcode = '0A000'; end $$");
  const auto end = p.run("*", prepared("select refuses()"));
  REQUIRE_FALSE(end);
  CHECK(end.error().code == fault_code::unavailable);
  CHECK(p.run("*", prepared("select 1")));
}

TEST_CASE("a transaction that may take longer is not ended early", "[db]") {
  scratch_pool p{{.connections = 1, .patience = 100ms}};
  CHECK(p.run(patient(prepared("select pg_sleep(0.4)"))));
  // Its time was its own: the next one has the usual.
  CHECK(p.run("*", prepared("show statement_timeout")).operator*()[0].text(0, 0) == "100ms");
}

TEST_CASE("the server looks whether its client is still there", "[db]") {
  scratch_pool p{{.connections = 1}};
  const auto set = [&](const char* name) {
    return p.run("*", prepared("select current_setting($1)", name)).operator*()[0].text(0, 0);
  };
  CHECK(set("client_connection_check_interval") == "1s");
  CHECK(set("statement_timeout") == "2s");
}
