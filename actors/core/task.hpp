#pragma once

#include "schema/outcome.hpp"

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace stoa {

/// How a fault travels up through awaiting coroutines. It is thrown by `co_await` on a failed
/// answer or by `throw fault_error(…)` in a task, and never leaves a task: `start` hands it over as
/// a value.
class fault_error : public std::exception {
public:
  explicit fault_error(fault what) : why(std::move(what)) {}
  fault_error(fault_code code, std::string text) : why(fail(code, std::move(text))) {}
  [[nodiscard]] const char* what() const noexcept override { return why.text.c_str(); }

  fault why;
};

/// Who owns a running coroutine: the continuation that waits for an answer holds a pointer to this,
/// so when an actor dies with the question open, the whole chain of frames is freed.
///
/// Locals of a task must not touch the actor's state in their destructors: at the actor's end the
/// state goes first.
class task_root : public std::enable_shared_from_this<task_root> {
public:
  task_root() = default;
  task_root(const task_root&) = delete;
  task_root& operator=(const task_root&) = delete;
  ~task_root() {
    if (frame_)
      frame_.destroy();
  }
  void own(std::coroutine_handle<> frame) noexcept { frame_ = frame; }

private:
  std::coroutine_handle<> frame_;
};

namespace detail {

struct promise_base {
  task_root* root = nullptr;
  std::coroutine_handle<> continuation;

  struct finish {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) const noexcept {
      auto next = done.promise().continuation;
      return next ? next : std::noop_coroutine();
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  finish final_suspend() const noexcept { return {}; }
};

template <class T>
struct promise_of : promise_base {
  std::optional<outcome<T>> end;

  void return_value(T value) { end.emplace(std::move(value)); }
  void return_value(fault why) { end.emplace(std::move(why)); }
  void unhandled_exception() {
    try {
      throw;
    } catch (fault_error& why) {
      end.emplace(std::move(why.why));
    } catch (const std::exception& why) {
      end.emplace(fail(fault_code::unavailable, "the server failed", why.what()));
    }
  }
};

template <>
struct promise_of<void> : promise_base {
  std::optional<outcome<void>> end;

  void return_void() { end.emplace(); }
  void unhandled_exception() {
    try {
      throw;
    } catch (fault_error& why) {
      end.emplace(std::move(why.why));
    } catch (const std::exception& why) {
      end.emplace(fail(fault_code::unavailable, "the server failed", why.what()));
    }
  }
};

}  // namespace detail

/// Several steps that read in the order in which they happen. A task is a coroutine that runs
/// inside an actor; it starts when it is awaited or given to `start`. Between two `co_await` other
/// messages may have run, so what must still hold is looked at again or left to a constraint of the
/// database.
template <class T>
class [[nodiscard]] task {
public:
  struct promise_type : detail::promise_of<T> {
    task get_return_object() {
      return task{std::coroutine_handle<promise_type>::from_promise(*this)};
    }
  };
  using value_type = T;
  using handle = std::coroutine_handle<promise_type>;

  explicit task(handle frame) noexcept : frame_(frame) {}
  task(task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  task& operator=(task&&) = delete;
  ~task() {
    if (frame_)
      frame_.destroy();
  }

  class awaiter {
  public:
    explicit awaiter(task&& work) noexcept : work_(std::move(work)) {}
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> waiting) {
      auto& promise = work_.frame_.promise();
      promise.root = waiting.promise().root;
      promise.continuation = waiting;
      return work_.frame_;
    }
    T await_resume() {
      auto& end = *work_.frame_.promise().end;
      if (!end)
        throw fault_error(std::move(end.error()));
      if constexpr (!std::is_void_v<T>)
        return std::move(*end);
    }
    outcome<T> take() { return std::move(*work_.frame_.promise().end); }

  private:
    task work_;
  };

  awaiter operator co_await() && { return awaiter{std::move(*this)}; }

private:
  handle frame_;
};

/// `co_await caught(x)` answers an `outcome` where `co_await x` would throw.
template <class Awaiter>
class catching {
public:
  explicit catching(Awaiter inner) : inner_(std::move(inner)) {}
  bool await_ready() const noexcept { return inner_.await_ready(); }
  template <class Promise>
  auto await_suspend(std::coroutine_handle<Promise> waiting) {
    return inner_.await_suspend(waiting);
  }
  auto await_resume() { return inner_.take(); }

private:
  Awaiter inner_;
};

template <class Awaitable>
auto caught(Awaitable what) {
  if constexpr (requires { what.await_ready(); }) {
    return catching<Awaitable>{std::move(what)};
  } else {
    using awaiter = decltype(std::move(what).operator co_await());
    return catching<awaiter>{std::move(what).operator co_await()};
  }
}

namespace detail {

/// The outermost frame: owned by a task_root, never awaited.
struct root_frame {
  struct promise_type {
    task_root* root = nullptr;
    root_frame get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    // `done` is ours and must not throw; if it does, the actor's exception handler is the place.
    void unhandled_exception() { throw; }
  };
  std::coroutine_handle<promise_type> frame;
};

template <class T, class Done>
root_frame run_root(task<T> work, Done done) {
  auto end = co_await caught(std::move(work));
  done(std::move(end));
}

}  // namespace detail

/// Runs `work` until its first wait; `done(outcome<T>)` is called in the same actor at its end, or
/// never if the actor dies first.
template <class T, class Done>
void start(task<T> work, Done done) {
  auto root = std::make_shared<task_root>();
  auto outer = detail::run_root(std::move(work), std::move(done));
  root->own(outer.frame);
  outer.frame.promise().root = root.get();
  outer.frame.resume();
}

}  // namespace stoa
