#pragma once

#include "actors/core/caf.hpp"
#include "actors/groups/drawing.hpp"
#include "actors/groups/member_gate.hpp"
#include "actors/groups/protocol.hpp"
#include "actors/groups/stream_log.hpp"
#include "actors/groups/turns.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace stoa {

/// What a board needs besides its database.
struct board_surroundings {
  std::function<room_actor(const room_id&)> room;  ///< of its group: knows who may draw
  std::function<void(const std::string& id, const caf::actor_addr&)> retire;
  stream_limits limits;
  std::uint64_t snapshot_every = 200;     ///< operations between two snapshots
  std::size_t largest = 2 * 1024 * 1024;  ///< bytes of data: more is `too_large`
};

/// Owns one whiteboard: the log of operations, and the drawing they fold into. It alone writes its
/// row of whiteboards. A snapshot that is not written costs a longer restore, never an operation.
///
/// What is wished on it takes its place in the log in the order in which it came: only the question
/// whether one may is waited for, not the commit. Whoever leaves the group hears no more of it.
class board_state {
public:
  using protocol = board_actor;
  static inline const char* name = "groups.board";

  board_state(protocol::pointer self, board_id id, database_actor database,
              board_surroundings surroundings);
  protocol::behavior_type make_behavior();

private:
  void load();
  void restore(const results& found);

  template <class T, class Wish>
  caf::result<T> in_turn(scope& who, Wish& what, task<T> (board_state::*work)(scope, Wish));
  void let_next();

  task<posted> draw(scope who, draw_on_board what);
  task<board_view> replace(scope who, replace_board what);
  task<board_view> show(scope who);
  task<followed> follow(scope who, follow_stream what);
  task<followed> come_in(scope who, follow_stream what);
  void heard(const member_gone& what);
  task<void> relay(scope who, signal_stream what);
  task<history_page> read(scope who, read_history what);

  /// The caller as a member of the board's group; nothing for a manager from outside. Throws for
  /// everybody else.
  enum class wish_to : std::uint8_t { look, draw };
  task<std::optional<room_member>> check(scope who, wish_to what);
  void snapshot_sometimes();
  [[nodiscard]] board_view view_of() const;

  protocol::pointer self_;
  board_id id_;
  database_actor database_;
  board_surroundings around_;
  std::optional<board_row> row_;
  drawing drawing_;
  std::optional<stream_log> log_;
  member_gate<board_actor> gate_;
  turns turns_;
  std::uint64_t turn_ = 0;          // the number of the last turn that began
  bool in_turn_ = false;            // and whether it keeps the others waiting
  std::size_t reshaping_ = 0;       // drawings of another shape that are being saved
  std::uint64_t folded_ = 0;        // the last event that drawing_ contains
  std::uint64_t snapshot_seq_ = 0;  // the last one that the row contains, as far as it is known
  bool writing_snapshot_ = false;
  std::chrono::steady_clock::time_point last_use_;
};

}  // namespace stoa
