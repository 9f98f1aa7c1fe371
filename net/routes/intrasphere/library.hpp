#pragma once

#include "net/resource.hpp"

namespace stoa::intrasphere {

/// The establishment's news; searches answer with them as their list does.
[[nodiscard]] const resource& announcements();

}  // namespace stoa::intrasphere
