#pragma once

#include "actors/core/task.hpp"
#include "actors/groups/protocol.hpp"
#include "actors/groups/stream_log.hpp"

#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace stoa {

/// `co_await` for something that answers through a callback, at once or in a later turn of the same
/// actor. `begin` starts it and is given the callback.
template <class T>
class called_back {
public:
  using callback = std::function<void(outcome<T>)>;

  explicit called_back(std::function<void(callback)> begin) : begin_(std::move(begin)) {}

  bool await_ready() const noexcept { return false; }

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> waiting) {
    auto shared = std::make_shared<state>();
    state_ = shared;
    shared->keep = waiting.promise().root->shared_from_this();
    begin_([shared, waiting](outcome<T> end) {
      shared->end.emplace(std::move(end));
      // The answer may come while this coroutine is still being suspended.
      if (shared->suspended) {
        auto keep = std::move(shared->keep);
        waiting.resume();
      }
    });
    if (shared->end) {
      shared->keep = nullptr;
      return false;
    }
    shared->suspended = true;
    return true;
  }

  T await_resume() {
    if (!*state_->end)
      throw fault_error(std::move(state_->end->error()));
    return std::move(**state_->end);
  }
  /// For `caught`.
  outcome<T> take() { return std::move(*state_->end); }

private:
  struct state {
    std::optional<outcome<T>> end;
    std::shared_ptr<task_root> keep;
    bool suspended = false;
  };
  std::function<void(callback)> begin_;
  std::shared_ptr<state> state_;
};

/// A saved event and what the statements beside it gave back.
struct saved_event {
  event_ptr event;
  std::vector<rows> also;
};

/// Goes on after the commit of a wish. `placed` is called before that: as soon as nothing that is
/// saved from then on can come before it.
[[nodiscard]] called_back<saved_event> saving(stream_log& log, wish what,
                                              std::function<void()> placed = {});
/// Goes on when the outbox follows.
[[nodiscard]] called_back<followed> following(stream_log& log, follow_stream what);
/// Goes on with a page of history.
[[nodiscard]] called_back<history_page> reading(stream_log& log, read_history what);

}  // namespace stoa
