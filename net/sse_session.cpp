#include "net/sse_session.hpp"

#include "net/gather_stream.hpp"
#include "net/socket_session.hpp"

#include <array>

namespace stoa {

namespace {

class sse_session final : public socket_session {
public:
  sse_session(connection&& from, std::shared_ptr<socket_listener> listener)
      : socket_session(from, std::move(listener)),
        stream_(std::in_place, std::move(from.wire), *on_,
                static_cast<gather_stream::owner&>(*this), std::string{}) {}

  void start() {
    on_->enlist(shared_from_this());
    opened();
    read();
  }

protected:
  gather_stream* out() noexcept override { return stream_ ? &*stream_ : nullptr; }
  gather_stream::kind spelling(const frame&) const noexcept override {
    return gather_stream::kind::event_stream;
  }
  // The protocol has no last word: the client sees the end and comes back with its last id.
  std::string farewell(close_code, std::string_view) const override { return {}; }
  bool busy() const noexcept override { return reading_; }
  transport release() override {
    auto wire = std::move(stream_->wire());
    stream_.reset();
    return wire;
  }

  void sent(std::size_t frames, std::size_t bytes) override {
    spoke_ = std::chrono::steady_clock::now();
    socket_session::sent(frames, bytes);
  }

  void drained() override {
    socket_session::drained();
    // Told to close and everything is out: nobody answers a farewell here.
    if (said_ != 0)
      ended(said_);
  }

  void tick(steady_time now) override {
    static const frame comment{":\n\n"};
    if (now - spoke_ <= at_->bounds->heartbeat)
      return;
    spoke_ = now;
    stream_->add(comment, gather_stream::kind::raw);
    on_->touch(*this);
  }

private:
  void read() {
    if (!stream_)
      return;
    auto me = std::static_pointer_cast<sse_session>(shared_from_this());
    reading_ = true;
    stream_->async_read_some(boost::asio::buffer(ignored_),
                             [me](const boost::system::error_code& why, std::size_t) {
                               me->reading_ = false;
                               if (why)
                                 me->ended(1006);
                               else
                                 me->read();
                             });
  }

  std::optional<gather_stream> stream_;
  std::array<char, 64> ignored_{};
  bool reading_ = false;
  steady_time spoke_ = std::chrono::steady_clock::now();
};

}  // namespace

void open_event_stream(connection&& from, std::shared_ptr<socket_listener> listener) {
  std::make_shared<sse_session>(std::move(from), std::move(listener))->start();
}

}  // namespace stoa
