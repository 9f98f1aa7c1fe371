#include "net/routes/stacgate/collaboration_frames.hpp"

#include "net/routes/stacgate/routes.hpp"
#include "schema/json_writer.hpp"

#include <chrono>

namespace stoa::stacgate {

namespace {

void write_who(const scope& who, json_writer& json) {
  json.begin_object().member("id", who.user.value);
  json.member("name", who.name.empty() ? std::string_view{"Unknown User"} : who.name);
  json.member("role", role_name(who.rank)).key("establishmentId");
  if (who.establishment.value == platform_scope)
    json.null();
  else
    json.value(who.establishment.value);
  json.end_object();
}

class people_view final : public huddle_view {
public:
  frame welcome(const huddle_facts& what, std::span<const huddle_person> people) const override {
    std::string out;
    json_writer json{out};
    json.begin_object().member("type", "room_joined").member("roomId", what.room);
    json.key("data").begin_object().member("roomId", what.room).member("roomType", what.kind);
    json.key("resourceId");
    if (what.resource.empty())
      json.null();
    else
      json.value(what.resource);
    json.key("participants").begin_array();
    for (const auto& each : people) {
      json.begin_object().key("user");
      write_who(each.who, json);
      json.member("joinedAt", each.joined_at).end_object();
    }
    json.end_array().end_object().end_object();
    return frame{std::move(out)};
  }
  frame came(const huddle_facts& what, const huddle_person& who, std::size_t total) const override {
    return about(what, who, total, "user_joined", "joinedAt", who.joined_at);
  }
  frame went(const huddle_facts& what, const huddle_person& who, std::size_t total) const override {
    return about(what, who, total, "user_left", "leftAt", now());
  }

private:
  static frame about(const huddle_facts& what, const huddle_person& who, std::size_t total,
                     std::string_view type, std::string_view moment, iso_time at) {
    std::string out;
    json_writer json{out};
    json.begin_object().member("type", type).member("roomId", what.room).key("data");
    json.begin_object().key("user");
    write_who(who.who, json);
    json.member(moment, at).member("totalParticipants", total).end_object().end_object();
    return frame{std::move(out)};
  }
};

/// For a `board_ear`: who changed the board and when, and the drawing when the event has it.
class changed_board_view final : public view {
public:
  frame event(const stream_event& what) const override {
    if (what.kind != "replace" && what.kind != "op")
      return {};
    const auto read = json::parse(what.data);
    const auto drawn = read && what.kind == "replace" ? read->root().find("data") : std::nullopt;
    if (what.kind == "replace" && !drawn)
      return {};
    std::string out;
    json_writer json{out};
    json.begin_object().member("userId", what.author.id.value);
    json.member("userName", what.author.display_name()).member("timestamp", what.at);
    if (drawn) {
      json.key("drawData");
      drawn->write(json);
    }
    json.end_object();
    return frame{std::move(out)};
  }
  frame signal(const stream_signal&) const override { return {}; }
  frame greeting(const std::string&, const followed&) const override { return {}; }
  frame heartbeat(const std::string&, std::uint64_t) const override { return {}; }
  frame replay(std::span<const event_ptr>) const override { return {}; }
  frame gap(const std::string&) const override { return {}; }
};

constexpr relay relays[] = {
    {"cursor_move", "cursor_update", "position", "", urgency::ephemeral},
    {"text_change", "content_update", "operation", "content", urgency::durable},
    {"whiteboard_draw", "whiteboard_update", "drawData", "", urgency::durable},
    {"chat_message", "chat_message", "message", "", urgency::durable},
    {"typing_indicator", "typing_update", "isTyping", "", urgency::ephemeral},
};

}  // namespace

frame collaboration_hello(const scope& who) {
  const auto session =
      "session_" + std::to_string(now().micros / 1000) + "_" + fresh_uuid().substr(0, 8);
  std::string out;
  json_writer json{out};
  json.begin_object().member("type", "connected").key("data").begin_object();
  json.member("sessionId", session).key("user");
  write_who(who, json);
  json.member("message", "Connected to collaboration server").end_object().end_object();
  return frame{std::move(out)};
}

frame collaboration_error(std::string_view text) {
  std::string out;
  json_writer json{out};
  json.begin_object().member("type", "error").key("data").begin_object();
  json.member("error", text).member("timestamp", now()).end_object().end_object();
  return frame{std::move(out)};
}

const huddle_view& collaboration_view() {
  static const people_view one;
  return one;
}

const view& collaboration_board_view() {
  static const changed_board_view one;
  return one;
}

// -- a board in a room --------------------------------------------------------------------

namespace {
// Who draws by operations makes many: what comes of them is shown ten times a second at most.
constexpr std::chrono::milliseconds between_looks{100};
}  // namespace

/// Shows how the board looks now.
class board_ear::look final : public errand {
public:
  explicit look(std::shared_ptr<board_ear> of) : of_(std::move(of)) {}

