#pragma once

#include "net/routes/intrasphere/routes.hpp"

namespace stoa::intrasphere {

/// Giving certificates, reading them as PDF and having them checked.
[[nodiscard]] std::span<const endpoint> certificate_routes();

}  // namespace stoa::intrasphere
