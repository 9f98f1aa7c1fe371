#include "net/routes/stoa/event_cursor.hpp"
#include "net/routes/stoa/routes.hpp"
#include "net/routes/stoa/views.hpp"
#include "net/routes/stoa/wishes.hpp"

#include <algorithm>

namespace stoa::stoa_api {

namespace {

constexpr std::size_t most_event_streams =
    64;  // on one connection; an address cannot hold many more

/// Follows for a moment, to learn whether its user may.
class nobody final : public outbox {
public:
  bool push(const frame&, urgency) override { return false; }
  void close(close_code, std::string) override {}
};

/// One stream of an event stream, and where its frames go.
struct listened {
  std::string name;
  stream_actor owner;
  std::optional<std::uint64_t> after;
  outbox_ptr out;             ///< set when the answer has begun; on the lane only
  std::optional<fault> lost;  ///< why it cannot be followed; nothing follows then
};

/// One client of an event stream. It follows its streams from when the answer has begun until the
/// connection ends; both run in the session, one after the other.
class event_listener final : public socket_listener {
public:
  event_listener(std::vector<listened> streams, session_actor session,
                 std::shared_ptr<event_cursor> cursor)
      : streams_(std::move(streams)), session_(std::move(session)), cursor_(std::move(cursor)) {}

  void on_open(outbox_ptr out) override {
    out_ = std::move(out);
    // A single stream's frames are as every other listener's, so they stay shared.
    for (std::size_t i = 0; i < streams_.size(); ++i)
      streams_[i].out =
          streams_.size() == 1 ? out_ : std::make_shared<cursor_outbox>(out_, cursor_, i);
    tell_anonymously(session_, attach_socket{out_});
    tell_anonymously(session_, run_errand{std::make_shared<follow_errand>(out_, streams_)});
  }
  void on_text(std::string&&) override {}
  void on_close(std::uint16_t) override {
    tell_anonymously(session_, detach_socket{out_});
    tell_anonymously(session_,
                     run_errand{std::make_shared<leave_errand>(std::exchange(streams_, {}))});
    out_ = nullptr;
  }

private:
  class follow_errand final : public errand {
  public:
    follow_errand(outbox_ptr out, std::vector<listened> streams)
        : out_(std::move(out)), streams_(std::move(streams)) {}
    // One that is lost says so in its place among the frames. The others go on, and the connection
    // with them: a browser gives up for good on an answer that is not 200.
    void run(visitor& who) override {
      const auto left = std::make_shared<std::size_t>(streams_.size());
      for (auto& each : streams_) {
        if (each.lost) {
          lose(out_, each.name, *each.lost, *left);
          continue;
        }
        follow_stream wanted{each.out, &realtime_view(), each.after};
        ask(who.self, each.owner, who.who, std::move(wanted))
            .then(
                [out = out_](followed& how) {
                  // There is more than one batch: the client comes back for the next with the
                  // number of the last event it got, so nobody has to guess how fast it reads.
                  if (!how.live)
                    out->close(close_code::normal, "come back for more");
                },
                [out = out_, name = each.name, left](caf::error& why) {
                  lose(out, name, to_fault(why), *left);
                });
      }
    }
    void refuse(const fault& why) override {
      out_->push(refused(streams_.front().name, why));
      out_->close(close_code::session_ended, why.text);
    }

  private:
    static void lose(const outbox_ptr& out, const std::string& name, const fault& why,
                     std::size_t& left) {
      out->push(refused(name, why));
      if (--left == 0)
        out->close(close_code::normal, "refused");
    }
    outbox_ptr out_;
    std::vector<listened> streams_;
  };

  class leave_errand final : public errand {
  public:
    explicit leave_errand(std::vector<listened> streams) : streams_(std::move(streams)) {}
    void run(visitor&) override { leave(); }
    void refuse(const fault&) override { leave(); }

  private:
    void leave() {
      for (const auto& each : streams_)
        if (!each.lost)
          tell_anonymously(each.owner, unfollow_stream{each.out});
    }
    std::vector<listened> streams_;
  };

  std::vector<listened> streams_;  // on the lane only
  const session_actor session_;
  const std::shared_ptr<event_cursor> cursor_;  // on the lane only
  outbox_ptr out_;                              // on the lane only
};

/// The streams that the address names, each once.
std::vector<std::string> read_names(const request& from) {
  std::vector<std::string> out;
  for (auto& [key, value] : from.parameters())
    if (key == "stream") {
      if (std::find(out.begin(), out.end(), value) != out.end())
        throw fault_error(fault_code::invalid, "a stream is named twice");
      out.push_back(std::move(value));
    }
  if (out.empty())
    throw fault_error(fault_code::invalid, "stream is missing");
  if (out.size() > most_event_streams)
    throw fault_error(fault_code::invalid, "an event stream has at most 64 streams");
  return out;
}

// Whoever asks again later is told the same.
bool is_lost(const fault& why) {
  return why.code == fault_code::not_found || why.code == fault_code::forbidden;
}

task<reply> events(call_ptr c) {
  const auto names = read_names(c->req);
  const auto last = c->req.header("Last-Event-ID");
  auto cursor = std::make_shared<event_cursor>(
      last.empty()
          ? event_cursor::read(c->req.parameter("after").value_or(""), names.size(), "after")
          : event_cursor::read(last, names.size(), "Last-Event-ID"));
  std::vector<listened> streams;
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto owner = c->home.stream(names[i], c->who);
    std::optional<fault> lost;
    if (!owner)
      lost = fail(fault_code::not_found, "no such stream");
    streams.push_back({names[i], std::move(owner), cursor->at(i), nullptr, std::move(lost)});
  }
  // Asked before the answer begins, so that a refusal of all of them has a status.
  std::size_t lost = 0;
  for (auto& each : streams) {
    if (!each.lost) {
      auto probe = std::make_shared<nobody>();
      follow_stream wanted{probe, &realtime_view(), std::nullopt};
      auto end = co_await caught(c->asked(each.owner, std::move(wanted)));
      if (end)
        tell(c->self, each.owner, unfollow_stream{probe});
      else if (is_lost(end.error()))
        each.lost = std::move(end.error());
      else
        throw fault_error(std::move(end.error()));
    }
    lost += each.lost ? 1 : 0;
  }
  if (lost == streams.size())
    throw fault_error(std::move(*streams.front().lost));
  if (c->req.method == verb::head) {
    auto head = text_reply(200, "");
    co_return head;
  }
  auto listener = std::make_shared<event_listener>(std::move(streams), session_actor{c->self},
                                                   std::move(cursor));
  co_return stream_reply(std::move(listener));
}

constexpr endpoint event_rows[] = {
    {verb::get, "/events", signed_in, events},
};

}  // namespace

std::span<const endpoint> event_routes() {
  return event_rows;
}

}  // namespace stoa::stoa_api
