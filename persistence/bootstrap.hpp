#pragma once

#include "persistence/pg/session.hpp"
#include "schema/outcome.hpp"

#include <string>

namespace stoa {

/// The role that serves requests: it owns nothing, and row-level security holds it.
inline constexpr const char* app_role = "stoa_app";

/// How connections become the application's role.
enum class app_login {
  by_itself,      ///< it signs in (a private cluster)
  through_owner,  ///< whoever signs in becomes it at once (`options=-c role=stoa_app`)
};

/// Creates the application's role when it is missing. `forbidden` when the caller may not.
[[nodiscard]] outcome<void> make_app_role(pg::session& owner, app_login how);

/// Lets a role read and write what the migrations made, but not the record of migrations.
[[nodiscard]] outcome<void> grant_to(pg::session& owner, const std::string& role);

/// Whether this connection is held by row-level security: no superuser, no BYPASSRLS, owner of no
/// table. `forbidden` says which of them it is.
[[nodiscard]] outcome<void> check_app_role(pg::session& application);

/// Brings a database up to date and returns the connection string for the pool.
///
/// `owner` migrates (DATABASE_URL, or a private cluster's owner). `application` is the string given
/// for the application (STOA_APP_DATABASE_URL, or a private cluster's); when it is empty, sessions
/// sign in as the owner and become `stoa_app` before their first statement.
[[nodiscard]] outcome<std::string> prepare_database(const std::string& owner,
                                                    const std::string& application);

}  // namespace stoa
