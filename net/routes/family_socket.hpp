#pragma once

#include "actors/core/credits.hpp"
#include "actors/people/places.hpp"
#include "net/endpoint.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace stoa {

/// What the sockets of JSON messages share, whatever the edition: bounds, order, and a clean end.
/// What a client sends becomes errands of its session and is handled there one after the other, so
/// that a `typing` right behind a `join_group` finds the group joined.
class family_socket : public socket_listener, public std::enable_shared_from_this<family_socket> {
public:
  family_socket(house& home, scope who, session_actor session);

  void on_open(outbox_ptr out) final;
  void on_text(std::string&& text) final;
  void on_close(std::uint16_t code) final;

protected:
  // In the session's turn, but for `let_go`, which also runs when the session is no more.
  [[nodiscard]] virtual frame hello() const = 0;
  /// Before the first message of the client.
  virtual task<void> opened(session_actor::pointer self, scope who) = 0;
  /// How a fault is said; an empty frame says nothing.
  [[nodiscard]] virtual frame refusal(const fault& why) const = 0;
  virtual task<void> handle(session_actor::pointer self, scope who, json said) = 0;
  virtual void let_go() = 0;

  /// Takes a credit for what many clients send all the time (cursors, strokes): 30 a second; the
  /// rest is skipped, the next one says where the cursor is.
  [[nodiscard]] bool light_credit();
  /// Says something of that sort now if there is a credit. What has to wait is said when there is
  /// one again, and of each kind only the last: a cursor that stops is seen where it stopped.
  void say_lightly(session_actor::pointer self, std::string kind, std::function<void()> say);

  /// What is done in the session's turn, one after the other.
  using step = std::function<task<void>(session_actor::pointer, scope)>;
  /// Has this done behind what the client has said so far; from any thread. A socket that is over
  /// by then does nothing more.
  void later(step what);

  [[nodiscard]] house& home() const noexcept { return home_; }
  [[nodiscard]] const scope& who() const noexcept { return who_; }
  [[nodiscard]] const outbox_ptr& out() const noexcept { return out_; }

private:
  class frame_errand;
  class farewell_errand;

  void refuse(const fault& why);
  void take(visitor& who, step what);
  void next(session_actor::pointer self);
  task<void> process(session_actor::pointer self, scope who, std::string text);
  void say_what_waited(session_actor::pointer self);
  void end();

  house& home_;
  scope who_;
  session_actor session_;
  outbox_ptr out_;
  std::unique_ptr<places::place> place_;

  // On the lane.
  credits frames_;
  std::uint32_t excess_ = 0;

  // In the session.
  std::deque<step> waiting_;
  credits light_;
  std::map<std::string, std::function<void()>> held_;  // by kind, while there is no credit
  bool waits_for_credit_ = false;
  bool busy_ = false;
  bool looping_ = false;
  bool over_ = false;
  bool ended_ = false;
  std::atomic<std::size_t> in_flight_{0};
};

}  // namespace stoa
