#pragma once

#include "actors/core/outbox.hpp"
#include "actors/groups/events.hpp"
#include "actors/groups/huddle_view.hpp"
#include "actors/groups/protocol.hpp"
#include "actors/people/visitor.hpp"
#include "schema/json.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

/// The frames of `/ws/collaboration`: `{type, roomId?, data}`.
namespace stoa::stacgate {

[[nodiscard]] frame collaboration_hello(const scope& who);
[[nodiscard]] frame collaboration_error(std::string_view text);

/// How its clients read a huddle.
[[nodiscard]] const huddle_view& collaboration_view();
/// What tells of a board that a socket has a room about.
[[nodiscard]] const view& collaboration_board_view();

/// What a board tells, on its way to one room of one socket: a client may be in several, so each
/// frame names its room. These clients know drawings and no operations; after some of those, they
/// are sent the drawing that came of it.
class board_ear final : public outbox, public std::enable_shared_from_this<board_ear> {
public:
  board_ear(outbox_ptr to, std::string room, board_actor board, session_actor session);

  bool push(const frame& what, urgency how) override;
  void close(close_code code, std::string reason) override;
  [[nodiscard]] std::shared_ptr<stoa::lane> lane() const noexcept override;

private:
  class look;
  void show(const frame& said, std::string_view drawing) const;

  outbox_ptr to_;
  std::string room_;
  board_actor board_;
  session_actor session_;
  std::mutex guard_;
  frame drawn_by_;  // who drew last and when; empty while nobody did since the last look
};

/// What one type of message becomes for the others.
struct relay {
  std::string_view said;    ///< `cursor_move`
  std::string_view heard;   ///< `cursor_update`
  std::string_view first;   ///< the member of `data` that goes along, and must be there
  std::string_view second;  ///< another one; empty for none
  urgency how;
};
/// The relay of a type; null for what is none.
[[nodiscard]] const relay* relay_of(std::string_view type);
/// The frame for the others. Throws `invalid` when a member is missing.
[[nodiscard]] frame relayed(const relay& how, const scope& who, std::string_view room,
                            json_value data);

}  // namespace stoa::stacgate
