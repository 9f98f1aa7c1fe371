#pragma once

#include "schema/outcome.hpp"

#include <string_view>

namespace stoa {

/// The text of a file, or its first line, without the mark that programs of Windows put before
/// UTF-8 (RFC 8259, 8.1 lets who reads pass it over). `invalid` and the encoding's name where it is
/// UTF-16 or UTF-32, with a mark or, as far as ASCII goes, without.
[[nodiscard]] outcome<std::string_view> without_mark(std::string_view bytes);

}  // namespace stoa
