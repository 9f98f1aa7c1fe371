#pragma once

#include "schema/outcome.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// A number of bytes; written `4096`, `64KiB`, `20MiB` or `1GiB`.
struct byte_size {
  std::uint64_t bytes = 0;
  friend bool operator==(byte_size, byte_size) = default;
};

/// A span of time; written `500ms`, `30s`, `15min`, `12h` or `7d`.
using duration = std::chrono::milliseconds;

/// An origin: `EDITION:PORT`, or `EDITION:PORT@ESTABLISHMENT` where guests see another
/// establishment (its slug) than the first.
struct site_setting {
  std::string edition;
  std::uint16_t port = 0;
  std::string establishment = {};
  friend bool operator==(const site_setting&, const site_setting&) = default;
};

/// The folder with an edition's built front end: `EDITION=FOLDER`.
struct front_setting {
  std::string edition;
  std::filesystem::path folder;
  friend bool operator==(const front_setting&, const front_setting&) = default;
};

/// The name of a site's session cookie: `EDITION=NAME`, or `EDITION:PORT=NAME` where an edition has
/// several sites.
struct cookie_setting {
  std::string edition;
  std::uint16_t port = 0;  ///< 0: of each of the edition's sites
  std::string name;
  friend bool operator==(const cookie_setting&, const cookie_setting&) = default;
};

/// A rate limit that replaces a route's own: `NAME=COUNT/TIME`, as in `sign_in=10/60s`.
struct rate_setting {
  std::string name;
  std::uint32_t count = 0;
  duration per{0};
  friend bool operator==(const rate_setting&, const rate_setting&) = default;
};

/// The level from which on an area logs: `AREA=LEVEL`, as in `net=debug`.
struct log_level_setting {
  std::string area;
  std::string level;
  friend bool operator==(const log_level_setting&, const log_level_setting&) = default;
};

/// How log lines look.
enum class log_format : std::uint8_t { human, json };

/// Who may read what a node measures of itself.
enum class metrics_readers : std::uint8_t { open, loopback, off };

/// The names of levels, quietest last: trace, debug, info, warning, error, off.
[[nodiscard]] bool is_log_level(std::string_view name) noexcept;

// -- reading ----------------------------------------------------------------------
// A fault's text completes the sentence "the value …".

[[nodiscard]] outcome<void> read_value(std::string_view text, bool& into);
[[nodiscard]] outcome<void> read_value(std::string_view text, std::uint32_t& into);
[[nodiscard]] outcome<void> read_value(std::string_view text, byte_size& into);
[[nodiscard]] outcome<void> read_value(std::string_view text, duration& into);
[[nodiscard]] outcome<void> read_value(std::string_view text, std::string& into);
[[nodiscard]] outcome<void> read_value(std::string_view text, std::filesystem::path& into);
[[nodiscard]] outcome<void> read_value(std::string_view text, log_format& into);
[[nodiscard]] outcome<void> read_value(std::string_view text, metrics_readers& into);
[[nodiscard]] outcome<void> read_value(std::string_view text, site_setting& into);
[[nodiscard]] outcome<void> read_value(std::string_view text, front_setting& into);
[[nodiscard]] outcome<void> read_value(std::string_view text, cookie_setting& into);
[[nodiscard]] outcome<void> read_value(std::string_view text, rate_setting& into);
[[nodiscard]] outcome<void> read_value(std::string_view text, log_level_setting& into);

/// What nobody has set has no value; an empty text leaves it so.
template <class T>
[[nodiscard]] outcome<void> read_value(std::string_view text, std::optional<T>& into) {
  into.reset();
  return text.empty() ? outcome<void>{} : read_value(text, into.emplace());
}

/// The parts between commas, without the blanks around them; none of an empty text.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view text);

template <class T>
[[nodiscard]] outcome<void> read_value(std::string_view text, std::vector<T>& into) {
  std::vector<T> all;
  for (auto part : split_list(text))
    if (auto read = read_value(part, all.emplace_back()); !read)
      return read;
  into = std::move(all);
  return {};
}

// -- writing: what `read_value` reads back ----------------------------------------

[[nodiscard]] std::string write_value(bool value);
[[nodiscard]] std::string write_value(std::uint32_t value);
[[nodiscard]] std::string write_value(byte_size value);
[[nodiscard]] std::string write_value(duration value);
[[nodiscard]] std::string write_value(const std::string& value);
[[nodiscard]] std::string write_value(const std::filesystem::path& value);
[[nodiscard]] std::string write_value(log_format value);
[[nodiscard]] std::string write_value(metrics_readers value);
[[nodiscard]] std::string write_value(const site_setting& value);
[[nodiscard]] std::string write_value(const front_setting& value);
[[nodiscard]] std::string write_value(const cookie_setting& value);
[[nodiscard]] std::string write_value(const rate_setting& value);
[[nodiscard]] std::string write_value(const log_level_setting& value);

template <class T>
[[nodiscard]] std::string write_value(const std::optional<T>& value) {
  return value ? write_value(*value) : std::string{};
}

template <class T>
[[nodiscard]] std::string write_value(const std::vector<T>& values) {
  std::string text;
  for (const auto& value : values)
    text += (text.empty() ? "" : ", ") + write_value(value);
  return text;
}

}  // namespace stoa
