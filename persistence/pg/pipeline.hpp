#pragma once

#include "persistence/pg/link.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stoa::pg {

/// A place in the pool: one connection that serves, made again whenever it is lost, on the first of
/// several servers that takes writes. Not thread-safe: everything happens on the loop it is given.
///
/// A connection whose oldest transaction is late is set aside and another one takes its place: the
/// server may be out of reach. It is not closed, since a server that only waits (for a lock, for a
/// standby) would not notice, and go on holding what it holds; with each of them closed and
/// replaced there would soon be no connection left. So a place has two connections at most.
class pipeline {
public:
  using clock = link::clock;
  using callback = link::callback;

  struct events {
    std::function<void()> changed;  ///< became usable, was lost, or has room again
    /// Connected to another server than before: a standby has become the primary.
    std::function<void(std::size_t server)> moved;
  };

  /// Connects by itself, again and again if it must, with back-off (50 ms, doubled up to 2 s, up to
  /// 500 ms where there are several servers). `servers` has at least one.
  pipeline(boost::asio::io_context& io, std::vector<endpoint> servers, connect_options options,
           events listen);
  ~pipeline();
  pipeline(const pipeline&) = delete;
  pipeline& operator=(const pipeline&) = delete;

  /// Whether transactions can be submitted now.
  [[nodiscard]] bool usable() const noexcept;
  /// Whether the connection is set to this establishment already.
  [[nodiscard]] bool serves(std::string_view establishment) const noexcept;
  /// Transactions sent whose end has not come, with those of a connection that was set aside.
  [[nodiscard]] std::size_t in_flight() const noexcept;
  /// Bytes of their parameters.
  [[nodiscard]] std::size_t bytes_in_flight() const noexcept;

  /// Queues a transaction while `usable`; `flush` sends it. `on_complete` is called exactly once,
  /// on the loop.
  void submit(transaction what, clock::time_point deadline, callback on_complete);
  /// Hands everything queued to the socket.
  void flush();
  /// Answers what is late by more than `grace` as `unavailable`, and lets another connection take
  /// the place of one that is stuck.
  void expire(clock::time_point present, std::chrono::milliseconds grace);
  /// Leaves every other server for this one, by its place in `servers`: what is in flight elsewhere
  /// fails as `unavailable`.
  void follow(std::size_t server);

private:
  void connect();
  void connected_to(connected established);
  void lost(const link* which, const std::string& why);
  void came_back(const link* which);
  void warn_once(const std::string& why);

  boost::asio::io_context& io_;
  std::vector<endpoint> servers_;
  connect_options options_;
  events on_;
  connector connector_;
  boost::asio::steady_timer retry_;
  std::shared_ptr<link> current_;
  std::shared_ptr<link> aside_;           // late; it may come back
  std::size_t server_ = 0;                // where the next attempt begins
  std::optional<std::size_t> served_by_;  // the last one that served
  std::chrono::milliseconds back_off_;
  bool out_of_reach_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace stoa::pg
