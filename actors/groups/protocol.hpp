#pragma once

#include "actors/core/outbox.hpp"
#include "actors/core/wire.hpp"
#include "actors/groups/events.hpp"
#include "schema/groups.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/fwd.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stoa {

// -- what every stream owner understands ----------------------------------------------

/// Follow the stream: the owner checks that the caller may, then pushes straight into the outbox.
struct follow_stream {
  outbox_ptr who;
  const view* how = nullptr;
  std::optional<std::uint64_t> after;  ///< the last number the client saw; nothing: from now on
};

/// Stop pushing into this outbox; unknown ones are ignored.
struct unfollow_stream {
  outbox_ptr who;
};

/// Tell the other followers something that passes (`typing`, `cursor`, `stroke` …).
struct signal_stream {
  std::string kind;
  std::string data;  ///< JSON object
  outbox_ptr except;
  urgency how = urgency::ephemeral;  ///< what becomes of it where a follower is slow
};

/// Events before or after a number, ascending; at most 200.
struct read_history {
  std::optional<std::uint64_t> before;
  std::optional<std::uint64_t> after;
  std::uint32_t limit = 50;
};

/// A page of events.
struct history_page {
  std::vector<event_ptr> events;
  std::uint64_t last = 0;  ///< the stream's last number
};

/// The durable answer to a wish: its number in the stream.
struct posted {
  std::string stream;
  std::uint64_t seq = 0;
  std::string subject;  ///< id of the message (or other thing) it made or changed
  iso_time at;
  event_ptr event;
};

// -- rooms ------------------------------------------------------------------------------

/// A new message, named by the client (`key` may be empty: then a retry is a second message).
struct say_in_room {
  std::string text;
  std::string key;
  std::string type = "text";
  std::optional<std::string> metadata;  ///< JSON object
  std::optional<message_id> reply_to;
  std::optional<message_id> thread;
  std::vector<user_id> mentions;
};

/// A new text for a message of one's own. The old text stays in the stream's history.
struct edit_message {
  message_id message;
  std::string text;
  std::string key;
};

/// Takes a message back: its author, or whoever moderates.
struct delete_message {
  message_id message;
  std::string key;
};

/// Adds or takes back a reaction; doing it twice changes nothing.
struct react_to_message {
  message_id message;
  std::string emoji;
  bool on = true;
  std::string key;
};

/// Marks everything up to a number as read by the caller; it never goes back.
struct mark_read {
  std::uint64_t seq = 0;
};

/// Lets somebody in. Whoever may is decided by the owner: the room's admins and moderators, the
/// study group, or anybody for himself in a public room.
struct admit_member {
  user_id who;
  std::string role = "member";
  std::uint32_t at_most = 1000;  ///< refuse with `conflict` above this many members; 0: no bound
};

/// Takes somebody out; everyone may leave.
struct remove_member {
  user_id who;
};

/// Gives a member another role.
struct set_member_role {
  user_id who;
  std::string role;
};

/// Closes the room for new messages, or opens it again.
struct archive_room {
  bool archived = true;
};

/// What the study group decides about its room: what may be said there, and whether people who are
/// no members may read it.
struct set_room_rules {
  bool moderators_only = false;
  bool files = true;
  bool polls = true;
  bool whiteboards = true;
  bool is_public = false;
};

/// Asks for the members.
struct list_members {};

/// Somebody is a member of the room no more: told to the owners of what belongs to it. Without a
/// name: who is a member is not known any more, since nobody tells.
struct member_gone {
  user_id who;
};

/// Asks for one member: the answer lists that one, or nobody.
struct find_member {
  user_id who;
};

/// The caller, a member, has just done something beside the room (opened its page, joined its live
/// session): the room notes when.
struct note_activity {};

/// One member of a room.
struct room_member {
  std::string id;
  person who;
  std::string role = "member";
  std::uint64_t read_seq = 0;
  iso_time joined_at;
  iso_time last_active;
};

/// A room as it is now.
struct room_state_view {
  room_id id;
  std::string kind;
  std::string name;
  bool is_public = false;
  bool archived = false;
  std::uint64_t last_seq = 0;
  std::vector<room_member> members;
};

// -- study groups -----------------------------------------------------------------------

/// The caller joins a public group; a manager or the server may join for somebody (`who`).
struct join_group {
  user_id who;  ///< empty: the caller
};

/// The caller leaves, or a moderator takes `who` out. Its creator cannot leave.
struct leave_group {
  user_id who;  ///< empty: the caller
};

/// Gives a member another role: group admins and managers.
struct appoint_in_group {
  user_id who;
  std::string role;
};

/// Changes what is set in `which`: group admins, moderators and managers.
struct change_group {
  change_of<group_row> change;
};

/// Closes the group: group admins and managers.
struct archive_group {};

/// Asks for the group as the caller may see it.
struct show_group {};

