#include "persistence/pg/sql_state.hpp"

#include <fmt/format.h>

namespace stoa::pg {

namespace {

// `trainings_end_date_in_order` of the table `trainings` is about `endDate`.
std::string member_out_of_order(std::string_view constraint, std::string_view table) {
  constexpr std::string_view mark = "_in_order";
  if (table.empty() || !constraint.starts_with(table) || !constraint.ends_with(mark) ||
      constraint.size() <= table.size() + 1 + mark.size())
    return {};
  constraint.remove_suffix(mark.size());
  constraint.remove_prefix(table.size() + 1);
  std::string out;
  for (std::size_t i = 0; i < constraint.size(); ++i) {
    if (constraint[i] != '_')
      out += constraint[i];
    else if (++i < constraint.size())
      out += static_cast<char>(constraint[i] - 'a' + 'A');
  }
  return out;
}

}  // namespace

fault from_sql_state(std::string_view state, std::string_view constraint, std::string_view message,
                     std::string_view table) {
  auto cause = fmt::format("{} {}: {}", state, constraint.empty() ? "-" : constraint, message);
  const auto family = state.substr(0, 2);
  if (state == "23505" || state == "23P01")
    return fail(fault_code::conflict, "it exists already", std::move(cause));
  if (state == "23503")
    return fail(fault_code::conflict, "it refers to something that does not exist, or is in use",
                std::move(cause));
  if (auto member = member_out_of_order(constraint, table); state == "23514" && !member.empty()) {
    auto out =
        fail(fault_code::invalid, member + " must not be before the start", std::move(cause));
    out.complaints.push_back({std::move(member), "must not be before the start"});
    return out;
  }
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
