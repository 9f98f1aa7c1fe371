#pragma once

#include "persistence/protocol.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

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
  std::chrono::milliseconds patience{2000};
};

/// Runs a transaction and waits for its end: for programs and tests, never inside an actor.
[[nodiscard]] outcome<results> run_and_wait(caf::actor_system& system, const database_actor& pool,
                                            transaction what);

/// The thread on which the pool and its sockets live. Outlives the pool.
class database_loop {
public:
  explicit database_loop(caf::actor_system& system);
  ~database_loop();

  /// Starts the pool. It connects by itself, again and again if it must.
  [[nodiscard]] database_actor open(database_options options);

private:
  struct body;
  std::unique_ptr<body> body_;
};

}  // namespace stoa
