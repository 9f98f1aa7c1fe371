#include "net/own_close.hpp"
#include "net/routes/family_socket.hpp"
#include "net/routes/stacgate/group_shapes.hpp"
#include "net/routes/stacgate/routes.hpp"
#include "schema/json_writer.hpp"

namespace stoa::stacgate {

namespace {

std::string_view group_of(std::string_view stream) {
  return stream.substr(stream.find(':') + 1);
}

frame error_frame(std::string_view text) {
  std::string out;
  json_writer json{out};
  json.begin_object().member("type", "error").member("message", text).member("error", text);
  json.member("timestamp", now()).end_object();
  return frame{std::move(out)};
}

/// A group's chat as the study groups' page reads it.
class ws_view final : public view {
public:
  frame event(const stream_event& what) const override {
    std::string out;
    json_writer json{out};
    if (what.kind == "notification") {
      json.begin_object().member("type", "notification").key("notification").raw(what.data);
      json.end_object();
      return frame{std::move(out)};
    }
    if (what.kind != "message")
      return {};
    json.begin_object().member("type", "new_message");
    json.member("studyGroupId", group_of(what.stream)).key("message");
    write_message(what, json);
    json.end_object();
    return frame{std::move(out)};
  }

  // What passes was said by some client in some protocol: only the members known here go on.
  frame signal(const stream_signal& what) const override {
    const auto read = json::parse(what.data.empty() ? "{}" : what.data);
    if (!read)
      return {};
    const auto& data = read->root();
    std::string out;
    json_writer json{out};
    const auto begin = [&](std::string_view type) {
      json.begin_object().member("type", type);
      json.member("studyGroupId", group_of(what.stream));
    };
    if (what.kind == "whiteboard_update") {
      begin("whiteboard_update");
      json.key("whiteboardId");
      data["whiteboardId"].write(json);
      json.key("data");
      data["data"].write(json);
      json.member("updatedBy", what.author.id.value).end_object();
      return frame{std::move(out)};
    }
    if (what.kind == "user_joined" || what.kind == "user_left") {
      begin(what.kind);
    } else if (what.kind == "typing") {
      begin("user_typing");
      json.member("isTyping", data["typing"].as_bool().value_or(true));
    } else if (what.kind == "stroke") {
      begin("whiteboard_stroke");
      json.key("stroke");
      data["stroke"].write(json);
    } else if (what.kind == "cursor") {
      begin("cursor_position");
      json.key("position");
      data["position"].write(json);
    } else {
      return {};
    }
    json.member("userId", what.author.id.value).member("timestamp", what.at).end_object();
    return frame{std::move(out)};
  }

  frame greeting(const std::string&, const followed&) const override { return {}; }
  frame heartbeat(const std::string&, std::uint64_t) const override { return {}; }
  frame replay(std::span<const event_ptr>) const override { return {}; }
  frame gap(const std::string& stream) const override {
    if (!stream.starts_with("room:"))
      return {};
    return error_frame("The group's connection was interrupted, join it again");
  }
};

/// One client on `/ws`, in one group at a time.
class ws_socket final : public family_socket, public goes_away {
public:
  using family_socket::family_socket;

protected:
  frame hello() const override {
    std::string out;
    json_writer json{out};
    json.begin_object().member("type", "connected");
    json.member("message", "WebSocket connected successfully").member("timestamp", now());
    json.end_object();
    return frame{std::move(out)};
  }

  frame refusal(const fault& why) const override { return error_frame(why.text); }

  // What the user is notified of goes to each of his sockets.
  task<void> opened(session_actor::pointer self, scope who) override {
    inbox_ = home().inbox(who.user);
    follow_stream wanted{out(), &how(), std::nullopt};
    co_await ask(self, inbox_, who, std::move(wanted));
  }

