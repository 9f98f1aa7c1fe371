#pragma once

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

struct stat;

namespace stoa {

/// A file's validator, from size and modification time to the nanosecond.
[[nodiscard]] std::string file_tag(const struct stat& facts);

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
[[nodiscard]] std::string http_date(std::time_t when);

/// Whether an If-None-Match list names this tag (weak comparison, `*` names any).
[[nodiscard]] bool names_tag(std::string_view list, std::string_view tag) noexcept;

/// A piece of a file.
struct byte_range {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// What a Range header asks of a file: all of it (also for several ranges and for what makes no
/// sense, which RFC 9110 §14.2 lets a server ignore), a piece, or one that lies outside.
enum class range_kind : std::uint8_t { whole, part, impossible };
[[nodiscard]] range_kind read_range(std::string_view header, std::uint64_t size,
                                    byte_range& into) noexcept;

}  // namespace stoa
