#pragma once

#include "persistence/protocol.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace stoa::pg {

/// One connection to PostgreSQL in libpq's pipeline mode (PostgreSQL manual §34.5), driven by the
/// loop it is given. Not thread-safe: everything happens on that loop.
///
/// Each transaction is its statements and one Sync, so they share one implicit transaction. The
/// connection's `stoa.establishment` is changed, under a Sync of its own, whenever the next
/// transaction belongs to another establishment than the one before it. Statements are prepared on
/// first use.
class pipeline {
public:
  using clock = std::chrono::steady_clock;
  using done = std::function<void(outcome<results>)>;

  struct events {
    std::function<void()> changed;  ///< became usable, was lost, or has room again
  };

  pipeline(boost::asio::io_context& io, std::string conninfo, events listen);
  ~pipeline();
  pipeline(const pipeline&) = delete;
  pipeline& operator=(const pipeline&) = delete;

  /// Whether transactions can be submitted now.
  [[nodiscard]] bool usable() const noexcept;
  /// Whether the connection is set to this establishment already.
  [[nodiscard]] bool serves(std::string_view establishment) const noexcept;
  /// Transactions sent whose end has not come.
  [[nodiscard]] std::size_t in_flight() const noexcept;
  /// Bytes of their parameters.
  [[nodiscard]] std::size_t bytes_in_flight() const noexcept;
  /// When the oldest of them has to be answered; `clock::time_point::max()` without any.
  [[nodiscard]] clock::time_point oldest_deadline() const noexcept;

  /// Queues a transaction; `flush` sends it. `whenDone` is called exactly once, on the loop.
  void submit(const transaction& what, clock::time_point deadline, done when_done);
  /// Hands everything queued to the socket.
  void flush();
  /// Gives the connection up: everything in flight fails as `unavailable`, then it reconnects with
  /// back-off (50 ms, doubled up to 2 s).
  void lose(const std::string& why);

private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace stoa::pg
