#pragma once

#include "config/settings.hpp"

#include <spdlog/fwd.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace stoa {

/// Starts one logger per area (and per name in `log_levels`), all writing to standard error by one
/// thread behind a queue of `log_queue` lines: logging never waits, it loses the oldest lines.
/// Everybody finds theirs by `log_of` (actors/core/log.hpp).
void start_logging(const settings& how);

/// Writes what is queued and ends the thread. Later lines go nowhere.
void stop_logging();

/// A part of a line with a name: a member of its own in JSON, `name=value` for people.
struct log_field {
  std::string_view name;
  std::string_view value;
  bool number = false;  ///< bare in JSON
};

/// A message with the id of the request that caused it (a field of its own in JSON, brackets for
/// people) and further fields.
[[nodiscard]] std::string with_trace(std::string_view trace, std::string_view message,
                                     std::span<const log_field> fields = {});

/// One line as JSON: time, level, area, thread, trace (when there is one), message, fields.
[[nodiscard]] std::unique_ptr<spdlog::formatter> json_lines();

/// One line for people: time, level, area, message, fields.
[[nodiscard]] std::unique_ptr<spdlog::formatter> human_lines();

}  // namespace stoa
