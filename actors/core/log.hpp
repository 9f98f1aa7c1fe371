#pragma once

#include "schema/outcome.hpp"

#include <spdlog/fwd.h>

#include <memory>
#include <string>

namespace stoa {

/// The logger of an area (net, http, persistence, people, groups …), so that the level somebody set
/// for it counts. Any other name gets the default one.
[[nodiscard]] std::shared_ptr<spdlog::logger> log_of(const std::string& area);

/// A fault for the log: its name, its text and what is behind it.
[[nodiscard]] std::string in_full(const fault& why);

}  // namespace stoa
