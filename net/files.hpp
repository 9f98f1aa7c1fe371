#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

struct stat;

namespace stoa {

/// A file's validator, from size and modification time to the nanosecond.
[[nodiscard]] std::string file_tag(const struct stat& facts);

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
[[nodiscard]] std::string http_date(std::time_t when);

/// The moment of such a date; nothing for any other text.
[[nodiscard]] std::optional<std::time_t> read_http_date(std::string_view text);

/// Whether what was changed then has not been since the time that an If-Unmodified-Since says;
/// false for a time that cannot be read: what may have been changed is not to be touched.
[[nodiscard]] bool is_unmodified(std::string_view since, std::time_t changed);

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
