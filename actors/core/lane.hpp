#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace stoa {

/// One I/O loop seen from outside: a queue of small jobs that run one after the other on the thread
/// of that loop. Jobs posted while the loop is busy share one wake-up, and every outbox that the
/// jobs of one batch pushed to is written once, after the batch. Implemented by net, and in tests
/// by running the job at once.
class lane {
public:
  /// A job in its intrusive queue. `run` must not throw and must not block.
  class task {
  public:
    virtual ~task() = default;
    virtual void run() noexcept = 0;
    task* next = nullptr;  ///< belongs to the queue
  };

  virtual ~lane() = default;

  /// Queues a job from any thread, in order per calling thread. A lane that has ended destroys the
  /// job unrun. The job itself is bounded by whoever posts it: a hub posts one per frame and lane.
  virtual void post(std::unique_ptr<task> job) = 0;

  /// Whether the caller runs on this lane, where outboxes may be touched without a lock.
  [[nodiscard]] virtual bool here() const noexcept = 0;

  /// `post` for a callable, moved into its job; it is called once, without arguments.
  template <class F>
  requires std::is_invocable_v < std::decay_t<F>
  & > void post(F&& what) {
    struct call final : task {
      explicit call(F&& x) : body(std::forward<F>(x)) {}
      void run() noexcept override { body(); }
      std::decay_t<F> body;
    };
    post(std::unique_ptr<task>{new call(std::forward<F>(what))});
  }
};

}  // namespace stoa
