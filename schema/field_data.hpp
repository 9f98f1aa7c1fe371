#pragma once

#include "schema/dialect.hpp"
#include "schema/json.hpp"
#include "schema/outcome.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stoa {

/// What a member is, apart from being optional.
enum class value_kind : std::uint8_t {
  text,      ///< std::string, id<…>
  boolean,   ///< bool
  int32,     ///< std::int32_t
  int64,     ///< std::int64_t
  real,      ///< double
  decimal,   ///< decimal<p, s>
  moment,    ///< iso_time
  epoch_ms,  ///< epoch_ms
  word,      ///< an enum with a `spelling`
  texts,     ///< std::vector<std::string>
  json,      ///< json_text
};

/// What else is true of a column; flags, joined with `|`.
enum class trait : std::uint32_t {
  none = 0,
  key = 1U << 0U,            ///< the primary key; made by the server
  required = 1U << 1U,       ///< a create without it is refused
  nullable = 1U << 2U,       ///< may be null; follows from std::optional
  immutable = 1U << 3U,      ///< a client may set it once, when it creates
  set_by_server = 1U << 4U,  ///< a client reads it and never writes it
  from_database = 1U << 5U,  ///< its first value is the column's DEFAULT: left out of INSERT
  touched = 1U << 6U,        ///< becomes now() with every UPDATE
  hidden = 1U << 7U,         ///< never on the wire, in neither direction
  sortable = 1U << 8U,
  filterable = 1U << 9U,
  not_blank = 1U << 10U,  ///< a text must have more than blanks
};

[[nodiscard]] constexpr trait operator|(trait a, trait b) noexcept {
  return static_cast<trait>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
[[nodiscard]] constexpr trait operator&(trait a, trait b) noexcept {
  return static_cast<trait>(static_cast<std::uint32_t>(a) & static_cast<std::uint32_t>(b));
}

/// A check of a whole text with the words for those who fail it.
struct text_shape {
  bool (*accepts)(std::string_view) = nullptr;
  const char* wanted = "";   ///< completes "must be …": "an e-mail address"
  const char* format = "";   ///< OpenAPI `format`, may be empty
  const char* pattern = "";  ///< OpenAPI `pattern`, may be empty
  /// What is kept of a text from a body, before it is checked; its fault's text completes a
  /// sentence that begins with the field's name.
  outcome<std::string> (*normalized)(std::string_view) = nullptr;
};

/// What a value must keep to.
struct value_limits {
  std::uint32_t min_length = 0;
  std::uint32_t max_length = 10'000;
  std::uint32_t max_items = 100;
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  std::span<const std::string_view> words = {};
  std::string_view family = {};
  text_shape shape = {};
};

/// Why a value was refused: completes a sentence that begins with the field's name. `at` is the
/// place inside the value (an index), mostly empty.
struct problem {
  std::string what;
  std::string at;
  explicit operator bool() const noexcept { return !what.empty(); }
};

/// A name on the wire, kept inside the field so that descriptions stay plain data.
class wire_name {
public:
  constexpr wire_name() = default;
  constexpr explicit wire_name(std::string_view text) {
    for (const char c : text)
      push(c);
  }

  /// `author_id` becomes `authorId`.
  static constexpr wire_name from_column(std::string_view column) {
    wire_name out;
    bool upper = false;
    for (const char c : column) {
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
        throw "a column is named in snake_case";
      if (c != '_')
        out.push(upper && c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c);
      upper = c == '_';
    }
    return out;
  }

  [[nodiscard]] constexpr std::string_view view() const noexcept { return {text_.data(), size_}; }

private:
  constexpr void push(char c) {
    if (size_ >= text_.size())
      throw "a wire name has at most 40 characters";
    text_[size_++] = c;
  }

  std::array<char, 40> text_{};
  std::uint8_t size_ = 0;
};

/// One described member of a struct: plain data, so every layer works on it without templates.
/// The `void*` of its functions is a row of the struct that the member belongs to.
struct field {
  const char* name = "";  ///< of the column
  wire_name wire;
  value_kind kind = value_kind::text;
  trait traits = trait::none;
  std::uint8_t precision = 0;  ///< of a decimal
  std::uint8_t scale = 0;
  value_limits limits;

  /// Reads and checks a JSON value that is not null.
  problem (*read)(const field&, const dialect&, json_value, void* to) = nullptr;
  void (*write)(const field&, const dialect&, const void* from, json_writer&) = nullptr;
  /// The value as the text of a bound parameter; nothing for NULL.
  std::optional<std::string> (*to_sql)(const void* from) = nullptr;
  /// Takes what the database answered; false when that is not of this type.
  bool (*from_sql)(std::optional<std::string_view> cell, void* to) = nullptr;
  /// Checks the text of a query parameter and spells it as the text of a bound parameter.
  problem (*to_parameter)(const field&, const dialect&, std::string_view text,
                          std::string& out) = nullptr;
  /// What a fresh struct has here.
  void (*write_default)(const field&, const dialect&, json_writer&) = nullptr;

  [[nodiscard]] constexpr bool is(trait x) const noexcept { return (traits & x) == x; }
  [[nodiscard]] constexpr bool has_any(trait x) const noexcept {
    return (traits & x) != trait::none;
  }
};

/// The SQL type of a field's column, as `format_type` of PostgreSQL spells it.
[[nodiscard]] std::string sql_type(const field& f);

}  // namespace stoa
