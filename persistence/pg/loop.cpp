#include "persistence/pg/loop.hpp"

#include <caf/intrusive_ptr.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <pthread.h>

namespace stoa::pg {

namespace {
// Messages an actor may handle before others on the loop get their turn.
constexpr std::size_t burst = 300;
}  // namespace

loop::loop(caf::actor_system& system)
    : caf::execution_unit(&system), work_(boost::asio::make_work_guard(io_)) {
  thread_ = std::thread{[this] {
    pthread_setname_np(pthread_self(), "stoa.pg");
    io_.run();
  }};
}

loop::~loop() {
  work_.reset();
  io_.stop();
  thread_.join();
}

void loop::exec_later(caf::resumable* what) {
  if (what->subtype() != caf::resumable::io_actor) {
    system().scheduler().enqueue(what);
    return;
  }
  // The reference that comes with `what` is given back by the pointer, also when the loop stops
  // before the job has run.
  boost::asio::post(io_, [this, job = caf::intrusive_ptr<caf::resumable>(what, false)]() mutable {
    switch (job->resume(this, burst)) {
      case caf::resumable::resume_later:
        exec_later(job.detach());
        break;
      default:
        break;
    }
  });
}

}  // namespace stoa::pg
