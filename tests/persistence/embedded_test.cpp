#include "persistence/embedded.hpp"

#include "persistence/pg/session.hpp"
#include "tests/support/holder.hpp"
#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <fstream>
#include <signal.h>
#include <thread>
#include <unistd.h>

using namespace stoa;
using namespace stoa::testing;
namespace fs = std::filesystem;

namespace {

std::unique_ptr<embedded_postgres> started(const fs::path& folder) {
  auto made = embedded_postgres::start({.data_dir = folder});
  if (!made)
    FAIL(made.error().text << ": " << made.error().cause);
  return std::move(*made);
}

/// One value of one statement, as the owner.
std::string owner_reads(const embedded_postgres& where, const std::string& sql) {
  auto session = pg::session::open(where.owner_connection());
  if (!session)
    return "no connection: " + session.error().cause;
  auto got = session->run(sql);
  return got ? (got->size() > 0 ? got->text(0, 0) : "") : got.error().cause;
}

/// A process that ended but was not yet buried has no program any more.
bool is_running(int process) {
  std::error_code gone;
  [[maybe_unused]] auto program =
      fs::read_symlink("/proc/" + std::to_string(process) + "/exe", gone);
  return !gone;
}

}  // namespace

TEST_CASE("what was committed is there after a restart", "[db]") {
  scratch_folder folder;
  {
    auto first = started(folder.path() / "data");
    REQUIRE(owner_reads(*first,
                        "create table kept (word text); insert into kept values ('stoa')") == "");
    first->stop();
    CHECK_FALSE(is_running(first->process()));
    first->stop();  // twice does no harm
  }
  auto second = started(folder.path() / "data");
  CHECK(owner_reads(*second, "select word from kept") == "stoa");
}

TEST_CASE("a private cluster is durable, local and ours", "[db]") {
  auto& cluster = shared_postgres();
  CHECK(owner_reads(cluster, "show fsync") == "on");
  CHECK(owner_reads(cluster, "show synchronous_commit") == "on");
  CHECK(owner_reads(cluster, "show full_page_writes") == "on");
  CHECK(owner_reads(cluster, "show listen_addresses") == "");
  CHECK(owner_reads(cluster, "show data_checksums") == "on");
  CHECK(owner_reads(cluster, "show jit") == "off");
  CHECK(owner_reads(cluster,
                    "select pg_encoding_to_char(encoding) from pg_database"
                    " where datname = 'stoa'") == "UTF8");
  CHECK(owner_reads(cluster, "select lower('ÉTÉ')") == "été");
  CHECK((fs::status(cluster.folder() / "run").permissions() & fs::perms{0077}) == fs::perms::none);

  auto app = pg::session::open(cluster.app_connection());
  REQUIRE(app);
  auto who = app->run(
      "select current_user, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
      " from pg_roles where rolname = current_user",
      {});
  REQUIRE(who);
  CHECK(who->text(0, 0) == "stoa_app");
  for (std::size_t column = 1; column < 5; ++column)
    CHECK(who->text(0, column) == "f");
}

TEST_CASE("a second server on the same data folder is refused by name", "[db]") {
  scratch_folder folder;
  auto first = started(folder.path() / "data");
  auto second = embedded_postgres::start({.data_dir = folder.path() / "data"});
  REQUIRE_FALSE(second);
  CHECK(second.error().code == fault_code::conflict);
  CHECK(second.error().text.find("process " + std::to_string(getpid())) != std::string::npos);
  CHECK(owner_reads(*first, "select 1") == "1");
}

TEST_CASE("PostgreSQL goes when its server is killed, and the next one starts at once", "[db]") {
  scratch_folder folder;
  auto data = (folder.path() / "data").string();
  holder server{"--hold-cluster", data};
  auto said = server.line();
  REQUIRE(said.starts_with("ready "));
  int postmaster = std::stoi(said.substr(6));
  REQUIRE(is_running(postmaster));

  SECTION("while the old one may still be shutting down") {
    server.kill();
    auto next = started(data);
    CHECK(owner_reads(*next, "select 1") == "1");
    CHECK_FALSE(is_running(postmaster));
  }
  SECTION("after the kernel has ended it") {
    server.kill();
    CHECK(eventually([&] { return !is_running(postmaster); }));
    auto next = started(data);
    CHECK(owner_reads(*next, "select 1") == "1");
  }
  SECTION("even when the postmaster was stopped and could not hear of it") {
    REQUIRE(::kill(postmaster, SIGSTOP) == 0);
    server.kill();
    REQUIRE(is_running(postmaster));
    ::kill(postmaster, SIGCONT);
    auto next = started(data);
    CHECK(owner_reads(*next, "select 1") == "1");
    CHECK(next->process() != postmaster);
  }
  SECTION("and when both were killed, leaving their files and a busy backend") {
    auto conninfo = "host=" + data + "/run user=stoa_owner dbname=stoa";
    bool counted = true;
    std::thread busy{[&] {
      if (auto session = pg::session::open(conninfo))
        counted = bool{session->run("select count(*) from generate_series(1, 1000000000000)")};
    }};
    auto watch = pg::session::open(conninfo);
    REQUIRE(watch);
    REQUIRE(eventually([&] {
      auto seen = watch->run(
          "select from pg_stat_activity where query like '%generate_series%'"
          " and pid <> pg_backend_pid() and state = 'active'");
      return seen && seen->size() == 1;
    }));
    server.kill();
    ::kill(postmaster, SIGKILL);
    auto next = started(data);
    busy.join();
    CHECK_FALSE(counted);
    CHECK(owner_reads(*next, "select 1") == "1");
  }
}

