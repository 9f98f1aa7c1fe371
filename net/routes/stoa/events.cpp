#include "net/routes/stoa/routes.hpp"
#include "net/routes/stoa/views.hpp"
#include "net/routes/stoa/wishes.hpp"

namespace stoa::stoa_api {

namespace {

/// Follows for a moment, to learn whether its user may.
class nobody final : public outbox {
public:
  bool push(const frame&, urgency) override { return false; }
  void close(close_code, std::string) override {}
};

/// One client of an event stream. It follows one stream from when the answer has begun until the
/// connection ends; both run in the session, one after the other.
class event_listener final : public socket_listener,
                             public std::enable_shared_from_this<event_listener> {
public:
  event_listener(stream_actor stream, session_actor session, std::string name,
                 std::optional<std::uint64_t> after)
      : stream_(std::move(stream)),
        session_(std::move(session)),
        name_(std::move(name)),
        after_(after) {}

  void on_open(outbox_ptr out) override {
    out_ = std::move(out);
    tell_anonymously(session_, attach_socket{out_});
    tell_anonymously(session_,
                     run_errand{std::make_shared<follow_errand>(shared_from_this(), out_)});
  }
  void on_text(std::string&&) override {}
  void on_close(std::uint16_t) override {
    tell_anonymously(session_, detach_socket{out_});
    tell_anonymously(session_,
                     run_errand{std::make_shared<leave_errand>(shared_from_this(), out_)});
    out_ = nullptr;
  }

private:
  class follow_errand final : public errand {
  public:
    follow_errand(std::shared_ptr<event_listener> of, outbox_ptr out)
        : of_(std::move(of)), out_(std::move(out)) {}
    void run(visitor& who) override {
      follow_stream wanted{out_, &realtime_view(), of_->after_};
      ask(who.self, of_->stream_, who.who, std::move(wanted))
          .then(
              [out = out_](followed& how) {
                // There is more than one batch: the client comes back for the next with the number
                // of the last event it got, so nobody has to guess how fast it reads.
                if (!how.live)
                  out->close(close_code::normal, "come back for more");
              },
              [out = out_, name = of_->name_](caf::error& why) {
                out->push(refused(name, to_fault(why)));
                out->close(close_code::normal, "refused");
              });
    }
    void refuse(const fault& why) override {
      out_->push(refused(of_->name_, why));
      out_->close(close_code::session_ended, why.text);
    }

  private:
    std::shared_ptr<event_listener> of_;
    outbox_ptr out_;
  };

  class leave_errand final : public errand {
  public:
    leave_errand(std::shared_ptr<event_listener> of, outbox_ptr out)
        : of_(std::move(of)), out_(std::move(out)) {}
    void run(visitor&) override { leave(); }
    void refuse(const fault&) override { leave(); }

  private:
    void leave() { tell_anonymously(of_->stream_, unfollow_stream{out_}); }
    std::shared_ptr<event_listener> of_;
    outbox_ptr out_;
  };

  const stream_actor stream_;
  const session_actor session_;
  const std::string name_;
  const std::optional<std::uint64_t> after_;
  outbox_ptr out_;  // on the lane only
};

task<reply> events(call_ptr c) {
  const auto name = c->req.parameter("stream").value_or("");
  auto after = read_number(c->req.header("Last-Event-ID"), "Last-Event-ID");
  if (!after)
    after = parameter_number(c->req, "after");
  auto stream = c->home.stream(name, c->who);
  if (!stream)
    throw fault_error(fault_code::not_found, "no such stream");
  // Asked before the answer begins, so that a refusal has a status.
  auto probe = std::make_shared<nobody>();
  follow_stream wanted{probe, &realtime_view(), std::nullopt};
  co_await c->asked(stream, std::move(wanted));
  tell(c->self, stream, unfollow_stream{probe});
  if (c->req.method == verb::head) {
    auto head = text_reply(200, "");
    co_return head;
  }
  auto listener = std::make_shared<event_listener>(stream, session_actor{c->self}, name, after);
  co_return stream_reply(std::move(listener));
}

constexpr endpoint rows[] = {
    {verb::get, "/events", signed_in, events},
};

}  // namespace

std::span<const endpoint> event_routes() {
  return rows;
}

}  // namespace stoa::stoa_api
