#pragma once

#include "actors/media/protocol.hpp"
#include "schema/outcome.hpp"

#include <string>

namespace stoa {

/// Draws a certificate on one page of a PDF file. Names that are too long for their place are set
/// smaller, then cut with an ellipsis. Takes a few milliseconds once the fonts are known.
[[nodiscard]] outcome<std::string> draw_page(const draw_certificate& what);

}  // namespace stoa
