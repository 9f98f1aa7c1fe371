#include "persistence/pg/sql_state.hpp"

#include <fmt/format.h>

namespace stoa::pg {

fault from_sql_state(std::string_view state, std::string_view constraint,
                     std::string_view message) {
  auto cause = fmt::format("{} {}: {}", state, constraint.empty() ? "-" : constraint, message);
  const auto family = state.substr(0, 2);
  if (state == "23505" || state == "23P01")
    return fail(fault_code::conflict, "it exists already", std::move(cause));
  if (state == "23503")
    return fail(fault_code::conflict, "it refers to something that does not exist, or is in use",
                std::move(cause));
  if (family == "23" || family == "22")
    return fail(fault_code::invalid, "a value does not fit", std::move(cause));
  if (state == "42501")
    return fail(fault_code::forbidden, "not allowed", std::move(cause));
  if (state == "53300")
    return fail(fault_code::overloaded, "the database is busy", std::move(cause));
  // Serialisation failures, time-outs, a full disk (53100), no memory (53200), read-only (25006),
  // shutdown (57P0x) and everything unexpected: the caller may try again.
  return fail(fault_code::unavailable, "the database cannot do this now", std::move(cause));
}

}  // namespace stoa::pg
