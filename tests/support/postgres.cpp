#include "tests/support/postgres.hpp"

#include "persistence/bootstrap.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stdlib.h>

namespace stoa::testing {
namespace {

constexpr const char* template_name = "stoa_template";

std::mutex guard;
std::unique_ptr<embedded_postgres> running;

template <class T>
T must(outcome<T> what) {
  if (!what)
    throw std::runtime_error(what.error().text + ": " + what.error().cause);
  return std::move(*what);
}

void make_template(embedded_postgres& where) {
  auto admin = must(pg::session::open(where.owner_connection("postgres")));
  must(admin.run(fmt::format("create database {}", template_name)));
  must(
      prepare_database(where.owner_connection(template_name), where.app_connection(template_name)));
  // Nobody connects to it again, so it can be copied at any time.
  must(admin.run(fmt::format("alter database {} allow_connections false", template_name)));
}

embedded_postgres& with_template() {
  std::lock_guard hold{guard};
  if (!running) {
    auto started = must(embedded_postgres::start({.ephemeral = true}));
    make_template(*started);
    running = std::move(started);
  }
  return *running;
}

}  // namespace

embedded_postgres& shared_postgres() {
  return with_template();
}

void forget_postgres() {
  std::lock_guard hold{guard};
  running.reset();
}

scratch_database::scratch_database(kind which) {
  static std::atomic<int> next{0};
  auto& where = shared_postgres();
  name_ = fmt::format("test_{}", ++next);
  auto admin = must(pg::session::open(where.owner_connection("postgres")));
  must(admin.run(fmt::format("create database {} template {}", name_,
                             which == kind::migrated ? template_name : "template1")));
}

scratch_database::~scratch_database() {
  auto admin = pg::session::open(shared_postgres().owner_connection("postgres"));
  if (admin)  // if not, the cluster goes as a whole
      [[maybe_unused]]
    auto gone = admin->run(fmt::format("drop database {} with (force)", name_));
}

std::string scratch_database::owner() const {
  return shared_postgres().owner_connection(name_);
}

std::string scratch_database::app() const {
  return shared_postgres().app_connection(name_);
}

pg::session scratch_database::owner_session() const {
  return must(pg::session::open(owner()));
}

pg::session scratch_database::app_session() const {
  return must(pg::session::open(app()));
}

pg::answer run(pg::session& database, const std::string& sql) {
  auto got = database.run(sql);
  if (!got)
    FAIL(sql << ": " << got.error().text << ": " << got.error().cause);
  return std::move(*got);
}

std::string first_value(pg::session& database, const std::string& sql) {
  auto got = database.run(sql, {});
  return got ? (got->size() > 0 ? got->text(0, 0) : "nothing") : got.error().cause;
}

scratch_folder::scratch_folder() {
  auto name = (std::filesystem::temp_directory_path() / "stoa-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw std::runtime_error("no temporary folder");
  path_ = name;
  std::filesystem::permissions(path_, std::filesystem::perms{0711});
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::span<const migration> slow_migrations() {
  static constexpr migration all[] = {
      {1, "first", "create table first (id int)", "drop table first"},
      {2, "second",
       "create table second (id int);"
       "do $$ begin if to_regclass('go_on') is null then perform pg_sleep(600); end if; end $$",
       "drop table second"},
      {3, "third", "create table third (id int)", "drop table third"},
  };
  return all;
}

}  // namespace stoa::testing
