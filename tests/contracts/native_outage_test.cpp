#include "actors/people/tokens.hpp"
#include "actors/root.hpp"
#include "net/node.hpp"
#include "persistence/database.hpp"
#include "persistence/embedded.hpp"
#include "persistence/pg/session.hpp"
#include "schema/json.hpp"
#include "tests/contracts/native_support.hpp"
#include "tests/support/heard_log.hpp"
#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace stoa;
using namespace stoa::test;

namespace {

std::unique_ptr<embedded_postgres> postgres_in(const std::filesystem::path& folder) {
  auto started = embedded_postgres::start({.data_dir = folder});
  if (!started)
    FAIL(started.error().text << ": " << started.error().cause);
  return std::move(*started);
}

/// A node whose PostgreSQL is somebody else's.
std::unique_ptr<node> node_beside(const embedded_postgres& database,
                                  const std::filesystem::path& folder) {
  settings how;
  how.demo = true;
  how.data = folder;
  how.rate_limits = false;
  how.database_url = database.owner_connection();
  how.app_database_url = database.app_connection();
  how.site.push_back({"stacgate", 0});
  auto started = node::start(how);
  if (!started)
    FAIL(started.error().text << ": " << started.error().cause);
  return std::move(*started);
}

std::string session_of(node& where, std::string_view user) {
  auto token = fresh_token();
  auto done = run_and_wait(
      where.system(), where.actors().database(),
      in_establishment(
          platform_scope,
          prepared("insert into sessions (token_hash, id, user_id, establishment_id, expires_at)"
                   " select $1, $2, id, establishment_id, now() + interval '1 day' from users"
                   " where id = $3",
                   token_hash(token), fresh_uuid(), std::string{user})));
  REQUIRE(done);
  REQUIRE((*done)[0].affected() == 1);
  return token;
}

}  // namespace

TEST_CASE(
    "while the database is away the server says that it is not ready, and why a request failed",
    "[db][net][slow]") {
  const testing::heard_log http{"http"};
  const testing::heard_log persistence{"persistence"};
  const testing::scratch_folder folder;
  auto database = postgres_in(folder.path() / "database");
  const auto here = node_beside(*database, folder.path() / "data");
  const auto token = session_of(*here, "user-sophie");
  const auto signed_in = "Cookie: connect.sid=" + token + "\r\n";
  const auto is_ready = [&](int status, std::string_view word) {
    return until([&] {
      const auto said = plain_get(*here, "/api/ready");
      return said.status == status &&
             said.body.find(fmt::format(R"("status":"{}")", word)) != std::string::npos;
    });
  };
  REQUIRE(is_ready(200, "ready"));
  REQUIRE(plain_get(*here, "/api/v1/me", signed_in).status == 200);
  CHECK(http.lines().empty());

  database->stop();
  REQUIRE(is_ready(503, "no database"));
  // The process itself is well, and a service manager need not start it again.
  CHECK(plain_get(*here, "/api/health").status == 200);
  const auto failed = plain_get(*here, "/api/v1/search/messages?q=sesame",
                                signed_in + "X-Request-Id: during-the-outage\r\n");
  CHECK(failed.status == 503);
  CHECK(failed.header("X-Request-Id") == "during-the-outage");

  const auto line = http.line("during-the-outage");
  INFO(line);
  const auto read = json::parse(line);
  REQUIRE(read);
  const auto said = read->root();
  CHECK(said["level"].as_string() == "warning");
  CHECK(said["trace"].as_string() == "during-the-outage");
  CHECK(said["method"].as_string() == "GET");
  CHECK(said["path"].as_string() == "/api/v1/search/messages");
  CHECK(said["status"].as_int64() == 503);
  CHECK(said["user"].as_string() == "user-sophie");
  CHECK(said["cause"].as_string().value_or("").starts_with("unavailable: the database "));
  CHECK(http.line(token).empty());
  CHECK(http.line("sesame").empty());
  // Each connection of the pool says once that it is away, in its own area.
  CHECK_FALSE(persistence.line("connection lost").empty());

  database = nullptr;
  database = postgres_in(folder.path() / "database");
  CHECK(is_ready(200, "ready"));
  CHECK(until([&] { return plain_get(*here, "/api/v1/rooms", signed_in).status == 200; }));

  // What is behind a fault is for the log alone.
  auto owner = pg::session::open(database->owner_connection());
  REQUIRE(owner);
  REQUIRE(owner->run("alter table room_members rename to members_elsewhere"));
  const auto broken =
      plain_get(*here, "/api/v1/rooms", signed_in + "X-Request-Id: without-a-table\r\n");
  CHECK(broken.status == 503);
  CHECK(broken.body.find("room_members") == std::string::npos);
  const auto why = http.line("without-a-table");
  INFO(why);
  CHECK(why.find("the database cannot do this now (") != std::string::npos);
  CHECK(why.find("room_members") != std::string::npos);
}
