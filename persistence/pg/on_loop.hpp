#pragma once

#include <boost/asio/io_context.hpp>
#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>

namespace stoa::pg {

/// An actor of kind `Base` that runs on an Asio loop rather than on CAF's workers: its mailbox is
/// drained there, beside the sockets it owns, so neither needs a lock. `unit` brings it there.
template <class Base>
class on_loop : public Base {
public:
  on_loop(caf::actor_config& cfg, caf::execution_unit& unit, boost::asio::io_context& io)
      : Base(cfg), unit_(unit), io_(io) {}

  using Base::enqueue;
  bool enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    return Base::enqueue(std::move(what), &unit_);
  }
  void launch(caf::execution_unit*, bool lazy, bool hide) override {
    Base::launch(&unit_, lazy, hide);
  }
  caf::resumable::subtype_t subtype() const override { return caf::resumable::io_actor; }

protected:
  caf::execution_unit& unit_;
  boost::asio::io_context& io_;
};

}  // namespace stoa::pg
