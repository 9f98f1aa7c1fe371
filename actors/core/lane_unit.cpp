#include "actors/core/lane_unit.hpp"

#include <caf/actor_system.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <utility>

namespace stoa {

namespace {

// Messages that an actor may handle before sockets and others on the lane get their turn.
constexpr std::size_t messages_in_a_turn = 300;

thread_local caf::execution_unit* unit_of_this_thread = nullptr;

}  // namespace

struct lane_unit::turn final : lane::task {
  turn(lane_unit& at, caf::resumable* what) : unit(at), ready(what) {}

  ~turn() override {
    if (ready != nullptr)  // the lane has ended
      unit.system().scheduler().enqueue(ready);
  }

  void run() noexcept override {
    auto* const actor = std::exchange(ready, nullptr);
    switch (actor->resume(&unit, messages_in_a_turn)) {
      case caf::resumable::resume_later:
        unit.exec_later(actor);
        break;
      case caf::resumable::done:
      case caf::resumable::awaiting_message:
      case caf::resumable::shutdown_execution_unit:
        // The reference that came with it; see caf/scheduler/worker.hpp.
        caf::intrusive_ptr_release(actor);
        break;
    }
  }

  lane_unit& unit;
  caf::resumable* ready;
};

lane_unit::lane_unit(caf::actor_system& system, std::shared_ptr<lane> where)
    : caf::execution_unit(&system), lane_(std::move(where)) {}

void lane_unit::settle() {
  lane_->post([this] { unit_of_this_thread = this; });
}

void lane_unit::exec_later(caf::resumable* what) {
  lane_->post(std::unique_ptr<lane::task>{new turn{*this, what}});
}

caf::execution_unit* lane_unit::here() noexcept {
  return unit_of_this_thread;
}

}  // namespace stoa
