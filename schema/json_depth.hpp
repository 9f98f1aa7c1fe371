#pragma once

#include <cstddef>

namespace stoa {

/// The deepest nesting simdjson is asked to follow, and the most that `json_limits` can allow.
inline constexpr std::size_t deepest_json = 512;

}  // namespace stoa
