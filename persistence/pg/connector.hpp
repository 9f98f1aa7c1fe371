#pragma once

#include "persistence/pg/conninfo.hpp"
#include "schema/outcome.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

struct pg_conn;

namespace boost::asio {
class io_context;
}

namespace stoa::pg {

struct finish_connection {
  void operator()(pg_conn* what) const noexcept;
};
/// A connection of libpq, closed by its owner.
using connection_ptr = std::unique_ptr<pg_conn, finish_connection>;

/// What a new connection has to satisfy, and what is set on it.
struct connect_options {
  /// For each address of each server, from the first packet to a session that can be used;
  /// `connect_timeout` of the connection string comes first. PQconnectPoll has no time-out of its
  /// own (PostgreSQL manual §34.1).
  std::chrono::milliseconds patience{2000};
  /// How long one statement may run (`statement_timeout`): what nobody waits for any more must not
  /// hold its locks.
  std::chrono::milliseconds statement_timeout{2000};
};

/// A connection that can be used.
struct connected {
  connection_ptr connection;
  std::size_t endpoint = 0;  ///< which of the servers it is
  /// Whether something between us and PostgreSQL deals out its connections (PgBouncer): the process
  /// that serves us is not the one that was announced.
  bool is_pooled = false;
};

/// Opens connections on an Asio loop, without ever blocking it: each server in turn, each of its
/// addresses, each with a deadline. Not thread-safe: everything happens on that loop.
class connector {
public:
  using callback = std::function<void(outcome<connected>)>;

  connector(boost::asio::io_context& io, std::vector<endpoint> servers, connect_options options);
  ~connector();
  connector(const connector&) = delete;
  connector& operator=(const connector&) = delete;

  /// Tries all servers once, beginning with this one. `on_complete` is called exactly once unless
  /// the attempt is cancelled; `unavailable` has what each server said as its cause. An attempt
  /// that is under way is cancelled.
  void connect(std::size_t first, callback on_complete);
  void cancel();
  [[nodiscard]] bool is_busy() const noexcept;

private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace stoa::pg
