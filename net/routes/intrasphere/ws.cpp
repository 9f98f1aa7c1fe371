#include "net/own_patience.hpp"
#include "net/routes/family_socket.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "schema/json_writer.hpp"

#include <map>

namespace stoa::intrasphere {

namespace {

constexpr std::size_t longest_channel = 100;
constexpr std::size_t longest_chat = 4'000;

std::int64_t present_ms() {
  return now().micros / 1000;
}

// `{"type":…,"payload":{…},"timestamp":…}` where `fill` writes the payload's members.
template <class Fill>
frame message(std::string_view type, Fill fill) {
  std::string out;
  json_writer json{out};
  json.begin_object().member("type", type).key("payload").begin_object();
  fill(json);
  json.end_object().member("timestamp", present_ms()).end_object();
  return frame{std::move(out)};
}

frame channel_message(std::string_view type, std::string_view channel) {
  return message(type, [&](json_writer& json) {
    json.member("channel", channel).member("timestamp", present_ms());
  });
}

/// The bulletin as IntraSphere's pages read it.
class ws_view final : public view {
public:
  frame event(const stream_event&) const override { return {}; }
  frame signal(const stream_signal& what) const override {
    const auto type = names().find(what.kind);
    if (type == names().end())
      return {};
    std::string out;
    json_writer json{out};
    json.begin_object().member("type", type->second).key("payload");
    if (what.kind == "status") {
      auto open = what.data;
      open.pop_back();
      json.raw(open + ",\"timestamp\":" + std::to_string(what.at.micros / 1000) + "}");
    } else {
      json.raw(what.data);
    }
    json.member("timestamp", what.at.micros / 1000).end_object();
    return frame{std::move(out)};
  }
  frame greeting(const std::string&, const followed&) const override { return {}; }
  frame heartbeat(const std::string&, std::uint64_t) const override { return {}; }
  frame replay(std::span<const event_ptr>) const override { return {}; }
  frame gap(const std::string&) const override { return {}; }

private:
  static const std::map<std::string, std::string_view, std::less<>>& names() {
    static const std::map<std::string, std::string_view, std::less<>> all = {
        {"status", "USER_STATUS"},         {"announcement", "NEW_ANNOUNCEMENT"},
        {"document", "NEW_DOCUMENT"},      {"letter", "NEW_MESSAGE"},
        {"complaint", "COMPLAINT_UPDATE"}, {"avatar", "USER_AVATAR_UPDATE"},
        {"forum", "FORUM_UPDATE"},         {"training", "TRAINING_UPDATE"},
        {"notification", "NOTIFICATION"},
    };
    return all;
  }
};

/// One page on `/ws`. Who it is was settled by the session at the upgrade; what it claims about
/// itself must agree.
class ws_socket final : public family_socket, public own_patience {
public:
  ws_socket(house& home, scope who, session_actor session, std::string claimed)
      : family_socket(home, std::move(who), std::move(session)), claimed_(std::move(claimed)) {}

  // A page that is open somewhere answers at once, or says HEARTBEAT itself.
  std::chrono::milliseconds after_ping() const noexcept override { return std::chrono::seconds{5}; }

protected:
  frame hello() const override {
    auto id = fresh_uuid();
    std::erase(id, '-');
    id.resize(9);
    return message("CONNECTED", [&](json_writer& json) {
      json.member("clientId", id).member("timestamp", present_ms());
    });
  }

  // What makes no sense is ignored; what is refused is said.
  frame refusal(const fault& why) const override {
    if (why.code == fault_code::invalid)
      return {};
    const std::string_view code = why.code == fault_code::forbidden ? "FORBIDDEN" : "REFUSED";
    return message(
        "ERROR", [&](json_writer& json) { json.member("code", code).member("message", why.text); });
  }

  task<void> opened(session_actor::pointer self, scope who) override {
    // A bulletin that has just closed has a successor.
    for (int attempt = 0;; ++attempt) {
      bulletin_ = home().bulletin(who.establishment);
      attend_bulletin wanted{out(), &how()};
      auto end = co_await caught(ask(self, bulletin_, who, std::move(wanted)));
      if (end)
        break;
      bulletin_ = nullptr;
      if (attempt == 3)
        throw fault_error(std::move(end.error()));
    }
    if (!claimed_.empty())
      co_await authenticate(self, who, claimed_);
  }

