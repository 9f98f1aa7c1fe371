#pragma once

#include "net/endpoint.hpp"
#include "persistence/protocol.hpp"

#include <span>
#include <string>
#include <string_view>

/// StacGateLMS's contract: rows and wire shapes over the shared domain.
namespace stoa::stacgate {

[[nodiscard]] std::span<const endpoint> auth_routes();

/// A row of `users` as its clients know it. `columns_of_user` is what it reads, in order.
inline constexpr std::string_view columns_of_user =
    "u.id, u.establishment_id, u.email, u.username, u.first_name, u.last_name,"
    " u.profile_image_url, u.role, u.phone_number, u.department, u.position, u.bio,"
    " u.preferences, u.metadata, u.is_active, u.is_email_verified, u.last_login_at, u.created_at,"
    " u.updated_at";
void write_user(const rows& from, std::size_t row, std::string& out);

/// StacGate's word for a role, and back.
[[nodiscard]] std::string_view role_name(std::string_view stored);
[[nodiscard]] std::string_view role_name(role rank);
[[nodiscard]] std::string_view stored_role(std::string_view wire);

/// `{"message":…,"error":…}` with this status.
[[nodiscard]] reply message_reply(int status, std::string_view text);
/// The same as something to throw: an error with StacGate's own text.
[[nodiscard]] fault_error refuse(fault_code code, std::string text);

}  // namespace stoa::stacgate
