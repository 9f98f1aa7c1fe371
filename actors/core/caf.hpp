#pragma once

#include "actors/core/fault.hpp"
#include "actors/core/lane_unit.hpp"
#include "actors/core/task.hpp"
#include "actors/core/wire.hpp"

#include <caf/actor_system.hpp>
#include <caf/config.hpp>
#include <caf/disposable.hpp>
#include <caf/fwd.hpp>
#include <caf/response_promise.hpp>
#include <caf/result.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <type_traits>
#include <utility>

/// The one header that knows which CAF this is. Everything else says launch, tell, ask, pass_on.
#if CAF_MAJOR_VERSION != 0 || CAF_MINOR_VERSION != 18
#error "actors/core/caf.hpp speaks CAF 0.18; port it here, and only here"
#endif

namespace stoa {

/// The message types of one answer, taken from CAF's response handle.
template <class TypeList>
struct answer_of;
template <>
struct answer_of<caf::detail::type_list<>> {
  using type = void;
};
template <>
struct answer_of<caf::detail::type_list<void>> {
  using type = void;
};
template <class T>
struct answer_of<caf::detail::type_list<T>> {
  using type = T;
};

/// A question on its way: take the answer with `then`, `await`, or `co_await` inside a task. An
/// unanswered question of a coroutine that is gone costs nothing: its continuation owns the frame.
template <class Handle>
class question {
public:
  using answer = typename answer_of<typename Handle::response_type>::type;

  explicit question(Handle handle) : handle_(std::move(handle)) {}

  /// Runs one of the two in the asking actor when the answer arrives; other messages go on.
  template <class Good, class Bad>
  void then(Good good, Bad bad) && {
    std::move(handle_).then(std::move(good), std::move(bad));
  }

  /// The same, but keeps the mailbox waiting until then.
  template <class Good, class Bad>
  void await(Good good, Bad bad) && {
    std::move(handle_).await(std::move(good), std::move(bad));
  }

  /// The awaiter: resumes inside the actor that asked, so nothing needs a lock.
  class awaiter {
  public:
    explicit awaiter(Handle handle) : handle_(std::move(handle)) {}

    bool await_ready() const noexcept { return false; }

    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> waiting) {
      auto keep = waiting.promise().root->shared_from_this();
      auto bad = [this, waiting, keep](caf::error& why) {
        answer_.emplace(to_fault(why));
        waiting.resume();
      };
      if constexpr (std::is_void_v<answer>) {
        std::move(handle_).then(
            [this, waiting, keep] {
              answer_.emplace();
              waiting.resume();
            },
            std::move(bad));
      } else {
        std::move(handle_).then(
            [this, waiting, keep](answer& good) {
              answer_.emplace(std::move(good));
              waiting.resume();
            },
            std::move(bad));
      }
    }

    answer await_resume() {
      if (!*answer_)
        throw fault_error(std::move(answer_->error()));
      if constexpr (!std::is_void_v<answer>)
        return std::move(**answer_);
    }

    /// For `caught`: the answer or the fault, without an exception.
    outcome<answer> take() { return std::move(*answer_); }

  private:
    Handle handle_;
    std::optional<outcome<answer>> answer_;
  };

  awaiter operator co_await() && { return awaiter{std::move(handle_)}; }

private:
  Handle handle_;
};

/// Starts the actor whose body is `State`; answers its handle.
template <class State, class Host, class... Ts>
typename State::protocol launch(Host& host, Ts&&... xs) {
  return host.template spawn<typename State::protocol::template stateful_impl<State>>(
      std::forward<Ts>(xs)...);
}

/// The same on a thread of its own, for work that blocks (see actors/README.md).
template <class State, class Host, class... Ts>
typename State::protocol launch_detached(Host& host, Ts&&... xs) {
  return host
      .template spawn<typename State::protocol::template stateful_impl<State>, caf::detached>(
          std::forward<Ts>(xs)...);
}

/// Sends and forgets.
template <class Self, class To, class... Ts>
void tell(Self* self, const To& to, Ts&&... xs) {
  self->send(to, std::forward<Ts>(xs)...);
}

/// Sends from outside of any actor. What a lane sends is handled on it; see `lane_unit`.
template <class To, class... Ts>
void tell_anonymously(const To& to, Ts&&... xs) {
  static_assert(caf::response_type_unbox<
                    caf::signatures_of_t<To>,
                    caf::detail::type_list<caf::detail::strip_and_convert_t<Ts>...>>::valid,
                "the receiver does not take this message");
  if (to)  // as caf::anon_send, which cannot be told where
    to->eq_impl(caf::make_message_id(), nullptr, lane_unit::here(), std::forward<Ts>(xs)...);
}

/// Asks with a time limit.
template <class Self, class To, class Rep, class Period, class... Ts>
auto ask_within(Self* self, const To& to, std::chrono::duration<Rep, Period> within, Ts&&... xs) {
  auto handle = self->request(to, within, std::forward<Ts>(xs)...);
  return question<decltype(handle)>{std::move(handle)};
}

/// Asks an actor that promises to answer (each of ours does, with a fault if need be; one that dies
/// is answered for by CAF). No timer is set: a timer for each request costs more than the request.
template <class Self, class To, class... Ts>
auto ask(Self* self, const To& to, Ts&&... xs) {
  return ask_within(self, to, caf::infinite, std::forward<Ts>(xs)...);
}

/// Runs `what` in this actor's own turn after a while; dispose the handle to call it off.
template <class Self, class F>
caf::disposable after_delay(Self* self, std::chrono::milliseconds delay, F what) {
  return self->run_delayed(delay, std::move(what));
}

/// Runs a task inside an actor and delivers its end through a response promise.
template <class Self, class T>
caf::result<T> answer_with(Self* self, task<T> work) {
  auto promise = self->template make_response_promise<T>();
  start(std::move(work), [promise](outcome<T> end) mutable {
    if (!end)
      promise.deliver(to_error(end.error()));
    else if constexpr (std::is_void_v<T>)
      promise.deliver();
    else
      promise.deliver(std::move(*end));
  });
  return promise;
}

}  // namespace stoa
