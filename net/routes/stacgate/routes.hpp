#pragma once

#include "net/endpoint.hpp"
#include "persistence/protocol.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>

/// StacGateLMS's contract: rows and wire shapes over the shared domain.
namespace stoa::stacgate {

// One file per area.
[[nodiscard]] std::span<const endpoint> auth_routes();
[[nodiscard]] std::span<const endpoint> establishment_routes();
[[nodiscard]] std::span<const endpoint> branding_routes();
[[nodiscard]] std::span<const endpoint> user_routes();
[[nodiscard]] std::span<const endpoint> group_routes();
[[nodiscard]] std::span<const endpoint> group_message_routes();
[[nodiscard]] std::span<const endpoint> board_routes();
[[nodiscard]] std::span<const endpoint> notification_routes();

/// What the caller may, as the booleans that the client's pages read.
task<reply> permissions(call_ptr c);

/// Throws 400 for a password that is not of 6 to 128 characters.
void check_password(std::string_view password);

/// Listens on `/ws`: the study groups' page.
[[nodiscard]] std::shared_ptr<socket_listener> open_ws(call_ptr what, session_actor session);
/// Listens on `/ws/collaboration`: rooms of passing things.
[[nodiscard]] std::shared_ptr<socket_listener> open_collaboration(call_ptr what,
                                                                  session_actor session);

/// StacGate's word for a role, and back; empty for what is none.
[[nodiscard]] std::string_view role_name(std::string_view stored);
[[nodiscard]] std::string_view role_name(role rank);
[[nodiscard]] std::string_view stored_role(std::string_view wire);

/// `{"message":…,"error":…}` with this status.
[[nodiscard]] reply message_reply(int status, std::string_view text);
/// The same as something to throw: an error with StacGate's own text.
[[nodiscard]] fault_error refuse(fault_code code, std::string text);

}  // namespace stoa::stacgate
