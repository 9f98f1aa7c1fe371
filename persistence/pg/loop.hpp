#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <caf/actor_system.hpp>
#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>

#include <memory>
#include <thread>

namespace stoa::pg {

/// One thread with an Asio loop on which actors can live: their mailbox is drained there, beside
/// the sockets they own, so neither needs a lock. Stop it after the actors on it have gone.
class loop : public caf::execution_unit {
public:
  explicit loop(caf::actor_system& system);
  ~loop() override;
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  [[nodiscard]] boost::asio::io_context& io() noexcept { return io_; }

  /// Ours run here; everybody else goes to CAF's scheduler, or answers to sessions would be handled
  /// on the database's thread.
  void exec_later(caf::resumable* what) override;

private:
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

/// An actor of kind `Base` that runs on a loop rather than on CAF's workers.
template <class Base>
class on_loop : public Base {
public:
  on_loop(caf::actor_config& cfg, loop& where) : Base(cfg), loop_(where) {}

  using Base::enqueue;
  bool enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    return Base::enqueue(std::move(what), &loop_);
  }
  void launch(caf::execution_unit*, bool lazy, bool hide) override {
    Base::launch(&loop_, lazy, hide);
  }
  caf::resumable::subtype_t subtype() const override { return caf::resumable::io_actor; }

protected:
  loop& loop_;
};

}  // namespace stoa::pg
