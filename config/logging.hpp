#pragma once

#include "config/settings.hpp"

#include <spdlog/fwd.h>

#include <memory>
#include <string>
#include <string_view>

namespace stoa {

/// Starts one logger per area (and per name in `log_levels`), all writing to standard error by one
/// thread behind a queue of `log_queue` lines: logging never waits, it loses the oldest lines.
/// Lower layers find theirs by `spdlog::get("area")`.
void start_logging(const settings& how);

/// Writes what is queued and ends the thread. Later lines go nowhere.
void stop_logging();

/// The logger of an area: net, persistence, people, groups … Any other name gets the default one.
[[nodiscard]] std::shared_ptr<spdlog::logger> log_of(std::string_view area);

/// A message with the id of the request that caused it: a field of its own in JSON, brackets for
/// people.
[[nodiscard]] std::string with_trace(std::string_view trace, std::string_view message);

/// One line as JSON: time, level, area, thread, trace (when there is one), message.
[[nodiscard]] std::unique_ptr<spdlog::formatter> json_lines();

/// One line for people: time, level, area, message.
[[nodiscard]] std::unique_ptr<spdlog::formatter> human_lines();

}  // namespace stoa
