#include "actors/root.hpp"
#include "net/node.hpp"
#include "persistence/database.hpp"
#include "schema/ids.hpp"
#include "tests/net/support.hpp"
#include "tests/support/heard_log.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using testing::heard_log;
using testing::http_client;
using testing::scratch_folder;

namespace {

/// Starts on a data folder as `stoa serve` does, and says what the log told.
std::unique_ptr<node> started(const settings& how, std::string& told) {
  const heard_log root{"root"};
  auto out = node::start(how);
  if (!out)
    FAIL(out.error().text << ": " << out.error().cause);
  for (const auto& each : root.lines())
    told += each;
  return std::move(*out);
}

bool lets_in(const node& where, std::string_view site, const std::string& body) {
  for (const auto& each : where.sites())
    if (each.edition == site)
      return http_client{each.port}.post("/api/auth/login", body).status == 200;
  return false;
}

/// Somebody whose password everybody knows, and who may do everything.
bool has_known_administrator(const node& where) {
  return lets_in(where, "stacgate", R"({"email":"superadmin@stacgate.com","password":"admin123"})");
}

std::int64_t count(node& where, const std::string& table) {
  auto found =
      run_and_wait(where.system(), where.actors().database(),
                   in_establishment(platform_scope, statement{"select count(*) from " + table}));
  REQUIRE(found);
  return std::stoll((*found)[0].text(0, 0));
}

settings plain_settings(const scratch_folder& folder) {
  settings how;
  how.data = folder.path() / "data";
  how.site.push_back({"stacgate", 0});
  return how;
}

}  // namespace

TEST_CASE("a server that nobody told otherwise has no accounts of its own", "[db][net][slow]") {
  const scratch_folder folder;
  auto how = plain_settings(folder);
  std::string told;
  {
    const auto here = started(how, told);
    CHECK_FALSE(here->is_demo());
    CHECK_FALSE(has_known_administrator(*here));
    CHECK(count(*here, "users") == 0);
    CHECK(told.find("no demo data is written: `demo` is off") != std::string::npos);
    // Somebody begins to live here.
    auto made = run_and_wait(
        here->system(), here->actors().database(),
        in_establishment(platform_scope,
                         prepared("insert into establishments (id, name, slug) values ($1, $2, $3)",
                                  fresh_uuid(), std::string{"Lycée"}, std::string{"lycee"})));
    REQUIRE(made);
  }
  how.demo = true;
  how.site.push_back({"intrasphere", 0});
  how.site.push_back({"emlyon-connect", 0});
  told.clear();
  const auto again = started(how, told);
  CHECK_FALSE(again->is_demo());
  CHECK_FALSE(has_known_administrator(*again));
  CHECK_FALSE(lets_in(*again, "intrasphere", R"({"username":"admin","password":"admin123"})"));
  CHECK(count(*again, "users") == 0);
  CHECK(told.find("others live in this database: no demo data is written") != std::string::npos);
}

TEST_CASE("a demo fills an empty database, once, and a site that comes later beside itself",
          "[db][net][slow]") {
  const scratch_folder folder;
  auto how = plain_settings(folder);
  how.demo = true;
  std::string told;
  std::int64_t people = 0;
  {
    const auto here = started(how, told);
    CHECK(here->is_demo());
    CHECK(has_known_administrator(*here));
    people = count(*here, "users");
    CHECK(told.find("the database is empty: the demo organisation is written") !=
          std::string::npos);
  }
  told.clear();
  {
    const auto here = started(how, told);
    CHECK(here->is_demo());
    CHECK(count(*here, "users") == people);
    CHECK(told.find("the demo organisation is there") != std::string::npos);
  }
  how.site.push_back({"intrasphere", 0});
  how.site.push_back({"emlyon-connect", 0});
  {
    const auto here = started(how, told);
    CHECK(lets_in(*here, "intrasphere", R"({"username":"admin","password":"admin123"})"));
    CHECK(count(*here, "users") > people);
    people = count(*here, "users");
  }
  const auto here = started(how, told);
  CHECK(here->is_demo());
  CHECK(count(*here, "users") == people);
}
