#pragma once

#include "actors/core/caf.hpp"
#include "actors/groups/protocol.hpp"
#include "actors/groups/stream_log.hpp"
#include "actors/groups/turns.hpp"

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace stoa {

/// What a room needs besides its database.
struct room_surroundings {
  /// Told after the commit that notified a user: id, type, title, message, data and number.
  std::function<void(const user_id&, const std::string& notification)> notified;
  /// Takes the room off the directory before it leaves.
  std::function<void(const std::string& id, const caf::actor_addr&)> retire;
  stream_limits limits;
};

/// Owns one chat room: who is in it, its messages, its read marks. Everything durable goes through
/// its `stream_log`; the tables rooms, room_members, messages and message_reactions of this room
/// are written here and nowhere else. What one person wishes here is done in the order in which it
/// came, and so is what anybody wishes about one message, also when something must be looked up
/// first.
class room_state {
public:
  using protocol = room_actor;
  static inline const char* name = "groups.room";

  room_state(protocol::pointer self, room_id id, database_actor database,
             room_surroundings surroundings);
  protocol::behavior_type make_behavior();

private:
  using member_map = std::unordered_map<std::string, room_member>;
  using posted_promise = caf::typed_response_promise<posted>;

  /// A connection that follows the room; `here` is set once it shows that somebody is there.
  struct listener {
    scope who;
    follow_stream what;
    std::optional<person> here;
    std::optional<person> typing;
  };

  /// What the tables say about the message that a wish is about, or what the same wish made when it
  /// came first.
  struct looked_up {
    rows about;
    event_ptr first;
  };

  // -- loading and leaving
  void load();
  void restore(const results& found);

  // -- one after the other
  template <class T, class Wish>
  caf::result<T> in_turn(scope& who, Wish& what, task<T> (room_state::*work)(scope, Wish));
  [[nodiscard]] std::function<void()> passing_on(const scope& who);
  task<looked_up> look_up(scope who, std::string key, statement about);
  void refuse(const scope& who, const std::string& key, fault why, posted_promise reply);

  // -- messages
  caf::result<posted> say(const scope& who, say_in_room& what);
  task<void> say_in_turn(scope who, say_in_room what, posted_promise reply);
  void say_now(const scope& who, say_in_room& what, posted_promise reply);
  task<posted> edit(scope who, edit_message what);
  task<posted> remove_message(scope who, delete_message what);
  task<posted> react(scope who, react_to_message what);
  [[nodiscard]] posted already_so(const message_id& what, const rows& about) const;
  caf::result<void> read_up_to(const scope& who, mark_read what);

  // -- members
  task<room_state_view> admit(scope who, admit_member what);
  task<room_state_view> dismiss(scope who, remove_member what);
  task<room_state_view> appoint(scope who, set_member_role what);
  [[nodiscard]] bool is_last_admin(const user_id& who) const;
  task<void> saving_loss(user_id whom, wish what);
  task<room_state_view> archive(scope who, archive_room what);
  caf::result<room_state_view> show(const scope& who);
  caf::result<room_state_view> show_one(const scope& who, const user_id& whom);
  void note_active(const scope& who);

  // -- following
  task<followed> follow(scope who, follow_stream what);
  void unfollow(const outbox_ptr& who);
  void hush(const std::function<bool(const scope&)>& whom);
  void obey(const set_room_rules& rules);
  void come(const person& who, const outbox_ptr& with);
  void go(const person& who);
  void stop_typing(const person& who);
  [[nodiscard]] bool is_here(const user_id& who) const;
  caf::result<void> relay(const scope& who, signal_stream& what);
  task<history_page> read(scope who, read_history what);

  [[nodiscard]] const room_member* member(const scope& who) const;
  [[nodiscard]] bool moderates(const scope& who) const;
  [[nodiscard]] std::optional<fault> refuse_reader(const scope& who) const;
  [[nodiscard]] std::optional<fault> refuse_writer(const scope& who, const say_in_room& what) const;
  [[nodiscard]] room_state_view outline() const;  // without the members
  [[nodiscard]] room_state_view view_of() const;
  void project(const std::vector<const wish*>& batch, std::vector<statement>& out) const;

  protocol::pointer self_;
  room_id id_;
  database_actor database_;
  room_surroundings around_;
  std::string establishment_;
  std::string kind_;
  std::string title_;
  user_id creator_;  // of the study group that this room is the chat of
  bool exists_ = false;
  bool is_public_ = false;
  bool archived_ = false;
  set_room_rules rules_;
  member_map members_;
  std::unordered_map<const outbox*, listener> listening_;
  std::size_t joining_ = 0;  // joins whose commit is under way
  std::size_t losing_ = 0;   // admins whose leaving or demotion is under way
  turns turns_;
  std::optional<stream_log> log_;
  std::chrono::steady_clock::time_point last_use_;
};

}  // namespace stoa
