#pragma once

#include "schema/moment.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stoa {

/// Appends JSON to a string it does not own. It places the commas; whoever calls it closes what it
/// opened. Text comes out as valid UTF-8 whatever goes in: bad bytes become U+FFFD.
class json_writer {
public:
  explicit json_writer(std::string& out) noexcept : out_(out) {}

  // -- structure ----

  json_writer& begin_object() { return open('{'); }
  json_writer& end_object() { return close('}'); }
  json_writer& begin_array() { return open('['); }
  json_writer& end_array() { return close(']'); }

  /// The name of the next value. It must not be empty-handed: a value follows.
  json_writer& key(std::string_view name);

  // -- values ----

  json_writer& null();
  json_writer& value(std::nullptr_t) { return null(); }
  json_writer& value(bool yes);
  json_writer& value(std::string_view text);
  json_writer& value(const std::string& text) { return value(std::string_view{text}); }
  json_writer& value(const char* text) { return value(std::string_view{text}); }
  /// The shortest spelling that reads back as the same number; `null` for what JSON cannot say.
  json_writer& value(double number);
  json_writer& value(iso_time at);
  json_writer& value(epoch_ms at);
  template <std::integral Int>
  json_writer& value(Int number) {
    if constexpr (std::is_signed_v<Int>)
      return integer(static_cast<std::int64_t>(number));
    else
      return natural(static_cast<std::uint64_t>(number));
  }
  template <class T>
  json_writer& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : null();
  }

  /// Text that is JSON already and goes through as it is.
  json_writer& raw(std::string_view json);

  /// `key(name).value(x)`.
  template <class T>
  json_writer& member(std::string_view name, const T& x) {
    return key(name).value(x);
  }

private:
  json_writer& open(char bracket);
  json_writer& close(char bracket);
  json_writer& integer(std::int64_t number);
  json_writer& natural(std::uint64_t number);
  void separate();
  void quote(std::string_view text);

  std::string& out_;
  bool comma_ = false;
};

/// The text as a JSON string with its quotes.
[[nodiscard]] std::string json_quote(std::string_view text);

}  // namespace stoa