/// A study group as it is now.
struct group_view {
  group_row row;
  std::vector<room_member> members;

  [[nodiscard]] const room_member* member(const user_id& who) const {
    for (const auto& each : members)
      if (each.who.id == who)
        return &each;
    return nullptr;
  }
};

/// A new whiteboard of this group, named by the client (`key` may be empty: then a retry is a
/// second whiteboard).
struct create_board {
  std::string title;
  std::string data = "{}";  ///< JSON
  std::string key;
};

// -- whiteboards ------------------------------------------------------------------------

/// One operation on a board: `{"op":"set","id":…,"value":…}`, `{"op":"remove","id":…}`,
/// `{"op":"clear"}`. It is numbered, saved, sent to the followers, and folded into `elements` of
/// the board's data.
struct draw_on_board {
  std::string key;
  std::string operation;  ///< JSON object
};

/// Puts new data (and title, and state) in the place of the old, as one event.
struct replace_board {
  std::string key;
  std::optional<std::string> data;  ///< JSON
  std::optional<std::string> title;
  std::optional<bool> is_active;
};

/// Asks for the board as it is now, operations included.
struct show_board {};

/// A board as it is now.
struct board_view {
  board_row row;
  std::uint64_t last_seq = 0;
};

// -- huddles ----------------------------------------------------------------------------

/// How one family of clients reads a huddle.
class huddle_view;

/// The caller comes in with one connection. The first one decides what the huddle is about.
struct join_huddle {
  outbox_ptr who;
  const huddle_view* how = nullptr;
  std::string room;      ///< its name among the clients
  std::string kind;      ///< `studygroup`, `whiteboard`, `general` …
  std::string resource;  ///< id of what it is about, empty for nothing
};

/// One connection goes; unknown ones are ignored.
struct leave_huddle {
  outbox_ptr who;
};

/// Something for everybody but the connection that says it.
struct tell_huddle {
  outbox_ptr who;
  frame what;
  urgency how = urgency::durable;
};

/// How many mentions are read from a wire; the room itself tells fewer people.
inline constexpr std::size_t most_mentions_read = 1000;

template <class Inspector>
bool inspect(Inspector& f, read_history& x) {
  return f.object(x).fields(f.field("before", x.before), f.field("after", x.after),
                            f.field("limit", x.limit));
}
template <class Inspector>
bool inspect(Inspector& f, say_in_room& x) {
  at_most mentions{x.mentions, most_mentions_read};
  return f.object(x).fields(f.field("text", x.text), f.field("key", x.key), f.field("type", x.type),
                            f.field("metadata", x.metadata), f.field("reply_to", x.reply_to),
                            f.field("thread", x.thread), f.field("mentions", mentions));
}
template <class Inspector>
bool inspect(Inspector& f, edit_message& x) {
  return f.object(x).fields(f.field("message", x.message), f.field("text", x.text),
                            f.field("key", x.key));
}
template <class Inspector>
bool inspect(Inspector& f, delete_message& x) {
  return f.object(x).fields(f.field("message", x.message), f.field("key", x.key));
}
template <class Inspector>
bool inspect(Inspector& f, react_to_message& x) {
  return f.object(x).fields(f.field("message", x.message), f.field("emoji", x.emoji),
                            f.field("on", x.on), f.field("key", x.key));
}
template <class Inspector>
bool inspect(Inspector& f, mark_read& x) {
  return f.object(x).fields(f.field("seq", x.seq));
}
template <class Inspector>
bool inspect(Inspector& f, admit_member& x) {
  return f.object(x).fields(f.field("who", x.who), f.field("role", x.role),
                            f.field("at_most", x.at_most));
}
template <class Inspector>
bool inspect(Inspector& f, remove_member& x) {
  return f.object(x).fields(f.field("who", x.who));
}
template <class Inspector>
bool inspect(Inspector& f, set_member_role& x) {
  return f.object(x).fields(f.field("who", x.who), f.field("role", x.role));
}
template <class Inspector>
bool inspect(Inspector& f, archive_room& x) {
  return f.object(x).fields(f.field("archived", x.archived));
}
template <class Inspector>
bool inspect(Inspector& f, set_room_rules& x) {
  return f.object(x).fields(f.field("moderators_only", x.moderators_only),
                            f.field("files", x.files), f.field("polls", x.polls),
                            f.field("whiteboards", x.whiteboards),
                            f.field("is_public", x.is_public));
}
template <class Inspector>
bool inspect(Inspector& f, member_gone& x) {
  return f.object(x).fields(f.field("who", x.who));
}
template <class Inspector>
bool inspect(Inspector& f, list_members& x) {
  return f.object(x).fields();
}

template <class Inspector>
bool inspect(Inspector& f, find_member& x) {
  return f.object(x).fields(f.field("who", x.who));
}
template <class Inspector>
bool inspect(Inspector& f, note_activity& x) {
  return f.object(x).fields();
}

