#include "net/own_close.hpp"
#include "net/routes/family_socket.hpp"
#include "net/routes/stacgate/collaboration_frames.hpp"
#include "net/routes/stacgate/group_shapes.hpp"
#include "net/routes/stacgate/routes.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace stoa::stacgate {

namespace {

constexpr std::size_t most_rooms = 20;     // of one socket
constexpr std::size_t longest_name = 128;  // bytes of a room's name

fault_error malformed() {
  return fault_error{fault_code::invalid, "Invalid message format"};
}

/// Follows a group's chat for one thing only: to hear that somebody was taken out of it, or that
/// its owner went and nobody would tell.
class membership_view final : public view {
public:
  frame event(const stream_event&) const override { return {}; }
  frame signal(const stream_signal&) const override { return {}; }
  frame greeting(const std::string&, const followed&) const override { return {}; }
  frame heartbeat(const std::string&, std::uint64_t) const override { return {}; }
  frame replay(std::span<const event_ptr>) const override { return {}; }
  frame gap(const std::string& stream) const override { return frame{stream}; }
};

/// Where `membership_view` writes.
class membership_watch final : public outbox {
public:
  explicit membership_watch(std::function<void()> changed) : changed_(std::move(changed)) {}
  bool push(const frame&, urgency) override {
    changed_();
    return true;
  }
  void close(close_code, std::string) override {}

private:
  std::function<void()> changed_;
};

/// One client on `/ws/collaboration`.
class collaboration_socket final : public family_socket, public goes_away {
public:
  collaboration_socket(house& home, scope who, session_actor session)
      : family_socket(home, std::move(who), session), session_(std::move(session)) {}

protected:
  frame hello() const override { return collaboration_hello(who()); }
  frame refusal(const fault& why) const override { return collaboration_error(why.text); }

  task<void> opened(session_actor::pointer, scope) override { co_return; }

  task<void> handle(session_actor::pointer self, scope who, json said) override {
    const auto type = said.root()["type"].as_string().value_or("");
    const auto* relay = relay_of(type);
    if (!relay && type != "join_room" && type != "leave_room")
      co_return;  // the original ignores what it does not know
    const auto data = said.root()["data"];
    if (!data.is_object())
      throw malformed();
    auto room = std::string{
        said.root()["roomId"].as_string().value_or(data["roomId"].as_string().value_or(""))};
    if (room.empty() || room.size() > longest_name)
      throw malformed();
    if (type == "join_room") {
      join_huddle wish;
      wish.room = std::move(room);
      wish.kind = data["roomType"].as_string().value_or("");
      wish.resource = data["resourceId"].as_string().value_or("");
      co_await join(self, std::move(who), std::move(wish));
      co_return;
    }
    const auto found = rooms_.find(room);
    if (found == rooms_.end())
      throw fault_error(fault_code::forbidden, "Not in room");
    if (!relay) {
      leave(found);
      co_return;
    }
    tell_huddle what{out(), relayed(*relay, who, room, data), relay->how};
    auto say = [self, huddle = found->second.huddle, what = std::move(what)] {
      tell(self, huddle, what);
    };
    if (relay->said == "cursor_move" || relay->said == "whiteboard_draw")
      say_lightly(self, std::string{relay->said} + '\n' + room, std::move(say));
    else
      say();
  }

  void let_go() override {
    while (!rooms_.empty())
      leave(rooms_.begin());
  }

private:
  struct joined {
    huddle_actor huddle;
    board_actor board;  // null unless the room is about one
    outbox_ptr ear;     // what the board tells goes through it
    std::string group;  // whose members may be here; empty: everybody
  };
  using room_map = std::map<std::string, joined, std::less<>>;

  task<void> join(session_actor::pointer self, scope who, join_huddle wish) {
    if (!rooms_.contains(wish.room) && rooms_.size() >= most_rooms)
      throw fault_error(fault_code::too_many, "Too many rooms");
    wish.who = out();
    wish.how = &collaboration_view();
    joined place;
    place.group = co_await group_of(self, who, wish);
    auto end = co_await caught(come_in(self, who, wish, &place));
    if (!end) {
      forget(place);
      throw fault_error(std::move(end.error()));
    }
    // Who comes again hears the board once.
    if (const auto before = rooms_.find(wish.room); before != rooms_.end())
      listen_no_more(before->second);
    rooms_.insert_or_assign(wish.room, std::move(place));
  }

  // Watched first, asked second: whoever is taken out in between is heard of.
  task<void> come_in(session_actor::pointer self, scope who, join_huddle wish, joined* place) {
    if (!place->group.empty())
      co_await watch(self, who, place->group);
    if (wish.kind == "whiteboard")
      co_await follow_board(self, who, wish, *place);
    else
      co_await check(self, who, wish.kind, wish.resource);
    auto tenant = co_await tenant_of(self, who, wish);
    // A room that closed in this very moment is off the directory: the second try finds a new one.
    auto end = co_await caught(enter(self, who, tenant, wish, *place));
    if (!end && end.error().code == fault_code::unavailable)
      end = co_await caught(enter(self, who, tenant, wish, *place));
    if (!end)
      throw fault_error(std::move(end.error()));
  }

  /// The study group that this is about, empty for none.
  task<std::string> group_of(session_actor::pointer self, scope who, join_huddle wish) {
    if (wish.kind == "studygroup")
      co_return wish.resource;
    if (wish.kind != "whiteboard")
      co_return std::string{};
    auto look = in_establishment(
        who.establishment.value,
        prepared("select study_group_id from whiteboards where id = $1", wish.resource));
    auto found = co_await ask(self, home().database(), std::move(look));
    co_return found[0].empty() ? std::string{} : found[0].text(0, 0);
  }

