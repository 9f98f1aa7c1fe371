#include "persistence/pg/conninfo.hpp"

#include <catch2/catch.hpp>

using namespace stoa;

namespace {

std::vector<pg::endpoint> servers(const std::string& conninfo) {
  auto out = pg::endpoints_of(conninfo);
  if (!out)
    FAIL(out.error().text << ": " << out.error().cause);
  return std::move(*out);
}

std::string value(const pg::endpoint& of, std::string_view name) {
  const auto found = pg::keyword(of.conninfo, name);
  REQUIRE(found);
  return found->value_or("nothing");
}

}  // namespace

TEST_CASE("a connection string with several servers becomes one for each, in its order") {
  const auto all = servers("postgresql://ann:p@db1.example:5433,db2.example/stoa?sslmode=require");
  REQUIRE(all.size() == 2);
  CHECK(value(all[0], "host") == "db1.example");
  CHECK(value(all[0], "port") == "5433");
  CHECK(all[0].name == "db1.example");
  CHECK(all[0].label == "db1.example:5433");
  CHECK(value(all[1], "host") == "db2.example");
  CHECK(all[1].port == "5432");
  for (const auto& each : all) {
    CHECK(value(each, "password") == "p");
    CHECK(value(each, "sslmode") == "require");
    CHECK(value(each, "target_session_attrs") == "read-write");
  }
}

TEST_CASE("one port may be for all servers, and addresses need no resolver") {
  const auto all = servers("host=a,b hostaddr=192.0.2.1,192.0.2.2 port=6000");
  REQUIRE(all.size() == 2);
  CHECK(value(all[0], "port") == "6000");
  CHECK(value(all[1], "port") == "6000");
  CHECK(value(all[1], "hostaddr") == "192.0.2.2");
  CHECK(all[1].name.empty());
  const auto sockets = servers("host=/run/one,/run/two");
  CHECK(sockets[0].name.empty());
  CHECK(sockets[1].label == "/run/two");
}

TEST_CASE("what a connection string says itself is not overruled") {
  const auto all = servers("host=a,b target_session_attrs=any keepalives_idle=300");
  CHECK(value(all[0], "target_session_attrs") == "any");
  CHECK(value(all[0], "keepalives_idle") == "300");
  CHECK(value(all[0], "keepalives_count") == "3");
}

TEST_CASE("a single server may be a standby or silent, and a string without a host is one server") {
  CHECK(value(servers("host=a").front(), "target_session_attrs") == "nothing");
  const auto bare = servers("dbname=stoa");
  REQUIRE(bare.size() == 1);
  CHECK(value(bare[0], "host") == "nothing");
  CHECK(bare[0].name.empty());
}

TEST_CASE("hosts, addresses and ports that do not fit each other are refused") {
  for (const auto* odd : {"host=a,b,c port=1,2", "host=a,b hostaddr=192.0.2.1", "nonsense"}) {
    INFO(odd);
    const auto out = pg::endpoints_of(odd);
    REQUIRE_FALSE(out);
    CHECK(out.error().code == fault_code::invalid);
  }
}

TEST_CASE("a resolved address does not replace the name that a certificate is checked against") {
  const auto all = servers("host=db.example port=5433 sslmode=verify-full");
  const auto there = pg::at_address(all[0], "192.0.2.7");
  REQUIRE(there);
  CHECK(pg::keyword(*there, "host").operator*().value_or("") == "db.example");
  CHECK(pg::keyword(*there, "hostaddr").operator*().value_or("") == "192.0.2.7");
}