  task<void> handle(session_actor::pointer self, scope who, json said) override {
    const auto type = said.root()["type"].as_string().value_or("");
    if (type == "ping") {
      std::string text;
      json_writer{text}
          .begin_object()
          .member("type", "pong")
          .member("timestamp", now())
          .end_object();
      out()->push(frame{std::move(text)});
    } else if (type == "join_group") {
      std::string group{said.root()["studyGroupId"].as_string().value_or("")};
      co_await join(self, std::move(who), std::move(group));
    } else if (type == "leave_group") {
      leave();
    } else if (type == "typing") {
      std::string data = R"({"typing":true})";
      if (!said.root()["isTyping"].as_bool().value_or(true))
        data = R"({"typing":false})";
      co_await pass_on(self, std::move(who), said, "typing", std::move(data));
    } else if (type == "whiteboard_stroke") {
      pass_lightly(self, std::move(who), said, "stroke", wrapped("stroke", said));
    } else if (type == "cursor_position") {
      pass_lightly(self, std::move(who), said, "cursor", wrapped("position", said));
    }
    // Unknown types are silently ignored.
  }

  void let_go() override {
    leave();
    if (inbox_)
      tell_anonymously(inbox_, unfollow_stream{out()});
  }

private:
  static const ws_view& how() {
    static const ws_view one;
    return one;
  }

  static std::string wrapped(std::string_view name, const json& said) {
    std::string out;
    json_writer json{out};
    json.begin_object().key(name);
    said.root()[name].write(json);
    json.end_object();
    return out;
  }

  task<void> join(session_actor::pointer self, scope who, std::string group) {
    if (group.empty())
      throw fault_error(fault_code::invalid, "studyGroupId is required");
    auto look = in_establishment(who.establishment.value, standing_in(group, who.user));
    auto found = co_await ask(self, home().database(), std::move(look));
    if (found[0].empty())
      throw fault_error(fault_code::not_found, "Study group not found");
    if (!found[0].cell(0, 0))
      throw fault_error(fault_code::forbidden, "Access denied - not a group member");
    const bool again = group == group_;
    if (!again)
      leave();
    group_ = group;
    room_ = home().room(room_id{group});
    const note_activity active;
    tell(self, room_, who, active);
    follow_stream wanted{out(), &how(), std::nullopt};
    auto end = co_await caught(ask(self, room_, who, std::move(wanted)));
    if (!end) {
      group_.clear();
      room_ = nullptr;
      throw group_refusal(std::move(end.error()));
    }
    if (again)
      co_return;
    // The others hear of it if it is the person's first socket.
    signal_stream here{"user_joined", "{}", out()};
    co_await ask(self, room_, who, std::move(here));
  }

  void leave() {
    if (group_.empty())
      return;
    tell_anonymously(room_, unfollow_stream{out()});  // the room says who has left
    group_.clear();
    room_ = nullptr;
  }

  void need_group(const json& said) const {
    const auto group = said.root()["studyGroupId"].as_string();
    if (group_.empty() || (group && *group != group_))
      throw fault_error(fault_code::forbidden, "Join the group first");
  }

  void pass_lightly(session_actor::pointer self, scope who, const json& said, const char* kind,
                    std::string data) {
    need_group(said);
    say_lightly(self, kind,
                [this, self, who = std::move(who), kind, data = std::move(data), room = room_] {
                  if (room == room_)
                    tell(self, room_, who, signal_stream{kind, data, out()});
                });
  }

  task<void> pass_on(session_actor::pointer self, scope who, json said, std::string kind,
                     std::string data) {
    need_group(said);
    signal_stream passing{std::move(kind), std::move(data), out()};
    auto end = co_await caught(ask(self, room_, who, std::move(passing)));
    if (!end)
      throw group_refusal(std::move(end.error()));
  }

  std::string group_;
  room_actor room_;
  inbox_actor inbox_;
};

}  // namespace

std::shared_ptr<socket_listener> open_ws(call_ptr what, session_actor session) {
  return std::make_shared<ws_socket>(what->home, what->who, std::move(session));
}

}  // namespace stoa::stacgate