  task<void> handle(session_actor::pointer self, scope who, json said) override {
    if (!bulletin_)
      co_return;
    const std::string type{said.root()["type"].as_string().value_or("")};
    const auto payload = said.root()["payload"];
    auto channel = text(payload, "channel");
    if (channel.empty())
      channel = text(said.root(), "channel");
    if (type == "HEARTBEAT") {
      out()->push(
          frame{R"({"type":"HEARTBEAT_ACK","timestamp":)" + std::to_string(present_ms()) + "}"});
    } else if (type == "AUTHENTICATE") {
      auto claimed = text(payload, "userId");
      co_await authenticate(self, std::move(who), std::move(claimed));
    } else if (type == "JOIN_CHANNEL") {
      co_await join(self, std::move(who), std::move(channel));
    } else if (type == "LEAVE_CHANNEL") {
      co_await leave(self, std::move(channel));
    } else if (type == "TYPING_START" || type == "TYPING_STOP" || type == "USER_TYPING") {
      const bool typing = type == "USER_TYPING" ? payload["isTyping"].as_bool().value_or(true)
                                                : type == "TYPING_START";
      if (light_credit())
        tell_channel_members(self, channel, message("USER_TYPING", [&](json_writer& json) {
                               json.member("userId", who.user.value).member("isTyping", typing);
                             }));
    } else if (type == "CHAT_MESSAGE") {
      const auto content = text(payload, "content");
      if (!content.empty() && content.size() <= longest_chat)
        tell_channel_members(self, channel, message("CHAT_MESSAGE", [&](json_writer& json) {
                               json.member("channel", channel).member("content", content);
                               json.member("userId", who.user.value).member("userName", who.name);
                               json.member("timestamp", present_ms());
                             }));
    } else if (type == "MARK_NOTIFICATION_READ") {
      acknowledge(self, who, text(payload, "notificationId"));
    }
    // Unknown types are silently ignored.
  }

  void let_go() override {
    if (bulletin_)
      tell_anonymously(bulletin_, leave_bulletin{out()});
  }

private:
  static const ws_view& how() {
    static const ws_view one;
    return one;
  }
  static std::string text(const json_value& from, std::string_view name) {
    std::string out{from[name].as_string().value_or("")};
    return out.size() <= longest_chat ? out : std::string{};
  }
  static std::string own_channel(const scope& who) { return "user_" + who.user.value; }

  static void check_own(const scope& who, std::string_view claimed) {
    if (claimed != who.user.value)
      throw fault_error(fault_code::forbidden, "userId is not the session's");
  }

  task<void> authenticate(session_actor::pointer self, scope who, std::string claimed) {
    if (claimed.empty())
      co_return;
    check_own(who, claimed);
    const auto channel = own_channel(who);
    tune_channel wanted{out(), channel, true};
    co_await ask(self, bulletin_, std::move(wanted));
    out()->push(channel_message("CHANNEL_JOINED", channel));
    appear_on_bulletin here{out()};
    co_await ask(self, bulletin_, std::move(here));
    out()->push(message("AUTHENTICATED", [&](json_writer& json) {
      json.member("userId", who.user.value).member("timestamp", present_ms());
    }));
  }

  task<void> join(session_actor::pointer self, scope who, std::string channel) {
    if (channel.empty() || channel.size() > longest_channel)
      co_return;
    if (channel.starts_with("user_") && channel != own_channel(who))
      throw fault_error(fault_code::forbidden, "this channel is somebody else's");
    if (channel.starts_with("conversation_") && !takes_part(who, channel))
      throw fault_error(fault_code::forbidden, "only its participants join a conversation");
    tune_channel wanted{out(), channel, true};
    co_await ask(self, bulletin_, std::move(wanted));
    out()->push(channel_message("CHANNEL_JOINED", channel));
  }

  // `conversation_<a>_<b>` is between those two.
  static bool takes_part(const scope& who, std::string_view channel) {
    const auto both = channel.substr(std::string_view{"conversation_"}.size());
    const std::string_view me{who.user.value};
    return (both.starts_with(me) && both.substr(me.size()).starts_with('_')) ||
           (both.ends_with(me) && both.substr(0, both.size() - me.size()).ends_with('_'));
  }

  task<void> leave(session_actor::pointer self, std::string channel) {
    if (channel.empty() || channel.size() > longest_channel)
      co_return;
    tune_channel wanted{out(), channel, false};
    co_await ask(self, bulletin_, std::move(wanted));
    out()->push(channel_message("CHANNEL_LEFT", channel));
  }

  void tell_channel_members(session_actor::pointer self, const std::string& channel, frame what) {
    if (!channel.empty())
      tell(self, bulletin_, tell_channel{out(), channel, std::move(what)});
  }

  // The user's other pages drop the mark as well.
  void acknowledge(session_actor::pointer self, const scope& who, const std::string& id) {
    if (id.empty() || id.size() > longest_channel)
      return;
    std::string data;
    json_writer{data}.begin_object().member("notificationId", id).end_object();
    tell(self, bulletin_, tell_channel{out(), own_channel(who), read_frame(data)});
  }
  static frame read_frame(const std::string& data) {
    return frame{R"({"type":"MARK_NOTIFICATION_READ","payload":)" + data + R"(,"timestamp":)" +
                 std::to_string(present_ms()) + "}"};
  }

  std::string claimed_;
  bulletin_actor bulletin_;
};

}  // namespace

std::shared_ptr<socket_listener> open_ws(call_ptr what, session_actor session) {
  return std::make_shared<ws_socket>(what->home, what->who, std::move(session),
                                     what->req.parameter("userId").value_or(""));
}

}  // namespace stoa::intrasphere
