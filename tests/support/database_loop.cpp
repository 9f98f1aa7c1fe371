#include "tests/support/database_loop.hpp"

#include <boost/asio/post.hpp>
#include <caf/actor_system.hpp>
#include <caf/intrusive_ptr.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

namespace stoa::testing {

namespace {
// Messages an actor may handle before others on the loop get their turn.
constexpr std::size_t messages_in_a_turn = 300;
}  // namespace

database_loop::database_loop(caf::actor_system& system)
    : caf::execution_unit(&system), work_(boost::asio::make_work_guard(io_)) {
  thread_ = std::thread{[this] { io_.run(); }};
}

database_loop::~database_loop() {
  work_.reset();
  io_.stop();
  thread_.join();
}

void database_loop::exec_later(caf::resumable* what) {
  if (what->subtype() != caf::resumable::io_actor) {
    system().scheduler().enqueue(what);
    return;
  }
  // The reference that comes with `what` is given back by the pointer, also when the loop stops
  // before the job has run.
  boost::asio::post(io_, [this, job = caf::intrusive_ptr<caf::resumable>(what, false)]() mutable {
    if (job->resume(this, messages_in_a_turn) == caf::resumable::resume_later)
      exec_later(job.detach());
  });
}

}  // namespace stoa::testing
