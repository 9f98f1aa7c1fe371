#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stoa {

/// The offset of the first byte that is not UTF-8 (Unicode 15 table 3-7: no overlong forms, no
/// surrogates, nothing above U+10FFFF), or `npos` when all of it is.
[[nodiscard]] std::size_t first_bad_utf8(std::string_view text) noexcept;

/// How many code points a valid text has; what people call its length.
[[nodiscard]] std::size_t count_code_points(std::string_view text) noexcept;

/// Appends a code point (not a surrogate) as UTF-8.
void append_utf8(std::string& out, char32_t point);

/// At most `bytes` bytes of the text, cut between code points, invalid bytes made U+FFFD: what may
/// be quoted back to a client.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t bytes = 64);

}  // namespace stoa