template <class Inspector>
bool inspect(Inspector& f, join_group& x) {
  return f.object(x).fields(f.field("who", x.who));
}
template <class Inspector>
bool inspect(Inspector& f, leave_group& x) {
  return f.object(x).fields(f.field("who", x.who));
}
template <class Inspector>
bool inspect(Inspector& f, appoint_in_group& x) {
  return f.object(x).fields(f.field("who", x.who), f.field("role", x.role));
}
template <class Inspector>
bool inspect(Inspector& f, archive_group& x) {
  return f.object(x).fields();
}
template <class Inspector>
bool inspect(Inspector& f, show_group& x) {
  return f.object(x).fields();
}
template <class Inspector>
bool inspect(Inspector& f, create_board& x) {
  return f.object(x).fields(f.field("title", x.title), f.field("data", x.data),
                            f.field("key", x.key));
}
template <class Inspector>
bool inspect(Inspector& f, draw_on_board& x) {
  return f.object(x).fields(f.field("key", x.key), f.field("operation", x.operation));
}
template <class Inspector>
bool inspect(Inspector& f, replace_board& x) {
  return f.object(x).fields(f.field("key", x.key), f.field("data", x.data),
                            f.field("title", x.title), f.field("is_active", x.is_active));
}
template <class Inspector>
bool inspect(Inspector& f, show_board& x) {
  return f.object(x).fields();
}

}  // namespace stoa

// What carries a local outbox or shares memory with its receiver stays on its node.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::follow_stream)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::unfollow_stream)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::signal_stream)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::followed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::history_page)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::posted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::room_state_view)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::change_group)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::group_view)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::board_view)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::join_huddle)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::leave_huddle)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::tell_huddle)

CAF_BEGIN_TYPE_ID_BLOCK(stoa_groups, stoa::wire::groups_first)
CAF_ADD_TYPE_ID(stoa_groups, (stoa::follow_stream))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::unfollow_stream))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::signal_stream))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::followed))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::read_history))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::history_page))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::posted))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::say_in_room))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::edit_message))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::delete_message))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::react_to_message))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::mark_read))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::admit_member))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::remove_member))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::set_member_role))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::archive_room))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::set_room_rules))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::list_members))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::room_state_view))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::join_group))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::leave_group))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::appoint_in_group))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::change_group))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::archive_group))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::show_group))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::group_view))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::create_board))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::draw_on_board))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::replace_board))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::show_board))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::board_view))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::join_huddle))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::leave_huddle))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::tell_huddle))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::find_member))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::note_activity))
CAF_ADD_TYPE_ID(stoa_groups, (stoa::member_gone))
CAF_END_TYPE_ID_BLOCK(stoa_groups)

namespace stoa {

/// What every stream owner answers, whatever it is: sessions follow them all alike.
using stream_actor =
    caf::typed_actor<caf::result<followed>(scope, follow_stream),
                     caf::result<void>(unfollow_stream), caf::result<void>(scope, signal_stream),
                     caf::result<history_page>(scope, read_history)>;

/// A chat room: members, messages, read marks.
using room_actor = stream_actor::extend<
    caf::result<posted>(scope, say_in_room), caf::result<posted>(scope, edit_message),
    caf::result<posted>(scope, delete_message), caf::result<posted>(scope, react_to_message),
    caf::result<void>(scope, mark_read), caf::result<room_state_view>(scope, admit_member),
    caf::result<room_state_view>(scope, remove_member),
    caf::result<room_state_view>(scope, set_member_role),
    caf::result<room_state_view>(scope, archive_room), caf::result<void>(scope, set_room_rules),
    caf::result<room_state_view>(scope, list_members),
    caf::result<room_state_view>(scope, find_member), caf::result<void>(scope, note_activity)>;

/// A study group: its settings, who may join, its boards. Its chat is the room of the same id.
using group_actor = stream_actor::extend<
    caf::result<group_view>(scope, join_group), caf::result<group_view>(scope, leave_group),
    caf::result<group_view>(scope, appoint_in_group), caf::result<group_view>(scope, change_group),
    caf::result<group_view>(scope, archive_group), caf::result<group_view>(scope, show_group),
    caf::result<board_view>(scope, create_board), caf::result<void>(member_gone)>;

/// A whiteboard: an operation log and the snapshot it folds into.
using board_actor = stream_actor::extend<
    caf::result<posted>(scope, draw_on_board), caf::result<board_view>(scope, replace_board),
    caf::result<board_view>(scope, show_board), caf::result<void>(member_gone)>;

/// People who do something together for a while: cursors, strokes, passing words. Nothing is kept.
using huddle_actor =
    caf::typed_actor<caf::result<void>(scope, join_huddle), caf::result<void>(leave_huddle),
                     caf::result<void>(tell_huddle)>;

}  // namespace stoa