  void run(visitor& who) override {
    after_delay(who.self, between_looks, [of = of_, self = who.self, asks = who.who] {
      frame said;
      {
        std::lock_guard hold{of->guard_};
        said = std::exchange(of->drawn_by_, {});
      }
      start(seen(self, of->board_, asks), [of, said](outcome<board_view> now) {
        if (now)
          of->show(said, now->row.data.text);
      });
    });
  }
  // The session is over, and its sockets with it.
  void refuse(const fault&) override {}

private:
  static task<board_view> seen(session_actor::pointer self, board_actor board, scope who) {
    show_board question;
    auto now = co_await ask(self, board, who, question);
    co_return now;
  }
  std::shared_ptr<board_ear> of_;
};

board_ear::board_ear(outbox_ptr to, std::string room, board_actor board, session_actor session)
    : to_(std::move(to)),
      room_(std::move(room)),
      board_(std::move(board)),
      session_(std::move(session)) {}

bool board_ear::push(const frame& what, urgency) {
  const auto read = json::parse(what.text());
  if (!read)
    return false;
  if (const auto drawing = read->root().find("drawData")) {
    show(what, drawing->text());
    return true;
  }
  std::lock_guard hold{guard_};
  const bool asked = drawn_by_.size() > 0;
  drawn_by_ = what;
  if (!asked)
    tell_anonymously(session_, run_errand{std::make_shared<look>(shared_from_this())});
  return true;
}

void board_ear::show(const frame& said, std::string_view drawing) const {
  const auto read = json::parse(said.text());
  if (!read)
    return;
  std::string out;
  json_writer json{out};
  json.begin_object().member("type", "whiteboard_update").member("roomId", room_).key("data");
  json.begin_object();
  for (const auto* name : {"userId", "userName"})
    json.member(name, read->root()[name].as_string());
  json.key("drawData").raw(drawing);
  json.member("timestamp", read->root()["timestamp"].as_string()).end_object().end_object();
  to_->push(frame{std::move(out)}, urgency::durable);
}

void board_ear::close(close_code code, std::string reason) {
  to_->close(code, std::move(reason));
}

std::shared_ptr<stoa::lane> board_ear::lane() const noexcept {
  return to_->lane();
}

const relay* relay_of(std::string_view type) {
  for (const auto& each : relays)
    if (each.said == type)
      return &each;
  return nullptr;
}

frame relayed(const relay& how, const scope& who, std::string_view room, json_value data) {
  const auto first = data.find(how.first);
  if (!first)
    throw fault_error(fault_code::invalid, "Invalid message format");
  std::string out;
  json_writer json{out};
  json.begin_object().member("type", how.heard).member("roomId", room);
  json.key("data").begin_object().member("userId", who.user.value).member("userName", who.name);
  json.key(how.first);
  first->write(json);
  if (!how.second.empty()) {
    json.key(how.second);
    data[how.second].write(json);
  }
  json.member("timestamp", now()).end_object().end_object();
  return frame{std::move(out)};
}

}  // namespace stoa::stacgate
