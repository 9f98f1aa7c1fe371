#pragma once

#include "net/endpoint.hpp"

#include <span>

namespace stoa::intrasphere {

/// The audit log as its administrators read it.
[[nodiscard]] std::span<const endpoint> audit_routes();

}  // namespace stoa::intrasphere
