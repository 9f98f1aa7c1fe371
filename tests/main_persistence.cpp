#include "persistence/embedded.hpp"
#include "persistence/migrate.hpp"
#include "persistence/pg/session.hpp"
#include "tests/main.hpp"
#include "tests/support/postgres.hpp"

#include <iostream>
#include <string_view>
#include <unistd.h>

namespace {

/// What tests kill: a server that holds a private PostgreSQL, until it is killed.
int hold_cluster(const char* folder) {
  auto started = stoa::embedded_postgres::start({.data_dir = folder});
  if (!started) {
    std::cout << "refused " << started.error().text << std::endl;
    return 1;
  }
  std::cout << "ready " << (*started)->process() << std::endl;
  for (;;)
    pause();
}

/// What tests kill: a migration that is under way.
int migrate_slowly(const char* conninfo) {
  auto session = stoa::pg::session::open(conninfo);
  if (!session)
    return 1;
  auto done = stoa::migrate_up(*session, stoa::testing::slow_migrations());
  return done ? 0 : 1;
}

}  // namespace

int stoa::testing::around_tests(int argc, char** argv, test_run run) {
  std::string_view job = argc == 3 ? argv[1] : "";
  if (job == "--hold-cluster")
    return hold_cluster(argv[2]);
  if (job == "--migrate-slowly")
    return migrate_slowly(argv[2]);
  const int result = run(argc, argv);
  forget_postgres();
  return result;
}
