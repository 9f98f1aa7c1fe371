#pragma once

#include "actors/core/lane_unit.hpp"
#include "actors/core/task.hpp"

#include <chrono>
#include <coroutine>
#include <memory>

namespace stoa {

/// What `off_the_lane` answers.
template <class Self>
class step_aside {
public:
  explicit step_aside(Self* self) : self_(self) {}
  bool await_ready() const noexcept { return lane_unit::here() == nullptr; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> waiting) {
    again(self_, waiting, waiting.promise().root->shared_from_this(), tries);
  }
  void await_resume() const noexcept {}

private:
  static constexpr int tries = 6;

  // CAF's clock sends from its own thread, hence to the workers, unless the actor is still having
  // its turn on the lane: then a moment later.
  static void again(Self* self, std::coroutine_handle<> waiting, std::shared_ptr<void> keep,
                    int left) {
    const std::chrono::milliseconds delay{1 << (tries - left)};
    self->run_delayed(delay, [self, waiting, keep, left] {
      if (left > 1 && lane_unit::here() != nullptr)
        again(self, waiting, keep, left - 1);
      else
        waiting.resume();
    });
  }

  Self* self_;
};

/// `co_await off_the_lane(self)`: goes on in a later turn of the actor, on one of CAF's workers.
/// For what may block for a moment, such as fsync: on a lane it would keep every socket there
/// waiting. An actor that is never idle for 63 ms stays where it is.
template <class Self>
step_aside<Self> off_the_lane(Self* self) {
  return step_aside<Self>{self};
}

}  // namespace stoa
