#pragma once

#include "actors/core/outbox.hpp"
#include "actors/groups/events.hpp"
#include "actors/groups/huddle_view.hpp"
#include "schema/json.hpp"

#include <string>
#include <string_view>

/// The frames of `/ws/collaboration`: `{type, roomId?, data}`.
namespace stoa::stacgate {

[[nodiscard]] frame collaboration_hello(const scope& who);
[[nodiscard]] frame collaboration_error(std::string_view text);

/// How its clients read a huddle.
[[nodiscard]] const huddle_view& collaboration_view();
/// How they read a whiteboard that they have a room about: saved changes, as drawings.
[[nodiscard]] const view& collaboration_board_view();

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
