#pragma once

#include "net/command.hpp"
#include "net/endpoint.hpp"
#include "net/people.hpp"
#include "net/resource.hpp"
#include "schema/dialects.hpp"
#include "schema/staff.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>

/// IntraSphere's contract: rows and wire shapes over the shared domain.
namespace stoa::intrasphere {

// One file per area.
[[nodiscard]] std::span<const endpoint> auth_routes();
[[nodiscard]] std::span<const endpoint> library_routes();
[[nodiscard]] std::span<const endpoint> user_routes();
[[nodiscard]] std::span<const endpoint> letter_routes();
[[nodiscard]] std::span<const endpoint> complaint_routes();
[[nodiscard]] std::span<const endpoint> permission_routes();
[[nodiscard]] std::span<const endpoint> settings_routes();
[[nodiscard]] std::span<const endpoint> office_routes();
[[nodiscard]] std::span<const endpoint> search_routes();
[[nodiscard]] std::span<const endpoint> file_routes();
[[nodiscard]] std::span<const endpoint> training_routes();
[[nodiscard]] std::span<const endpoint> learning_routes();
[[nodiscard]] std::span<const endpoint> forum_routes();

/// Listens on `/ws`.
[[nodiscard]] std::shared_ptr<socket_listener> open_ws(call_ptr what, session_actor session);

// -- the directory of people ----

/// The directory's rows; other areas answer with people as it writes them.
[[nodiscard]] const resource& staff();
/// A person as the directory shows him, with this status.
[[nodiscard]] reply staff_reply(const call& c, int status, const staff_row& who);
/// The same with the codes that were delegated to him: what one learns about oneself.
task<reply> own_reply(call_ptr c, int status, staff_row who);
/// The person of that id in the caller's establishment; throws 404.
task<staff_row> person_of(call_ptr c, user_id who);
/// A new person: the row of the statement that makes it. Throws what its constraints say.
task<staff_row> admit(call_ptr c, staff_wish wish, std::string password_hash);

/// Throws 400 with every rule that a new password breaks, in French.
void check_password(std::string_view password);

// -- shared shapes ----

/// `{"message":…}`.
[[nodiscard]] reply message_reply(int status, std::string_view text);
/// `{"message":…,"error":…}` with this status.
[[nodiscard]] reply error_reply(int status, std::string_view text);
/// An error with IntraSphere's own text, to throw.
[[nodiscard]] fault_error refuse(fault_code code, std::string text);
/// "Insufficient permissions".
[[nodiscard]] fault_error not_allowed();
/// A text parameter of the query; empty when it is absent.
[[nodiscard]] std::string parameter(const call& c, std::string_view name);
/// A text member of the body; empty when it is absent or no string.
[[nodiscard]] std::string said(const json_value& body, std::string_view name);
/// Tells the open pages of the caller's establishment.
void publish(const call& c, std::string kind, std::string data,
             notice_reach reach = notice_reach::everyone, std::vector<user_id> people = {});
/// The same about a row of a resource, as its clients read it.
void publish_row(const call& c, std::string kind, const resource& of, const void* row);
/// Lists of this edition: everything unless the client counts pages.
[[nodiscard]] list_limits sorted_by(std::string_view sort);

inline constexpr std::string_view default_home = "est-intrasphere";

}  // namespace stoa::intrasphere
