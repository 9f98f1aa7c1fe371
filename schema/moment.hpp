#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stoa {

/// A moment in UTC with microseconds (what PostgreSQL's timestamptz holds). On the wire it is ISO
/// 8601 with milliseconds and `Z`.
struct iso_time {
  std::int64_t micros = 0;  ///< since 1970-01-01T00:00:00Z

  friend bool operator==(const iso_time&, const iso_time&) = default;
  friend auto operator<=>(const iso_time&, const iso_time&) = default;
};

/// The same moment, spelled as a JSON number of milliseconds since 1970.
struct epoch_ms {
  std::int64_t micros = 0;

  friend bool operator==(const epoch_ms&, const epoch_ms&) = default;
  friend auto operator<=>(const epoch_ms&, const epoch_ms&) = default;
};

/// The wall clock's present.
[[nodiscard]] iso_time now();

/// `2025-08-08T12:34:56.789Z`.
[[nodiscard]] std::string to_iso(iso_time at);

/// Reads ISO 8601 (`T` or blank between date and time, up to six decimals, `Z`, `+hh`, `+hh:mm` or
/// `+hhmm`; a bare date is midnight UTC) and PostgreSQL's text form of timestamptz. Nothing for
/// anything else, dates that do not exist included.
[[nodiscard]] std::optional<iso_time> parse_iso(std::string_view text);

}  // namespace stoa
