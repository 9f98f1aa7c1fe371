#pragma once

#include "net/routes/intrasphere/routes.hpp"

namespace stoa::intrasphere {

/// Giving certificates, reading them as PDF and having them checked.
[[nodiscard]] std::span<const endpoint> certificate_routes();

/// Whether somebody may give certificates and read everybody's.
[[nodiscard]] bool teaches(const scope& who);

}  // namespace stoa::intrasphere
