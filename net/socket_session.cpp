#include "net/socket_session.hpp"

#include "net/own_close.hpp"

namespace stoa {

namespace {

constexpr unsigned frame_shift = 40;
constexpr std::uint64_t byte_mask = (std::uint64_t{1} << frame_shift) - 1;
// Frames that wait for the end of a batch; more are sent at once, so that a burst which the client
// could take does not look like a slow client.
constexpr std::size_t eager_frames = 32;

constexpr std::uint64_t weight(std::size_t frames, std::size_t bytes) noexcept {
  return (std::uint64_t{frames} << frame_shift) + bytes;
}

}  // namespace

socket_session::socket_session(connection& from, std::shared_ptr<socket_listener> listener)
    : on_(from.on),
      at_(from.at),
      listener_(std::move(listener)),
      pass_(std::move(from.pass)),
      peer_(std::move(from.peer)) {}

bool socket_session::push(const frame& what, urgency how) {
  if (over_.load(std::memory_order_relaxed))
    return false;
  const auto& bounds = *at_->bounds;
  auto now = waiting_.load(std::memory_order_relaxed);
  auto frames = now >> frame_shift;
  auto bytes = (now & byte_mask) + what.size();
  if (how == urgency::ephemeral &&
      (frames >= bounds.outbox_frames / 2 || bytes > bounds.outbox_bytes / 2)) {
    on_->counts.skipped.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  // One frame above the bound passes when it is alone: it could never be delivered otherwise. A
  // whole state bounds itself: one of each name waits.
  if (how != urgency::latest &&
      (frames >= bounds.outbox_frames || (frames > 0 && bytes > bounds.outbox_bytes))) {
    if (!over_.exchange(true)) {
      on_->counts.overrun.fetch_add(1, std::memory_order_relaxed);
      on_->post([self = std::static_pointer_cast<socket_session>(shared_from_this())] {
        self->finish(close_code::try_later, "too slow", true);
      });
    }
    return false;
  }
  waiting_.fetch_add(weight(1, what.size()), std::memory_order_relaxed);
  if (on_->here())
    take(what, how);
  else
    on_->post([self = std::static_pointer_cast<socket_session>(shared_from_this()), what, how] {
      self->take(what, how);
    });
  return true;
}

void socket_session::close(close_code code, std::string reason) {
  if (over_.exchange(true))
    return;
  on_->post([self = std::static_pointer_cast<socket_session>(shared_from_this()), code,
             reason = std::move(reason)] { self->finish(code, reason, false); });
}

void socket_session::take(const frame& what, urgency how) {
  auto* to = out();
  if (to == nullptr || !open_)
    return sent(1, what.size());
  if (how == urgency::latest) {
    if (const auto bytes = to->add_latest(what, spelling(what)); bytes > 0) {
      waiting_.fetch_sub(weight(1, bytes), std::memory_order_relaxed);
      on_->counts.skipped.fetch_add(1, std::memory_order_relaxed);
    }
  } else {
    to->add(what, spelling(what));
  }
  if (to->waiting() >= eager_frames && !to->blocked())
    to->flush();
  else
    on_->touch(*this);
}

void socket_session::flush() {
  if (auto* to = out())
    to->flush();
}

void socket_session::sent(std::size_t frames, std::size_t bytes) {
  waiting_.fetch_sub(weight(frames, bytes), std::memory_order_relaxed);
  on_->counts.frames.fetch_add(frames, std::memory_order_relaxed);
}

void socket_session::opened() {
  open_ = true;
  on_->counts.sockets.fetch_add(1, std::memory_order_relaxed);
  listener_->on_open(std::static_pointer_cast<outbox>(
      std::static_pointer_cast<socket_session>(shared_from_this())));
}

void socket_session::finish(close_code code, std::string_view reason, bool drop_waiting) {
  over_.store(true);
  auto* to = out();
  if (to == nullptr || said_ != 0 || reading_ended_)
    return;
  said_ = static_cast<std::uint16_t>(code);
  deadline_ = std::chrono::steady_clock::now() + at_->bounds->closing;
  if (drop_waiting)
    to->drop();
  to->shut(farewell(code, reason));
  on_->touch(*this);
}

void socket_session::ended(std::uint16_t code) {
  if (reading_ended_)
    return let_go();
  reading_ended_ = true;
  over_.store(true);
  deadline_ = std::chrono::steady_clock::now() + at_->bounds->closing;
  if (open_) {
    open_ = false;
    on_->counts.sockets.fetch_sub(1, std::memory_order_relaxed);
    std::exchange(listener_, nullptr)->on_close(said_ != 0 ? said_ : code);
  }
  listener_ = nullptr;
  auto* to = out();
  if (to == nullptr)
    return;
  to->shut({});
  if (busy() && !to->broken()) {
    // We ended it, so a read still waits; it ends by this.
    boost::system::error_code ignored;
    to->wire().socket().cancel(ignored);
  }
  if (to->waiting() > 0)
    to->flush();
  else
    let_go();
}

void socket_session::drained() {
  if (reading_ended_)
    let_go();
}

void socket_session::let_go() {
  auto* to = out();
  if (leaving_ || to == nullptr || busy() || to->blocked() || (to->waiting() > 0 && !to->broken()))
    return;
  leaving_ = true;
  // Not now: the stream may be on the stack.
  on_->post([self = std::static_pointer_cast<socket_session>(shared_from_this())] {
    if (self->out() == nullptr)
      return;
    auto broken = self->out()->broken();
    self->on_->untouch(*self);
    connection rest{self->on_, self->at_, self->release(), std::move(self->pass_),
                    std::move(self->peer_)};
    if (!broken)
      linger(std::move(rest), self->at_->bounds->closing);
    self->on_->delist(*self);
  });
}

void socket_session::sweep(steady_time now) {
  auto* to = out();
  if (to == nullptr)
    return;
  auto stalled = to->blocked() && now - to->progressed() > at_->bounds->write_time;
  if (now > deadline_ || stalled)
    return kill();
  if (open_ && said_ == 0)
    tick(now);
}

void socket_session::drain(close_code code) {
  const auto* own = dynamic_cast<const own_close*>(listener_.get());
  finish(own != nullptr ? own->when_draining() : code, "the server restarts", false);
}

void socket_session::kill() {
  if (auto* to = out())
    to->abort();
  // A read that waits ends by itself now; where none waits, this does it.
  ended(1006);
}

}  // namespace stoa
