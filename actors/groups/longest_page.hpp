#pragma once

#include <cstdint>

namespace stoa {

/// The most that one look into the history of a stream brings.
inline constexpr std::uint32_t longest_page = 200;

}  // namespace stoa
