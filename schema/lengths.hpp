#pragma once

#include <cstdint>

namespace stoa {

/// Characters of an address of the intranet: a picture may stand in its own (`data:`).
inline constexpr std::uint32_t longest_link = 1024 * 1024;

}  // namespace stoa
