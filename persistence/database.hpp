#pragma once

#include "persistence/protocol.hpp"

#include <caf/fwd.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace boost::asio {
class io_context;
}

namespace stoa {

/// How the pool talks to PostgreSQL, and the bounds of its queue.
struct database_options {
  std::string conninfo = {};        ///< libpq connection string of the application role
  std::size_t connections = 8;      ///< pipelines kept open
  std::size_t per_connection = 64;  ///< transactions in flight on each
  /// Bytes of parameters in flight on each, beyond its first transaction: what PostgreSQL does not
  /// take, libpq keeps.
  std::size_t per_connection_bytes = 8 * 1024 * 1024;
  std::size_t queue = 4096;  ///< transactions waiting; one more is answered `overloaded`
  /// Bytes of their parameters; beyond them, the same answer. What waits to share a commit has as
  /// much again.
  std::size_t queue_bytes = 64 * 1024 * 1024;
  /// How long a transaction may take that does not say so itself; then `unavailable`.
  /// It is also `statement_timeout`: what nobody waits for any more ends at the server as well.
  std::chrono::milliseconds patience{2000};
  /// How long each address of each server has to become a connection, where the connection string
  /// has no `connect_timeout`.
  std::chrono::milliseconds connect_patience{1000};
};

/// Runs a transaction and waits for its end: for programs and tests, never inside an actor.
[[nodiscard]] outcome<results> run_and_wait(caf::actor_system& system, const database_actor& pool,
                                            transaction what);

/// An Asio loop and CAF's way onto its thread. Both outlive whoever lives there.
struct database_place {
  boost::asio::io_context& io;
  caf::execution_unit& unit;
};

/// Starts the pool on a loop of somebody else's. It connects by itself, again and again if it must.
[[nodiscard]] database_actor open_database(database_place where, database_options options);

}  // namespace stoa
