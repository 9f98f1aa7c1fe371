#include "tests/net/support.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/program.hpp"
#include "tools/load/server_process.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

using namespace stoa;
using testing::content_of;
using testing::first_value;
using testing::port_in;
using testing::scratch_folder;

namespace {

/// A program that makes its own database and demo people.
struct first_start {
  explicit first_start(const scratch_folder& folder)
      : data(folder.path() / "data"),
        log(folder.path() / "server.log"),
        server({STOA_PROGRAM, "serve", "--data", data.string(), "--site", "stacgate:0", "--demo"},
               log) {}

  std::optional<pg::session> database() const {
    auto open = pg::session::open("host=" + data.string() + "/run user=stoa_owner dbname=stoa");
    return open ? std::optional{std::move(*open)} : std::nullopt;
  }
  // Migrations that are saved; 0 while PostgreSQL is not there.
  int migrations() const {
    auto open = database();
    if (!open)
      return 0;
    const auto count = first_value(*open, "select count(*) from stoa_migrations");
    return count.find_first_not_of("0123456789") == std::string::npos ? std::stoi(count) : 0;
  }
  bool start() {
    begin = content_of(log).size();
    return bool{server.start()};
  }
  // What this run has said, not those before it.
  std::string text() const { return content_of(log).substr(begin); }
  bool said(std::string_view what) const { return text().find(what) != std::string::npos; }
  bool serves() const { return port_in(text()) != 0; }

  std::filesystem::path data;
  std::filesystem::path log;
  load::server_process server;
  std::size_t begin = 0;
};

// A start may take longer than one wait.
bool until_or_end(load::server_process& server, const std::function<bool()>& holds) {
  while (!test::until([&] { return holds() || server.ended(); }))
    continue;
  return holds();
}

std::map<std::string, std::string> rows_of_tables(pg::session& database) {
  auto tables = testing::run(database,
                             "select tablename from pg_tables where schemaname = 'public'"
                             " and tablename not in ('jobs', 'sessions')");
  std::map<std::string, std::string> out;
  for (std::size_t i = 0; i < tables.size(); ++i)
    out[tables.text(i, 0)] = first_value(database, "select count(*) from " + tables.text(i, 0));
  return out;
}

}  // namespace

TEST_CASE("a first start that is killed again and again is completed by the next",
          "[db][net][slow]") {
  const scratch_folder folder;
  first_start killed{folder};
  const std::vector<std::function<bool()>> moments{
      [&] { return exists(killed.data / "postgres.new"); },
      [&] { return exists(killed.data / "postgres.new" / "global" / "pg_control"); },
      [&] { return exists(killed.data / "postgres" / "postmaster.pid"); },
      [&] { return killed.database().has_value(); },
      [&] { return killed.migrations() >= 1; },
      [&] { return killed.migrations() >= 9; },
      [&] { return killed.said("starting the actors"); },
      [&] { return killed.said("looking after the demo data"); },
      [&] { return killed.said("opening the ports"); },
  };
  for (const auto& moment : moments) {
    REQUIRE(killed.start());
    INFO(content_of(killed.log));
    REQUIRE(until_or_end(killed.server, moment));
    killed.server.kill();
  }
  REQUIRE(killed.start());
  CHECK(until_or_end(killed.server, [&] { return killed.serves(); }));

  const scratch_folder other;
  first_start left_alone{other};
  REQUIRE(left_alone.start());
  CHECK(until_or_end(left_alone.server, [&] { return left_alone.serves(); }));
  auto mended = killed.database();
  auto whole = left_alone.database();
  INFO(content_of(killed.log));
  REQUIRE(mended);
  REQUIRE(whole);
  CHECK(rows_of_tables(*mended) == rows_of_tables(*whole));
  CHECK(rows_of_tables(*whole)["users"] != "0");
}
