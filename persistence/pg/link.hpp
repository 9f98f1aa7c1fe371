#pragma once

#include "persistence/pg/connector.hpp"
#include "persistence/protocol.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace stoa::pg {

/// One established connection in libpq's pipeline mode (PostgreSQL manual §34.5). Not thread-safe:
/// everything happens on the loop it is given.
///
/// Each transaction is its statements and one Sync, so they share one implicit transaction. The
/// session's `stoa.establishment` is changed, under a Sync of its own, whenever the next
/// transaction belongs to another establishment than the one before it. Statements are prepared on
/// first use.
///
/// A statement whose plan no longer fits its table (0A000, after ALTER TABLE … TYPE), or that the
/// server does not know any more (26000), is forgotten, and its transaction is run once more:
/// nothing of it took effect.
class link : public std::enable_shared_from_this<link> {
public:
  using clock = std::chrono::steady_clock;
  using callback = std::function<void(outcome<results>)>;

  struct events {
    std::function<void()> changed;                 ///< has room again, or has come back
    std::function<void(const std::string&)> lost;  ///< cannot be used any more; why
    std::function<void()> read_only;               ///< a write was refused, since it may not write
  };

  /// `statement_timeout` is what the connection was set to: a transaction that may take longer says
  /// so to the server.
  [[nodiscard]] static std::shared_ptr<link> open(boost::asio::io_context& io,
                                                  connected established,
                                                  std::chrono::milliseconds statement_timeout,
                                                  events listen);
  virtual ~link() = default;

  /// Whether the oldest transaction is late: the server works on it, waits for a lock or a standby,
  /// or is out of reach. What is in flight may still come back.
  [[nodiscard]] virtual bool is_stalled() const noexcept = 0;
  [[nodiscard]] virtual bool serves(std::string_view establishment) const noexcept = 0;
  [[nodiscard]] virtual std::size_t in_flight() const noexcept = 0;
  [[nodiscard]] virtual std::size_t bytes_in_flight() const noexcept = 0;

  /// Queues a transaction; `flush` sends it. `on_complete` is called exactly once, on the loop,
  /// unless the link is closed before.
  virtual void submit(transaction what, clock::time_point deadline, callback on_complete) = 0;
  /// Hands everything queued to the socket.
  virtual void flush() = 0;
  /// Answers `unavailable` for what is late by more than `grace`. It stays in flight, since nobody
  /// can take it back from the server.
  virtual void expire(clock::time_point present, std::chrono::milliseconds grace) = 0;
  /// Closes the connection. Everything in flight that has no answer fails as `unavailable`.
  virtual void close(const std::string& why) = 0;
  /// Closes the connection and calls nobody back.
  virtual void abandon() noexcept = 0;

protected:
  link() = default;
};

}  // namespace stoa::pg
