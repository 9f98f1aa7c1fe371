#pragma once

#include "net/endpoint.hpp"

#include <span>

namespace stoa::intrasphere {

/// What a person was told, newest first, and the mark that it was read.
[[nodiscard]] std::span<const endpoint> notice_routes();

}  // namespace stoa::intrasphere
