#include "net/connection.hpp"

namespace stoa {

doorman::answer doorman::enter(const std::string& address, bool counted, const limits& bounds,
                               pass& into) {
  std::lock_guard hold{guard_};
  if (total_.load() >= bounds.connections)
    return answer::full;
  if (counted) {
    auto& here = per_address_[address];
    if (here >= bounds.per_address)
      return answer::too_many;
    ++here;
  }
  ++total_;
  into = pass{shared_from_this(), counted ? address : std::string{}};
  return answer::welcome;
}

void doorman::leave(const std::string& address) {
  std::lock_guard hold{guard_};
  --total_;
  if (address.empty())
    return;
  auto at = per_address_.find(address);
  if (at != per_address_.end() && --at->second == 0)
    per_address_.erase(at);
}

namespace {

class departure final : public swept {
public:
  departure(connection&& what, std::chrono::milliseconds most)
      : gone_(std::move(what)), deadline_(std::chrono::steady_clock::now() + most) {}

  void start() {
    gone_->on->enlist(shared_from_this());
    if (auto* tls = gone_->wire.tls()) {
      tls->async_shutdown([self = hold(), keep = gone_->wire.keep()](
                              const boost::system::error_code&) { self->kill(); });
      return;
    }
    gone_->wire.shut_sending();
    drink();
  }

  void sweep(steady_time now) override {
    if (now > deadline_)
      kill();
  }
  void drain(close_code) override {}
  void kill() override {
    if (!gone_)
      return;
    gone_->wire.close();
    auto on = gone_->on;
    gone_.reset();
    on->delist(*this);
  }

private:
  std::shared_ptr<departure> hold() {
    return std::static_pointer_cast<departure>(shared_from_this());
  }

  void drink() {
    for (;;) {
      std::size_t size = 0;
      switch (gone_->wire.read_now(gone_->on->scratch, size)) {
        case transport::tried::moved:
          if (size == 0)
            return kill();
          // A client that never stops sending is cut off by its deadline, not served here for ever.
          if (std::chrono::steady_clock::now() > deadline_)
            return kill();
          continue;
        case transport::tried::broken:
          return kill();
        case transport::tried::blocked:
          break;
      }
      gone_->wire.socket().async_wait(transport::socket_type::wait_read,
                                      [self = hold()](const boost::system::error_code& why) {
                                        if (why)
                                          self->kill();
                                        else if (self->gone_)
                                          self->drink();
                                      });
      return;
    }
  }

  std::optional<connection> gone_;
  steady_time deadline_;
};

}  // namespace

void linger(connection&& what, std::chrono::milliseconds most) {
  std::make_shared<departure>(std::move(what), most)->start();
}

}  // namespace stoa
