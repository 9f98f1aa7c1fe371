#include "net/routes/stoa/noted.hpp"
#include "net/routes/stoa/routes.hpp"
#include "net/routes/stoa/views.hpp"
#include "net/routes/stoa/wishes.hpp"
#include "schema/json.hpp"

#include <atomic>
#include <deque>
#include <map>

namespace stoa::stoa_api {

namespace {

constexpr std::size_t most_followed = 500;   // followed on one socket
constexpr std::size_t most_in_flight = 512;  // wishes of one socket whose answer is not out
// Operations on boards and messages with metadata are the only ones with a reason to be larger; how
// large they may be is the edge's (`socket_message`).
constexpr std::size_t longest_frame = 64 * 1024;
constexpr rate frames_in{2000, std::chrono::seconds{10}};

/// One client on a `stoa.v1` socket. What it says becomes errands of its session, so everything
/// below `-- in the session` runs in that one actor.
class realtime_socket final : public socket_listener,
                              public std::enable_shared_from_this<realtime_socket> {
public:
  realtime_socket(house& home, scope who, session_actor session)
      : home_(home), who_(std::move(who)), session_(std::move(session)) {}

  // -- on the lane --------------------------------------------------------------------

  void on_open(outbox_ptr out) override {
    out_ = std::move(out);
    out_->push(welcome(who_));
    tell_anonymously(session_, attach_socket{out_});
  }

  void on_text(std::string&& text) override {
    if (!credits_.take(frames_in, credits::clock::now())) {
      if (++excess_ > frames_in.count)
        out_->close(close_code::policy, "too many frames");
      else
        out_->push(refused("", fail(fault_code::too_many, "too many frames")));
      return;
    }
    if (in_flight_.load(std::memory_order_relaxed) >= most_in_flight) {
      out_->push(refused("", fail(fault_code::overloaded, "too many unanswered frames")));
      return;
    }
    in_flight_.fetch_add(1, std::memory_order_relaxed);
    tell_anonymously(
        session_, run_errand{std::make_shared<frame_errand>(shared_from_this(), std::move(text))});
  }

  void on_close(std::uint16_t) override {
    tell_anonymously(session_, detach_socket{out_});
    tell_anonymously(session_, run_errand{std::make_shared<farewell_errand>(shared_from_this())});
  }

private:
  class frame_errand final : public errand {
  public:
    frame_errand(std::shared_ptr<realtime_socket> of, std::string text)
        : of_(std::move(of)), text_(std::move(text)) {}
    void run(visitor& who) override {
      auto reference = std::make_shared<std::string>();
      start(of_->handle(who.self, who.who, std::move(text_), reference),
            [of = of_, reference](outcome<void> end) {
              of->in_flight_.fetch_sub(1, std::memory_order_relaxed);
              if (!end)
                of->out_->push(refused(*reference, end.error()));
            });
    }
    void refuse(const fault& why) override {
      of_->in_flight_.fetch_sub(1, std::memory_order_relaxed);
      of_->out_->push(refused("", why));
    }

  private:
    std::shared_ptr<realtime_socket> of_;
    std::string text_;
  };

  class farewell_errand final : public errand {
  public:
    explicit farewell_errand(std::shared_ptr<realtime_socket> of) : of_(std::move(of)) {}
    void run(visitor&) override { of_->let_go(); }
    void refuse(const fault&) override { of_->let_go(); }

  private:
    std::shared_ptr<realtime_socket> of_;
  };

  // -- in the session -----------------------------------------------------------------

  task<void> handle(session_actor::pointer self, scope who, std::string text,
                    std::shared_ptr<std::string> reference) {
    auto read = json::parse(text);
    if (!read)
      throw fault_error(read.error());
    const auto said = read->root();
    const auto type = text_of(said, "type");
    *reference = text_of(said, "key");
    if (reference->empty())
      *reference = text_of(said, "ref");
    if (text.size() > longest_frame && type != "op" && type != "post") {
      out_->close(close_code::too_big, "the message is too large");
      co_return;
    }
    need_frame(said);
    if (type == "ping") {
      out_->push(pong(*reference));
    } else if (type == "subscribe") {
      co_await subscribe(self, std::move(who), said);
    } else if (type == "unsubscribe") {
      streams_in(said);
      for (const auto& name : texts_in(said, "streams"))
        drop(name);
    } else if (type == "history") {
      if (number_of(said, "before") && number_of(said, "after"))
        throw about_member("before",
                           "must not stand beside after: a page ends or begins somewhere");
      if (number_of(said, "limit") == 0U)
        throw about_member("limit", "must be at least 1");
      read_history page{number_of(said, "before"), number_of(said, "after"),
                        static_cast<std::uint32_t>(
                            std::min<std::uint64_t>(number_of(said, "limit").value_or(50), 200))};
      const auto name = text_of(said, "stream");
      auto found = co_await ask(self, owner(name, who), who, page);
      out_->push(history(*reference, name, found));
    } else if (type == "typing" || type == "signal") {
      signal_stream what{type == "typing" ? "typing" : signal_kind(said),
                         type == "typing" ? std::string{said["typing"].as_bool().value_or(true)
                                                            ? R"({"typing":true})"
                                                            : R"({"typing":false})"}
                                          : object_in(said, "data"),
                         out_};
      co_await ask(self, owner(text_of(said, "stream"), who), who, std::move(what));
    } else if (type == "op") {
      const auto name = text_of(said, "stream");
      if (!name.starts_with("board:"))
        throw about_member("stream", "must be a board: board:<id>");
      auto board = home_.board(board_id{name.substr(6)});
      const auto key = key_in(said);
      draw_on_board what{key, said["data"].text()};
      auto done = co_await ask(self, board, who, std::move(what));
      out_->push(ack(key, done, text_of(said, "ref")));
    } else {
      co_await wish_in_room(self, std::move(who), type, said);
    }
  }

  task<void> wish_in_room(session_actor::pointer self, scope who, std::string type,
                          json_value said) {
    const auto name = text_of(said, "stream");
    if (!name.starts_with("room:"))
      throw about_member("stream", "must be a room: room:<id>");
    auto room = home_.room(room_id{name.substr(5)});
    const auto key = key_in(said);
    posted done;
    if (type == "post") {
      auto what = read_post(said);
      what.key = key;
      done = co_await ask(self, room, who, std::move(what));
    } else if (type == "edit") {
      edit_message what{message_id{text_of(said, "message")}, text_of(said, "text"), key};
      done = co_await ask(self, room, who, std::move(what));
    } else if (type == "delete") {
      delete_message what{message_id{text_of(said, "message")}, key};
      done = co_await ask(self, room, who, std::move(what));
    } else if (type == "react" || type == "unreact") {
      react_to_message what{message_id{text_of(said, "message")}, text_of(said, "emoji"),
                            type == "react", key};
      done = co_await ask(self, room, who, std::move(what));
    } else if (type == "read") {
      mark_read what{number_of(said, "seq").value_or(0)};
      co_await ask(self, room, who, what);
      co_return;
    }
    out_->push(ack(key, done, text_of(said, "ref")));
  }

  // Each stream is answered for itself: what is wrong with one of them is no matter of the others.
  task<void> subscribe(session_actor::pointer self, scope who, json_value said) {
    for (auto item : streams_in(said).items()) {
      const auto name = item.is_string() ? std::string{*item.as_string()} : text_of(item, "stream");
      auto end = co_await caught(follow(self, who, item));
      if (!end)
        out_->push(refused(name, end.error()));
    }
  }

  task<void> follow(session_actor::pointer self, scope who, json_value item) {
    const auto name = stream_named(item);
    const auto after = number_of(item, "after");
    if (followed_.size() >= most_followed && !followed_.contains(name))
      throw fault_error(fault_code::too_many, "too many streams on one socket");
    drop(name);
    auto stream = owner(name, who);
    followed_[name] = stream;
    follow_stream wanted{out_, &realtime_view(), after};
    auto end = co_await caught(ask(self, stream, who, std::move(wanted)));
    if (!end) {
      followed_.erase(name);
      throw fault_error(std::move(end.error()));
    }
  }

  stream_actor owner(const std::string& name, const scope& who) {
    auto found = home_.stream(name, who);
    if (!found)
      throw fault_error(fault_code::not_found, "no such stream");
    return found;
  }

  void drop(const std::string& name) {
    if (auto found = followed_.extract(name))
      tell_anonymously(found.mapped(), unfollow_stream{out_});
  }

  void let_go() {
    for (auto& [name, stream] : std::exchange(followed_, {}))
      tell_anonymously(stream, unfollow_stream{out_});
    out_ = std::make_shared<closed_outbox>();
  }

  /// What is left when the socket is gone: answers on their way go nowhere.
  class closed_outbox final : public outbox {
  public:
    bool push(const frame&, urgency) override { return false; }
    void close(close_code, std::string) override {}
  };

  house& home_;
  scope who_;
  session_actor session_;
  outbox_ptr out_;
  credits credits_;
  std::uint32_t excess_ = 0;
  std::atomic<std::size_t> in_flight_{0};
  std::map<std::string, stream_actor> followed_;
};

}  // namespace

std::shared_ptr<socket_listener> open_realtime(call_ptr what, session_actor session) {
  return std::make_shared<realtime_socket>(what->home, what->who, std::move(session));
}

}  // namespace stoa::stoa_api
