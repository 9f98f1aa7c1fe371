#include "net/routes/family_socket.hpp"

namespace stoa {

namespace {

constexpr rate frames_in{100, std::chrono::seconds{2}};  // 50 a second, bursts of 100
constexpr rate light_frames{30, std::chrono::seconds{1}};
constexpr std::chrono::milliseconds until_a_credit{1000 / 30 + 1};
constexpr std::uint32_t most_excess = 100;   // frames above the rate before the socket is closed
constexpr std::size_t most_in_flight = 256;  // frames whose handling is not done
// Bytes; what is said of whiteboards may be as large as the edge lets through (`socket_message`).
constexpr std::size_t longest_frame = 64 * 1024;

}  // namespace

class family_socket::frame_errand final : public errand {
public:
  frame_errand(std::shared_ptr<family_socket> of, step what)
      : of_(std::move(of)), what_(std::move(what)) {}
  void run(visitor& who) override { of_->take(who, std::move(what_)); }
  // The session is over: its sockets are being closed with the reason.
  void refuse(const fault&) override { of_->in_flight_.fetch_sub(1, std::memory_order_relaxed); }

private:
  std::shared_ptr<family_socket> of_;
  step what_;
};

/// The last errand of a socket. A session that is gone never runs it: then letting go is up to
/// whoever destroys it.
class family_socket::farewell_errand final : public errand {
public:
  explicit farewell_errand(std::shared_ptr<family_socket> of) : of_(std::move(of)) {}
  ~farewell_errand() override {
    if (!said_)
      of_->end();
  }
  void run(visitor&) override { say(); }
  void refuse(const fault&) override { say(); }

private:
  void say() {
    said_ = true;
    of_->over_ = true;
    of_->waiting_.clear();
    if (!of_->busy_)
      of_->end();
  }
  std::shared_ptr<family_socket> of_;
  bool said_ = false;
};

family_socket::family_socket(house& home, scope who, session_actor session)
    : home_(home), who_(std::move(who)), session_(std::move(session)) {}

// -- on the lane --------------------------------------------------------------------------

void family_socket::on_open(outbox_ptr out) {
  out_ = std::move(out);
  place_ = home_.sockets().take(who_.user.value, out_);
  tell_anonymously(session_, attach_socket{out_});
  if (!place_) {
    refuse(fail(fault_code::too_many, "Too many connections"));
    out_->close(close_code::policy, "too many connections of one user");
    return;
  }
  out_->push(hello());
  later([this](session_actor::pointer self, scope who) { return opened(self, std::move(who)); });
}

void family_socket::on_text(std::string&& text) {
  if (!place_)
    return;
  if (!frames_.take(frames_in, credits::clock::now())) {
    if (++excess_ > most_excess)
      out_->close(close_code::policy, "too many frames");
    return;
  }
  if (in_flight_.load(std::memory_order_relaxed) >= most_in_flight) {
    refuse(fail(fault_code::overloaded, "Too many unanswered messages"));
    return;
  }
  later([this, text = std::move(text)](session_actor::pointer self, scope who) {
    return process(self, std::move(who), text);
  });
}

void family_socket::later(step what) {
  in_flight_.fetch_add(1, std::memory_order_relaxed);
  tell_anonymously(session_,
                   run_errand{std::make_shared<frame_errand>(shared_from_this(), std::move(what))});
}

void family_socket::on_close(std::uint16_t) {
  tell_anonymously(session_, detach_socket{out_});
  tell_anonymously(session_, run_errand{std::make_shared<farewell_errand>(shared_from_this())});
}

// -- in the session -----------------------------------------------------------------------

void family_socket::take(visitor& who, step what) {
  who_ = who.who;
  if (over_)
    return;
  waiting_.push_back(std::move(what));
  if (!looping_)
    next(who.self);
}

// One at a time. An answer may come at once or later: whoever is in the loop goes on with it.
void family_socket::next(session_actor::pointer self) {
  looping_ = true;
  while (!busy_ && !waiting_.empty()) {
    busy_ = true;
    const auto what = std::move(waiting_.front());
    waiting_.pop_front();
    start(what(self, who_), [me = shared_from_this(), self](outcome<void> done) {
      me->busy_ = false;
      me->in_flight_.fetch_sub(1, std::memory_order_relaxed);
      if (!done && !me->over_)
        me->refuse(done.error());
      if (me->over_)
        me->end();
      else if (!me->looping_)
        me->next(self);
    });
  }
  looping_ = false;
}

task<void> family_socket::process(session_actor::pointer self, scope who, std::string text) {
  auto read = json::parse(text);
  if (!read || !(*read)->is_object())
    throw fault_error(fault_code::invalid, "Invalid message format");
  const auto type = read->root()["type"].as_string();
  if (!type)
    throw fault_error(fault_code::invalid, "Invalid message format");
  if (text.size() > longest_frame && !type->starts_with("whiteboard_")) {
    out_->close(close_code::too_big, "the message is too large");
    co_return;
  }
  co_await handle(self, std::move(who), std::move(*read));
}

void family_socket::refuse(const fault& why) {
  if (const auto text = refusal(why); text.size() > 0)
    out_->push(text);
}

bool family_socket::light_credit() {
  return light_.take(light_frames, credits::clock::now());
}

void family_socket::say_lightly(session_actor::pointer self, std::string kind,
                                std::function<void()> say) {
  if (light_credit()) {
    held_.erase(kind);
    say();
    return;
  }
  held_.insert_or_assign(std::move(kind), std::move(say));
  if (!std::exchange(waits_for_credit_, true))
    say_what_waited(self);
}

void family_socket::say_what_waited(session_actor::pointer self) {
  after_delay(self, until_a_credit, [me = shared_from_this(), self] {
    while (!me->held_.empty() && me->light_credit()) {
      const auto next = me->held_.extract(me->held_.begin());
      next.mapped()();
    }
    me->waits_for_credit_ = !me->held_.empty();
    if (me->waits_for_credit_)
      me->say_what_waited(self);
  });
}

void family_socket::end() {
  if (std::exchange(ended_, true))
    return;
  held_.clear();
  let_go();
  place_ = nullptr;
  out_ = nullptr;
}

}  // namespace stoa
