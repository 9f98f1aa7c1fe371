#pragma once

#include "actors/core/caf.hpp"
#include "persistence/database.hpp"
#include "tests/support/database_loop.hpp"
#include "tests/support/postgres.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace stoa::testing {

inline void announce_persistence() {
  static std::once_flag once;
  std::call_once(once, [] {
    caf::core::init_global_meta_objects();
    caf::init_global_meta_objects<caf::id_block::stoa_core>();
    caf::init_global_meta_objects<caf::id_block::stoa_persistence>();
  });
}

/// A pool on a database of its own, or on the one that its options name.
struct scratch_pool {
  explicit scratch_pool(database_options options = {}) {
    announce_persistence();
    if (options.conninfo.empty())
      options.conninfo = scratch.app();
    system = std::make_unique<caf::actor_system>(config);
    loop = std::make_unique<database_loop>(*system);
    database = open_database(loop->place(), std::move(options));
  }
  ~scratch_pool() {
    caf::scoped_actor self{*system};
    self->send_exit(database, caf::exit_reason::user_shutdown);
    self->wait_for(database);
    database = nullptr;
  }
  outcome<results> run(transaction what) {
    return run_and_wait(*system, database, std::move(what));
  }
  outcome<results> run(const std::string& tenant, statement what) {
    return run(in_establishment(tenant, std::move(what)));
  }

  scratch_database scratch;
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  std::unique_ptr<database_loop> loop;
  database_actor database;
};

inline statement add_establishment(const std::string& id) {
  return prepared("insert into establishments (id, name, slug) values ($1, $1, $1)", id);
}

}  // namespace stoa::testing