  // -- staying a member ----------------------------------------------------------------

  task<void> watch(session_actor::pointer self, scope who, std::string group) {
    if (watches_.contains(group))
      co_return;
    static const membership_view how;
    std::weak_ptr<family_socket> me = weak_from_this();
    auto heard = std::make_shared<membership_watch>([me, group] {
      if (const auto still = me.lock())
        static_cast<collaboration_socket&>(*still).later(
            [of = still.get(), group](session_actor::pointer in, scope whose) {
              return static_cast<collaboration_socket&>(*of).look_again(in, std::move(whose),
                                                                        group);
            });
    });
    watches_[group] = heard;
    follow_stream wanted{heard, &how, std::nullopt};
    auto end = co_await caught(ask(self, home().room(room_id{group}), who, std::move(wanted)));
    if (!end) {
      watches_.erase(group);
      throw group_refusal(std::move(end.error()));
    }
  }

  // Who is a member no more is out of the group's rooms at once, and is told why.
  task<void> look_again(session_actor::pointer self, scope who, std::string group) {
    watches_.erase(group);
    if (!is_in(group))
      co_return;
    const std::string kind = "studygroup";
    auto end = co_await caught(watch(self, who, group));
    if (end)
      end = co_await caught(check(self, who, kind, group));
    if (end)
      co_return;
    for (auto each = rooms_.begin(); each != rooms_.end();) {
      const auto next = std::next(each);
      if (each->second.group == group)
        leave(each);
      each = next;
    }
    throw fault_error(std::move(end.error()));
  }

  [[nodiscard]] bool is_in(const std::string& group) const {
    return std::any_of(rooms_.begin(), rooms_.end(),
                       [&](const auto& each) { return each.second.group == group; });
  }

  // -- coming in ------------------------------------------------------------------------

  task<void> enter(session_actor::pointer self, const scope& who, const std::string& tenant,
                   const join_huddle& wish, joined& place) {
    place.huddle = home().huddle(tenant, wish.room);
    co_await ask(self, place.huddle, who, wish);
  }

  // A platform administrator meets the people of the establishment that the room is about.
  task<std::string> tenant_of(session_actor::pointer self, const scope& who,
                              const join_huddle& wish) {
    std::string tenant = who.establishment.value;
    if (tenant != platform_scope || (wish.kind != "studygroup" && wish.kind != "whiteboard"))
      co_return tenant;
    auto look = in_establishment(
        platform_scope, prepared("select g.establishment_id from study_groups g where g.id = $1 and"
                                 " $2 = 'studygroup' union all select w.establishment_id from"
                                 " whiteboards w where w.id = $1 and $2 = 'whiteboard'",
                                 wish.resource, wish.kind));
    auto found = co_await ask(self, home().database(), std::move(look));
    if (!found[0].empty())
      tenant = found[0].text(0, 0);
    co_return tenant;
  }

  /// Whether the caller may be in a room about this. Courses and assessments have no table of their
  /// own yet, so only those who may see every one of them get in.
  task<void> check(session_actor::pointer self, const scope& who, const std::string& kind,
                   const std::string& resource) {
    if (kind == "general")
      co_return;
    if (kind == "course" || kind == "assessment") {
      if (resource.empty() || !who.at_least(kind == "course" ? role::manager : role::trainer))
        throw fault_error(fault_code::forbidden, "Access denied");
      co_return;
    }
    if (kind != "studygroup")
      throw malformed();
    auto look = in_establishment(who.establishment.value, standing_in(resource, who.user));
    auto found = co_await ask(self, home().database(), std::move(look));
    need_membership(found[0], who);
    const note_activity active;
    tell(self, home().room(room_id{resource}), who, active);
  }

  // The board's owner says who may look, and from then on tells what is saved on it.
  task<void> follow_board(session_actor::pointer self, const scope& who, const join_huddle& wish,
                          joined& place) {
    place.board = home().board(board_id{wish.resource});
    place.ear = std::make_shared<board_ear>(out(), wish.room, place.board, session_);
    follow_stream wanted{place.ear, &collaboration_board_view(), std::nullopt};
    auto end = co_await caught(ask(self, place.board, who, std::move(wanted)));
    if (!end)
      throw group_refusal(std::move(end.error()));
  }

  static void listen_no_more(const joined& place) {
    if (place.board)
      tell_anonymously(place.board, unfollow_stream{place.ear});
  }

  void leave(room_map::iterator which) {
    const auto gone = std::move(which->second);
    rooms_.erase(which);
    tell_anonymously(gone.huddle, leave_huddle{out()});
    forget(gone);
  }

  /// Lets go of what only this place needed.
  void forget(const joined& place) {
    listen_no_more(place);
    if (is_in(place.group))
      return;
    if (const auto heard = watches_.extract(place.group))
      tell_anonymously(home().room(room_id{place.group}), unfollow_stream{heard.mapped()});
  }

  session_actor session_;
  room_map rooms_;
  std::map<std::string, outbox_ptr> watches_;  // by group
};

}  // namespace

std::shared_ptr<socket_listener> open_collaboration(call_ptr what, session_actor session) {
  return std::make_shared<collaboration_socket>(what->home, what->who, std::move(session));
}

}  // namespace stoa::stacgate
