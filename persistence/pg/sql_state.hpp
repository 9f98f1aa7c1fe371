#pragma once

#include "schema/outcome.hpp"

#include <string_view>

namespace stoa::pg {

/// What PostgreSQL said went wrong, as a fault. Codes: PostgreSQL manual, appendix A. The private
/// cause is `SQLSTATE constraint: message`; `stoa::violates` reads the constraint back. A broken
/// rule about two moments (a check named `<table>_<column>_in_order`) complains about that column,
/// by its usual wire name.
[[nodiscard]] fault from_sql_state(std::string_view state, std::string_view constraint,
                                   std::string_view message, std::string_view table = {});

}  // namespace stoa::pg
