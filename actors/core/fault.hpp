#pragma once

#include "schema/outcome.hpp"

#include <caf/error.hpp>
#include <caf/error_code.hpp>

namespace stoa {

/// A fault as the error of a CAF response; `to_fault` reads it back without loss.
[[nodiscard]] caf::error to_error(const fault& why);

/// Any CAF error as a fault. CAF's own codes differ between versions, so they all arrive as
/// `unavailable` with their text as the private cause.
[[nodiscard]] fault to_fault(const caf::error& why);

}  // namespace stoa
