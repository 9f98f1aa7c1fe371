#pragma once

#include "actors/core/caf.hpp"
#include "actors/groups/protocol.hpp"
#include "actors/groups/stream_log.hpp"

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
/// are written here and nowhere else.
class room_state {
public:
  using protocol = room_actor;
  static inline const char* name = "groups.room";

  room_state(protocol::pointer self, room_id id, database_actor database,
             room_surroundings surroundings);
  protocol::behavior_type make_behavior();

private:
  using member_map = std::unordered_map<std::string, room_member>;

  // -- loading and leaving
  void load();
  void restore(const results& found);

  // -- messages
  caf::result<posted> say(const scope& who, say_in_room& what);
  task<posted> edit(scope who, edit_message what);
  task<posted> remove_message(scope who, delete_message what);
  task<posted> react(scope who, react_to_message what);
  caf::result<void> read_up_to(const scope& who, mark_read what);

  // -- members
  task<room_state_view> admit(scope who, admit_member what);
  task<room_state_view> dismiss(scope who, remove_member what);
  task<room_state_view> appoint(scope who, set_member_role what);
  task<room_state_view> archive(scope who, archive_room what);
  caf::result<room_state_view> show(const scope& who);
  caf::result<room_state_view> show_one(const scope& who, const user_id& whom);
  void note_active(const scope& who);

  // -- following
  task<followed> follow(scope who, follow_stream what);
  void hush(const user_id& who);
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
  bool exists_ = false;
  bool is_public_ = false;
  bool archived_ = false;
  set_room_rules rules_;
  member_map members_;
  std::unordered_map<const outbox*, std::pair<user_id, follow_stream>> listening_;
  std::size_t joining_ = 0;  // joins whose commit is under way
  std::optional<stream_log> log_;
  std::chrono::steady_clock::time_point last_use_;
};

}  // namespace stoa
