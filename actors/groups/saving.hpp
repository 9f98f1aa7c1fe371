#pragma once

#include <coroutine>
#include <memory>
#include <optional>
#include <vector>

#include "actors/core/task.hpp"
#include "actors/groups/stream_log.hpp"

namespace stoa {

/// A saved event and what the statements beside it gave back.
struct saved_event {
  event_ptr event;
  std::vector<rows> also;
};

/// `co_await saving{log, wish}`: goes on after the commit, or throws the fault.
class saving {
public:
  saving(stream_log& log, wish what) : log_(log), what_(std::move(what)) {}

  bool await_ready() const noexcept { return false; }

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> waiting) {
    // The log may answer at once, while this coroutine is still being suspended.
    auto shared = std::make_shared<state>();
    state_ = shared;
    shared->keep = waiting.promise().root->shared_from_this();
    what_.done = [shared, waiting](outcome<event_ptr> end, std::span<const rows> also) {
      if (end)
        shared->end.emplace(saved_event{*end, {also.begin(), also.end()}});
      else
        shared->end.emplace(end.error());
      if (shared->suspended) {
        auto keep = std::move(shared->keep);
        waiting.resume();
      }
    };
    log_.save(std::move(what_));
    if (shared->end) {
      shared->keep = nullptr;
      return false;
    }
    shared->suspended = true;
    return true;
  }

  saved_event await_resume() {
    if (!*state_->end)
      throw fault_error(std::move(state_->end->error()));
    return std::move(**state_->end);
  }

  /// For `caught`.
  outcome<saved_event> take() { return std::move(*state_->end); }

private:
  struct state {
    std::optional<outcome<saved_event>> end;
    std::shared_ptr<task_root> keep;
    bool suspended = false;
  };
  stream_log& log_;
  wish what_;
  std::shared_ptr<state> state_;
};

}  // namespace stoa
