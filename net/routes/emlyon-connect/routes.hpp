#pragma once

#include "net/endpoint.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>

/// The contract of emlyon connect: rows and wire shapes over the shared people, events and
/// check-ins.
namespace stoa::emlyon {

// One file per area.
[[nodiscard]] std::span<const endpoint> auth_routes();
[[nodiscard]] std::span<const endpoint> check_in_routes();
[[nodiscard]] std::span<const endpoint> event_routes();
[[nodiscard]] std::span<const endpoint> user_routes();
[[nodiscard]] std::span<const endpoint> avatar_routes();

/// Listens on `/ws`: both lists, whenever they change.
[[nodiscard]] std::shared_ptr<socket_listener> open_campus(call_ptr what, session_actor session);
/// Tells a client without a valid token why it is let in no further.
[[nodiscard]] std::shared_ptr<socket_listener> turn_away(const request& head);

/// Throws 403 for those who belong to no campus.
void need_campus(const call& c);
/// The campus of whoever asks.
[[nodiscard]] campus_actor campus_for(call& c);
/// Asks it for both lists.
[[nodiscard]] inline auto campus_of(call& c) {
  return ask(c.self, campus_for(c), read_campus{});
}
/// The caller's name or picture was committed: embedded ones follow, and both lists are pushed.
[[nodiscard]] task<void> tell_campus(call_ptr c);
/// Removes a picture of ours by its path; leaves other addresses alone.
void remove_picture(const call& c, const std::string& path);

/// A row with this contract's bound on bodies.
[[nodiscard]] constexpr endpoint row(verb method, std::string_view path, access who,
                                     endpoint::function run) {
  return {method, path, who, run, {}, 100 * 1024};
}

}  // namespace stoa::emlyon