TEST_CASE("a pid file that names a stranger does not stop the start", "[db]") {
  scratch_folder folder;
  auto data = folder.path() / "data";
  started(data)->stop();
  // The number of this very process: it lives, and it is no postmaster.
  std::ofstream{data / "postgres" / "postmaster.pid"} << getpid() << '\n'
                                                      << (data / "postgres").string() << '\n';
  auto next = started(data);
  CHECK(owner_reads(*next, "select 1") == "1");
}

TEST_CASE("an initdb that was killed is done again", "[db]") {
  scratch_folder folder;
  auto data = folder.path() / "data";
  fs::create_directories(data / "postgres.new" / "base");
  fs::permissions(data, fs::perms{0711});
  std::ofstream{data / "postgres.new" / "PG_VERSION"} << "15\n";
  auto cluster = started(data);
  CHECK(owner_reads(*cluster, "select 1") == "1");
  CHECK_FALSE(fs::exists(data / "postgres.new"));
}

TEST_CASE("a data folder with a long path gets a socket elsewhere", "[db]") {
  scratch_folder folder;
  auto data = folder.path() / std::string(60, 'a') / std::string(60, 'b');
  fs::path noted;
  {
    auto cluster = started(data);
    CHECK(owner_reads(*cluster, "select 1") == "1");
    std::string line;
    std::getline(std::ifstream{data / "run.path"} >> std::ws, line);
    noted = line;
    CHECK(fs::exists(noted));
  }
  CHECK_FALSE(fs::exists(noted));
}

TEST_CASE("an ephemeral cluster leaves nothing behind", "[db]") {
  fs::path folder;
  {
    auto made = embedded_postgres::start({.ephemeral = true});
    REQUIRE(made);
    folder = (*made)->folder();
    CHECK(fs::exists(folder / "postgres"));
  }
  CHECK_FALSE(fs::exists(folder));
}

TEST_CASE("the temporary folder of a killed server goes with the next start", "[db]") {
  fs::path orphan = fs::temp_directory_path() / "stoa-ephemeral-orphan";
  fs::create_directories(orphan / "postgres");
  std::ofstream{orphan / "lock"} << "1\n";
  fs::path unfinished = fs::temp_directory_path() / "stoa-ephemeral-unfinished";
  fs::create_directories(unfinished);
  fs::last_write_time(unfinished, fs::file_time_type::clock::now() - std::chrono::hours{2});
  auto made = embedded_postgres::start({.ephemeral = true});
  REQUIRE(made);
  CHECK_FALSE(fs::exists(orphan));
  CHECK_FALSE(fs::exists(unfinished));
  CHECK(fs::exists(shared_postgres().folder() / "postgres"));  // the living ones stay
}

TEST_CASE("the server hears when its PostgreSQL dies", "[db]") {
  scratch_folder folder;
  std::atomic<int> told{0};
  auto made = embedded_postgres::start(
      {.data_dir = folder.path() / "data", .on_death = [&told](const std::string&) { ++told; }});
  REQUIRE(made);
  ::kill((*made)->process(), SIGQUIT);
  CHECK(eventually([&] { return told == 1; }));
  (*made)->stop();
  CHECK(told == 1);
}

TEST_CASE("a PostgreSQL that dies is started again, with what was committed", "[db]") {
  std::atomic<int> deaths{0};
  auto made = embedded_postgres::start(
      {.ephemeral = true, .on_death = [&deaths](const std::string&) { ++deaths; }});
  REQUIRE(made);
  auto& postgres = *made;
  auto first = pg::session::open(postgres->owner_connection());
  REQUIRE(first);
  REQUIRE(first->run("create table kept (n int); insert into kept values (1)"));
  for (int life = 1; life <= 2; ++life) {
    const auto before = postgres->process();
    REQUIRE(::kill(before, SIGKILL) == 0);
    REQUIRE(eventually([&] { return deaths == life && postgres->process() != before; }));
    REQUIRE(eventually([&] {
      auto session = pg::session::open(postgres->owner_connection());
      return session && session->run("insert into kept values (2)");
    }));
  }
  auto session = pg::session::open(postgres->owner_connection());
  REQUIRE(session);
  CHECK(session->run("select count(*) from kept where n = 1")->text(0, 0) == "1");
  const auto last = postgres->process();
  postgres->stop();
  CHECK(::kill(last, 0) != 0);
  CHECK(deaths == 2);
}

TEST_CASE("a missing PostgreSQL is said in one sentence", "[db]") {
  scratch_folder folder;
  auto made = embedded_postgres::start(
      {.data_dir = folder.path() / "data", .programs = folder.path() / "nowhere"});
  REQUIRE_FALSE(made);
  CHECK(made.error().code == fault_code::unavailable);
  CHECK(made.error().text.find("PostgreSQL is not installed") == 0);
}

TEST_CASE("a cluster of another version is named, not damaged", "[db]") {
  scratch_folder folder;
  auto data = folder.path() / "data";
  fs::create_directories(data / "postgres");
  fs::permissions(data, fs::perms{0711});
  std::ofstream{data / "postgres" / "PG_VERSION"} << "9\n";
  auto made = embedded_postgres::start({.data_dir = data});
  REQUIRE_FALSE(made);
  CHECK(made.error().text.find("PostgreSQL 9") != std::string::npos);
}
