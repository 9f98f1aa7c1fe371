#include "tests/support/postgres_pair.hpp"

#include "persistence/bootstrap.hpp"
#include "persistence/postgres_programs.hpp"
#include "persistence/process.hpp"
#include "tests/support/holder.hpp"
#include "tests/support/ports.hpp"

#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace stoa::testing {
namespace {

using namespace std::chrono_literals;

template <class T>
T value_or_throw(outcome<T> what) {
  if (!what)
    throw std::runtime_error(what.error().text + ": " + what.error().cause);
  if constexpr (!std::is_void_v<T>)
    return std::move(*what);
}

}  // namespace

postgres_pair::postgres_pair(replication how)
    : account_(value_or_throw(unprivileged_user())),
      programs_(value_or_throw(find_postgres({}, {}))) {
  for (auto* each : {&primary_, &standby_})
    each->port = free_port();
  if (account_ && ::chown(folder_.path().c_str(), account_->uid, account_->gid) != 0)
    throw std::runtime_error("that folder cannot be given away");
  primary_.folder = folder_.path() / "primary";
  standby_.folder = folder_.path() / "standby";
  const auto run = [&](std::vector<std::string> arguments) {
    value_or_throw(run_child(
        {.arguments = std::move(arguments), .as = account_, .output = folder_.path() / "setup.log"},
        60s));
  };
  run({programs_ / "initdb", "-D", primary_.folder, "-A", "trust", "-U", cluster_owner, "-E",
       "UTF8", "--locale=C.UTF-8", "--no-sync"});
  start(primary_);
  auto admin = value_or_throw(pg::session::open(
      connection(cluster_owner, std::to_string(primary_.port)) + " dbname=postgres"));
  value_or_throw(admin.run("create database stoa"));
  value_or_throw(make_app_role(admin, app_login::by_itself));
  run({programs_ / "pg_basebackup", "-D", standby_.folder, "-R", "-X", "stream", "--no-sync", "-c",
       "fast", "-d", connection(cluster_owner, std::to_string(primary_.port))});
  start(standby_);
  if (how == replication::asynchronous)
    return;
  value_or_throw(admin.run("alter system set synchronous_standby_names = '*'"));
  value_or_throw(admin.run("select pg_reload_conf()"));
  if (!eventually([&] {
        return first_value(admin, "select 1 from pg_stat_replication where sync_state = 'sync'") ==
               "1";
      }))
    throw std::runtime_error("the standby does not replicate");
}

postgres_pair::~postgres_pair() {
  for (auto* each : {&primary_, &standby_})
    end(*each, SIGQUIT);
}

void postgres_pair::start(server& which) {
  which.process = value_or_throw(start_child(
      {.arguments = {programs_ / "postgres", "-D", which.folder, "-c", "listen_addresses=127.0.0.1",
                     "-c", fmt::format("port={}", which.port), "-c",
                     fmt::format("unix_socket_directories={}", folder_.path().string()), "-c",
                     // With its default of 5 s a standby that has just lost its primary was seen
                     // to take as long to become one itself.
                     "max_connections=60", "-c", "wal_retrieve_retry_interval=200ms"},
       .as = account_,
       .output = which.folder.string() + ".log",
       .when_we_die = SIGQUIT}));
  const auto there = connection(cluster_owner, std::to_string(which.port)) + " dbname=postgres";
  if (!eventually([&] { return static_cast<bool>(pg::session::open(there)); }))
    throw std::runtime_error(tail_of(which.folder.string() + ".log"));
}

void postgres_pair::end(server& which, int signal) {
  if (which.process < 0)
    return;
  ::kill(which.process, signal);
  ::kill(which.process, SIGCONT);
  ::waitpid(which.process, nullptr, 0);
  which.process = -1;
}

void postgres_pair::kill_primary() {
  end(primary_, SIGKILL);
}

void postgres_pair::promote_standby() {
  auto session = value_or_throw(pg::session::open(standby_owner()));
  value_or_throw(session.run("select pg_promote()"));
}

std::string postgres_pair::connection(const std::string& role, const std::string& ports) const {
  const bool both = ports.find(',') != std::string::npos;
  return fmt::format("host={} port={} user={} application_name=standby",
                     both ? "127.0.0.1,127.0.0.1" : "127.0.0.1", ports, role);
}

std::string postgres_pair::owner() const {
  return connection(cluster_owner, fmt::format("{},{}", primary_.port, standby_.port)) +
         " dbname=stoa";
}

std::string postgres_pair::app() const {
  return connection(app_role, fmt::format("{},{}", primary_.port, standby_.port)) + " dbname=stoa";
}

std::string postgres_pair::standby_owner() const {
  return connection(cluster_owner, std::to_string(standby_.port)) + " dbname=stoa";
}

}  // namespace stoa::testing
