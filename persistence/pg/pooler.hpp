#pragma once

#include "schema/outcome.hpp"

#include <chrono>
#include <string>

namespace stoa::pg {

/// Whether each of our connections is one session of PostgreSQL, from its first statement to its
/// last. Behind a pooler that deals sessions out by transaction (PgBouncer's `pool_mode =
/// transaction`) a setting of one client is read by the next, and the establishment is a setting.
///
/// The process that serves a connection is not the announced one behind any pooler, so that alone
/// tells nothing; then two connections look whether they can see each other's settings. `forbidden`
/// when they can, `unavailable` when the database cannot be reached or does not answer within
/// `patience`.
[[nodiscard]] outcome<void> refuse_shared_sessions(
    const std::string& conninfo, std::chrono::seconds patience = std::chrono::seconds{10});

}  // namespace stoa::pg
