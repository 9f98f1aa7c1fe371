#pragma once

#include "actors/core/caf.hpp"
#include "actors/root.hpp"
#include "persistence/protocol.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace stoa::testing {

/// Actors on one thread with a clock of their own: nothing runs and no time passes unless the test
/// says so, so every order of messages and every time-out can be told.
class deterministic {
public:
  deterministic() : system(prepared(config_)) {}
  ~deterministic() {
    for (auto& each : leaving_)
      each();
    run();
  }

  /// Until every mailbox is empty.
  void run() { coordinator().run(); }

  /// Lets time pass, in steps small enough that what one time-out plans is met by the next.
  void advance(std::chrono::milliseconds time) {
    constexpr std::chrono::milliseconds step{100};
    run();
    while (time.count() > 0) {
      const auto part = std::min(time, step);
      coordinator().advance_time(part);
      run();
      time -= part;
    }
  }

  /// Starts an actor that ends with the test.
  template <class State, class... Ts>
  typename State::protocol start(Ts&&... xs) {
    auto out = launch<State>(system, std::forward<Ts>(xs)...);
    leaving_.push_back([out] { caf::anon_send_exit(out, caf::exit_reason::user_shutdown); });
    run();
    return out;
  }

  /// Sends from nobody, and lets it be handled.
  template <class To, class... Ts>
  void say(const To& to, Ts&&... xs) {
    tell_anonymously(to, std::forward<Ts>(xs)...);
    run();
  }

  /// Asks and takes the answer, which must come without time passing.
  template <class T, class To, class... Ts>
  outcome<T> answer(const To& to, Ts&&... xs) {
    caf::scoped_actor asker{system};
    auto handle = asker->request(to, caf::infinite, std::forward<Ts>(xs)...);
    run();
    std::optional<outcome<T>> out;
    handle.receive([&](T& good) { out.emplace(std::move(good)); },
                   [&](caf::error& why) { out.emplace(to_fault(why)); });
    return std::move(*out);
  }

private:
  static caf::actor_system_config& prepared(caf::actor_system_config& config) {
    static std::once_flag once;
    std::call_once(once, announce_types);
    config.set("caf.scheduler.policy", "testing");
    return config;
  }
  caf::scheduler::test_coordinator& coordinator() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  }

  caf::actor_system_config config_;

public:
  caf::actor_system system;

private:
  std::vector<std::function<void()>> leaving_;
};

/// A database that answers with what the test's function says.
class told_database {
public:
  using protocol = database_actor;
  static inline const char* name = "tests.database";
  using teller = std::function<outcome<results>(const transaction&)>;

  told_database(protocol::pointer, teller tells) : tells_(std::move(tells)) {}
  protocol::behavior_type make_behavior() {
    return {
        [this](transaction& what) -> caf::result<results> {
          auto out = tells_(what);
          if (!out)
            return to_error(out.error());
          return std::move(*out);
        },
        [](how_is_the_pool) { return pool_status{}; },
    };
  }

private:
  teller tells_;
};

/// Rows from texts; nothing is NULL.
[[nodiscard]] inline rows rows_of(
    std::uint32_t columns, const std::vector<std::vector<std::optional<std::string>>>& cells) {
  rows out;
  out.shape(columns, cells.size());
  for (const auto& row : cells)
    for (const auto& cell : row)
      if (cell)
        out.add(cell->data(), cell->size());
      else
        out.add_null();
  return out;
}

}  // namespace stoa::testing
