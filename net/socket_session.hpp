#pragma once

#include "net/connection.hpp"
#include "net/gather_stream.hpp"
#include "net/handler.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>

namespace stoa {

/// What a WebSocket and an event stream have in common: the bounded outbox, the one look a second
/// at its deadlines, and the orderly end. Everything but the outbox's own members belongs to the
/// loop's thread.
class socket_session : public swept, public outbox, public flushed, protected gather_stream::owner {
public:
  ~socket_session() override = default;

  // -- outbox, from any thread -----------------------------------------------------
  bool push(const frame& what, urgency how) override;
  void close(close_code code, std::string reason) override;
  [[nodiscard]] std::shared_ptr<stoa::lane> lane() const noexcept override { return on_; }

  // -- swept, flushed ----------------------------------------------------------------
  void flush() override;
  void sweep(steady_time now) override;
  void drain(close_code code) override;
  void kill() override;

protected:
  socket_session(connection& from, std::shared_ptr<socket_listener> listener);

  /// The queue; null once the session is over.
  [[nodiscard]] virtual gather_stream* out() noexcept = 0;
  /// How this frame is spelled here.
  [[nodiscard]] virtual gather_stream::kind spelling(const frame& what) const noexcept = 0;
  /// The last bytes before an end with this code.
  [[nodiscard]] virtual std::string farewell(close_code code, std::string_view reason) const = 0;
  /// Deadlines of the protocol, while open.
  virtual void tick(steady_time now) = 0;
  /// An operation is under way that needs the stream to live.
  [[nodiscard]] virtual bool busy() const noexcept = 0;
  /// Destroys the stream and answers its transport.
  [[nodiscard]] virtual transport release() = 0;

  /// The socket is open: the listener gets its outbox.
  void opened();
  /// It was killed before it opened.
  [[nodiscard]] bool over() const noexcept { return reading_ended_; }
  /// Nothing more will be read: tells the listener, sends what waits, lets go.
  void ended(std::uint16_t code);

  std::shared_ptr<void> hold() override { return shared_from_this(); }
  void sent(std::size_t frames, std::size_t bytes) override;
  void drained() override;

  std::shared_ptr<loop> on_;
  std::shared_ptr<const port> at_;
  std::shared_ptr<socket_listener> listener_;
  std::uint16_t said_ = 0;  ///< the code we closed with
  bool open_ = false;

private:
  void take(const frame& what, urgency how);
  void finish(close_code code, std::string_view reason, bool drop_waiting);
  void let_go();

  doorman::pass pass_;
  std::string peer_;
  // Frames in the upper 24 bits, bytes in the lower 40: one atomic addition per push.
  std::atomic<std::uint64_t> waiting_{0};
  std::atomic<bool> over_{false};
  steady_time deadline_ = steady_time::max();
  bool reading_ended_ = false;
  bool leaving_ = false;
};

}  // namespace stoa
