#pragma once

#include "actors/core/caf.hpp"
#include "actors/groups/member_gate.hpp"
#include "actors/groups/protocol.hpp"
#include "actors/groups/stream_log.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace stoa {

/// What a study group needs besides its database.
struct group_surroundings {
  std::function<room_actor(const room_id&)> room;  ///< its chat, which also knows the members
  std::function<void(const std::string& id, const caf::actor_addr&)> retire;
  stream_limits limits;
};

/// Owns one study group: its settings and status, who may join, its list of boards. Who is in it is
/// the business of its room, which it tells whom to let in. It alone writes its row of
/// study_groups.
class study_group_state {
public:
  using protocol = group_actor;
  static inline const char* name = "groups.study_group";

  study_group_state(protocol::pointer self, group_id id, database_actor database,
                    group_surroundings surroundings);
  protocol::behavior_type make_behavior();

private:
  void load();
  void restore(const results& found);

  task<group_view> join(scope who, join_group what);
  task<group_view> leave(scope who, leave_group what);
  task<group_view> appoint(scope who, appoint_in_group what);
  task<group_view> change(scope who, change_group what);
  task<group_view> archive(scope who);
  task<group_view> show(scope who);
  task<board_view> create(scope who, create_board what);
  task<followed> follow(scope who, follow_stream what);
  task<followed> come_in(scope who, follow_stream what);
  void heard(const member_gone& what);
  /// Whether this caller may read the group without being in it.
  [[nodiscard]] bool open_to(const scope& who) const;
  task<history_page> read(scope who, read_history what);

  /// The group with its members, asked of its room.
  task<group_view> look();
  /// The same, for somebody who may read it; throws for others.
  task<group_view> look_for(scope who);
  /// Saves a change of the row and takes over what the database made of it.
  task<void> save_row(scope who, std::string kind, std::string data, statement change);
  [[nodiscard]] static bool moderates(const scope& who, const group_view& now);
  [[nodiscard]] static bool administers(const scope& who, const group_view& now);

  protocol::pointer self_;
  group_id id_;
  database_actor database_;
  group_surroundings around_;
  std::optional<group_row> row_;
  std::optional<stream_log> log_;
  member_gate<group_actor> gate_;
  std::chrono::steady_clock::time_point last_use_;
};

}  // namespace stoa
