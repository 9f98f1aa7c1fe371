#pragma once

#include "net/endpoint.hpp"

#include <vector>

namespace stoa::intrasphere {

/// Posts and their likes.
[[nodiscard]] std::vector<endpoint> forum_post_routes();

}  // namespace stoa::intrasphere
