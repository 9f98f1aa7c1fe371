#pragma once

#include "schema/array_literal.hpp"
#include "schema/decimal.hpp"
#include "schema/field_data.hpp"
#include "schema/ids.hpp"
#include "schema/moment.hpp"

#include <vector>

namespace stoa {

/// JSON that nobody here looks into, as text; a jsonb column.
struct json_text {
  std::string text = "null";
  friend bool operator==(const json_text&, const json_text&) = default;
};

/// The words of an enum, in the order of its values from 0. Specialise it next to the enum:
/// `static constexpr std::string_view family` and `static constexpr std::string_view words[]`.
template <class Enum>
struct spelling;

/// How a member of type T is read, checked, written and bound. One specialisation per type:
///
///     kind, precision, scale, optional, bare      what `column` needs to know
///     read(field, dialect, json, T&)              from a request body
///     write(field, dialect, T, json_writer&)      into an answer
///     to_sql(T), from_sql(cell, T&)               text parameters and cells of PostgreSQL
///     from_text(field, dialect, text, T&)         from a query parameter
template <class T>
struct codec;

/// The parts that do not depend on the type; codec.cpp has the rules and the sentences.
namespace codecs {

[[nodiscard]] problem wrong_kind(const char* wanted, json_value got);
[[nodiscard]] problem check_text(const value_limits& limits, bool not_blank, std::string_view text);
[[nodiscard]] problem check_range(const value_limits& limits, double number);
[[nodiscard]] problem check_list(const field& f, const std::vector<std::string>& list);
[[nodiscard]] problem say(decimal_fault why, unsigned precision, unsigned scale);

[[nodiscard]] problem read_text(const field& f, const dialect& habits, json_value in,
                                std::string& out);
[[nodiscard]] problem text_from_text(const field& f, const dialect& habits, std::string_view in,
                                     std::string& out);
void write_text(const field& f, const dialect& habits, std::string_view text, json_writer& out);

[[nodiscard]] problem read_integer(const field& f, json_value in, std::int64_t low,
                                   std::int64_t high, std::int64_t& out);
[[nodiscard]] problem integer_from_text(const field& f, std::string_view in, std::int64_t low,
                                        std::int64_t high, std::int64_t& out);
[[nodiscard]] bool integer_from_sql(std::string_view cell, std::int64_t low, std::int64_t high,
                                    std::int64_t& out);

[[nodiscard]] problem read_real(const field& f, json_value in, double& out);
[[nodiscard]] problem real_from_text(const field& f, std::string_view in, double& out);
[[nodiscard]] bool real_from_sql(std::string_view cell, double& out);
[[nodiscard]] std::string real_to_sql(double number);

[[nodiscard]] problem read_decimal(const field& f, json_value in, std::string& out);

/// Takes ISO 8601 texts and epoch milliseconds alike, whatever the type spells.
[[nodiscard]] problem read_moment(json_value in, std::int64_t& micros);
[[nodiscard]] problem moment_from_text(std::string_view in, std::int64_t& micros);
[[nodiscard]] std::string moment_to_sql(std::int64_t micros);

[[nodiscard]] problem word_from_text(const field& f, const dialect& habits, std::string_view in,
                                     std::size_t& index);
[[nodiscard]] problem read_word(const field& f, const dialect& habits, json_value in,
                                std::size_t& index);

[[nodiscard]] problem read_list(const field& f, json_value in, std::vector<std::string>& out);
[[nodiscard]] problem read_opaque(const field& f, json_value in, std::string& out);

}  // namespace codecs

/// The answers that most codecs share.
template <class T, value_kind Kind>
struct basic_codec {
  using bare = T;
  static constexpr value_kind kind = Kind;
  static constexpr std::uint8_t precision = 0;
  static constexpr std::uint8_t scale = 0;
  static constexpr bool optional = false;
  static constexpr void preset(value_limits&) {}
};

template <>
struct codec<std::string> : basic_codec<std::string, value_kind::text> {
  static problem read(const field& f, const dialect& habits, json_value in, std::string& to) {
    return codecs::read_text(f, habits, in, to);
  }
  static void write(const field& f, const dialect& habits, const std::string& x, json_writer& out) {
    codecs::write_text(f, habits, x, out);
  }
  static std::optional<std::string> to_sql(const std::string& x) { return x; }
  static bool from_sql(std::optional<std::string_view> cell, std::string& to) {
    if (!cell)
      return false;
    to.assign(*cell);
    return true;
  }
  static problem from_text(const field& f, const dialect& habits, std::string_view in,
                           std::string& to) {
    return codecs::text_from_text(f, habits, in, to);
  }
};

template <class Tag>
struct codec<id<Tag>> : basic_codec<id<Tag>, value_kind::text> {
  using text = codec<std::string>;
  static constexpr void preset(value_limits& limits) {
    limits.min_length = 1;
    limits.max_length = 64;
  }
  static problem read(const field& f, const dialect& habits, json_value in, id<Tag>& to) {
    return text::read(f, habits, in, to.value);
  }
  static void write(const field& f, const dialect& habits, const id<Tag>& x, json_writer& out) {
    text::write(f, habits, x.value, out);
  }
  static std::optional<std::string> to_sql(const id<Tag>& x) { return x.value; }
  static bool from_sql(std::optional<std::string_view> cell, id<Tag>& to) {
    return text::from_sql(cell, to.value);
  }
  static problem from_text(const field& f, const dialect& habits, std::string_view in,
                           id<Tag>& to) {
    return text::from_text(f, habits, in, to.value);
  }
};

template <>
struct codec<bool> : basic_codec<bool, value_kind::boolean> {
  static problem read(const field&, const dialect&, json_value in, bool& to) {
    const auto yes = in.as_bool();
    if (!yes)
      return codecs::wrong_kind("true or false", in);
    to = *yes;
    return {};
  }
  static void write(const field&, const dialect&, bool x, json_writer& out) { out.value(x); }
  static std::optional<std::string> to_sql(bool x) { return x ? "true" : "false"; }
  static bool from_sql(std::optional<std::string_view> cell, bool& to) {
    to = cell == "t" || cell == "true";
    return to || cell == "f" || cell == "false";
  }
  static problem from_text(const field&, const dialect&, std::string_view in, bool& to) {
    to = in == "true" || in == "1";
    return to || in == "false" || in == "0" ? problem{} : problem{"must be true or false", {}};
  }
};

template <class Int, value_kind Kind>
struct integer_codec : basic_codec<Int, Kind> {
  static constexpr std::int64_t low = std::numeric_limits<Int>::min();
  static constexpr std::int64_t high = std::numeric_limits<Int>::max();

  static problem read(const field& f, const dialect&, json_value in, Int& to) {
    std::int64_t wide = 0;
    auto why = codecs::read_integer(f, in, low, high, wide);
    to = static_cast<Int>(wide);
    return why;
  }
  static void write(const field&, const dialect&, Int x, json_writer& out) { out.value(x); }
  static std::optional<std::string> to_sql(Int x) { return std::to_string(x); }
  static bool from_sql(std::optional<std::string_view> cell, Int& to) {
    std::int64_t wide = 0;
    if (!cell || !codecs::integer_from_sql(*cell, low, high, wide))
      return false;
    to = static_cast<Int>(wide);
    return true;
  }
  static problem from_text(const field& f, const dialect&, std::string_view in, Int& to) {
    std::int64_t wide = 0;
    auto why = codecs::integer_from_text(f, in, low, high, wide);
    to = static_cast<Int>(wide);
    return why;
  }
};

template <>
struct codec<std::int32_t> : integer_codec<std::int32_t, value_kind::int32> {};
template <>
struct codec<std::int64_t> : integer_codec<std::int64_t, value_kind::int64> {};

template <>
struct codec<double> : basic_codec<double, value_kind::real> {
  static problem read(const field& f, const dialect&, json_value in, double& to) {
    return codecs::read_real(f, in, to);
  }
  static void write(const field&, const dialect&, double x, json_writer& out) { out.value(x); }
  static std::optional<std::string> to_sql(double x) { return codecs::real_to_sql(x); }
  static bool from_sql(std::optional<std::string_view> cell, double& to) {
    return cell && codecs::real_from_sql(*cell, to);
  }
  static problem from_text(const field& f, const dialect&, std::string_view in, double& to) {
    return codecs::real_from_text(f, in, to);
  }
};

template <unsigned Precision, unsigned Scale>
struct codec<decimal<Precision, Scale>>
    : basic_codec<decimal<Precision, Scale>, value_kind::decimal> {
  using type = decimal<Precision, Scale>;
  static constexpr std::uint8_t precision = Precision;
  static constexpr std::uint8_t scale = Scale;

  static problem read(const field& f, const dialect&, json_value in, type& to) {
    return codecs::read_decimal(f, in, to.text);
  }
  static void write(const field&, const dialect&, const type& x, json_writer& out) {
    out.value(x.text);
  }
  static std::optional<std::string> to_sql(const type& x) { return x.text; }
  static bool from_sql(std::optional<std::string_view> cell, type& to) {
    return cell && normalise_decimal(*cell, Precision, Scale, to.text) == decimal_fault::none;
  }
  static problem from_text(const field&, const dialect&, std::string_view in, type& to) {
    return codecs::say(normalise_decimal(in, Precision, Scale, to.text), Precision, Scale);
  }
};

template <class Moment, value_kind Kind>
struct moment_codec : basic_codec<Moment, Kind> {
  static problem read(const field&, const dialect&, json_value in, Moment& to) {
    return codecs::read_moment(in, to.micros);
  }
  static void write(const field&, const dialect& habits, Moment x, json_writer& out) {
    if (habits.moments == moment_spelling::epoch_ms)
      out.value(epoch_ms{x.micros});
    else
      out.value(x);
  }
  static std::optional<std::string> to_sql(Moment x) { return codecs::moment_to_sql(x.micros); }
  static bool from_sql(std::optional<std::string_view> cell, Moment& to) {
    const auto read = cell ? parse_iso(*cell) : std::nullopt;
    if (read)
      to.micros = read->micros;
    return read.has_value();
  }
  static problem from_text(const field&, const dialect&, std::string_view in, Moment& to) {
    return codecs::moment_from_text(in, to.micros);
  }
};

template <>
struct codec<iso_time> : moment_codec<iso_time, value_kind::moment> {};
template <>
struct codec<epoch_ms> : moment_codec<epoch_ms, value_kind::epoch_ms> {};

template <>
struct codec<std::vector<std::string>> : basic_codec<std::vector<std::string>, value_kind::texts> {
  using type = std::vector<std::string>;
  static problem read(const field& f, const dialect&, json_value in, type& to) {
    return codecs::read_list(f, in, to);
  }
  static void write(const field&, const dialect&, const type& x, json_writer& out) {
    out.begin_array();
    for (const auto& text : x)
      out.value(text);
    out.end_array();
  }
  static std::optional<std::string> to_sql(const type& x) { return to_array_literal(x); }
  static bool from_sql(std::optional<std::string_view> cell, type& to) {
    return cell && from_array_literal(*cell, to);
  }
  /// One text: a list is filtered by what it contains.
  static problem from_text(const field& f, const dialect&, std::string_view in, type& to) {
    to.assign(1, std::string{in});
    return codecs::check_list(f, to);
  }
};

template <>
struct codec<json_text> : basic_codec<json_text, value_kind::json> {
  static constexpr void preset(value_limits& limits) { limits.max_length = 64 * 1024; }
  static problem read(const field& f, const dialect&, json_value in, json_text& to) {
    return codecs::read_opaque(f, in, to.text);
  }
  static void write(const field&, const dialect&, const json_text& x, json_writer& out) {
    out.raw(x.text);
  }
  static std::optional<std::string> to_sql(const json_text& x) { return x.text; }
  static bool from_sql(std::optional<std::string_view> cell, json_text& to) {
    return codec<std::string>::from_sql(cell, to.text);
  }
  static problem from_text(const field&, const dialect&, std::string_view, json_text&) {
    return {"cannot be filtered by", {}};
  }
};

template <class Enum>
requires std::is_enum_v<Enum>
struct codec<Enum> : basic_codec<Enum, value_kind::word> {
  using words = spelling<Enum>;

  static constexpr void preset(value_limits& limits) {
    limits.words = words::words;
    limits.family = words::family;
  }
  static std::string_view name_of(Enum x) noexcept {
    return words::words[static_cast<std::size_t>(x)];
  }
  static problem read(const field& f, const dialect& habits, json_value in, Enum& to) {
    std::size_t index = 0;
    auto why = codecs::read_word(f, habits, in, index);
    if (!why)
      to = static_cast<Enum>(index);
    return why;
  }
  static void write(const field&, const dialect& habits, Enum x, json_writer& out) {
    out.value(habits.spell(words::family, name_of(x)));
  }
  static std::optional<std::string> to_sql(Enum x) { return std::string{name_of(x)}; }
  static bool from_sql(std::optional<std::string_view> cell, Enum& to) {
    for (std::size_t i = 0; cell && i < std::size(words::words); ++i) {
      if (words::words[i] == *cell) {
        to = static_cast<Enum>(i);
        return true;
      }
    }
    return false;
  }
  static problem from_text(const field& f, const dialect& habits, std::string_view in, Enum& to) {
    std::size_t index = 0;
    auto why = codecs::word_from_text(f, habits, in, index);
    if (!why)
      to = static_cast<Enum>(index);
    return why;
  }
};

/// Null and NULL are `std::nullopt`; everything else is the inner type's business.
template <class T>
struct codec<std::optional<T>> {
  using inner = codec<T>;
  using bare = typename inner::bare;
  static constexpr value_kind kind = inner::kind;
  static constexpr std::uint8_t precision = inner::precision;
  static constexpr std::uint8_t scale = inner::scale;
  static constexpr bool optional = true;
  static constexpr void preset(value_limits& limits) { inner::preset(limits); }

  static problem read(const field& f, const dialect& habits, json_value in, std::optional<T>& to) {
    if (in.is_null()) {
      to.reset();
      return {};
    }
    return inner::read(f, habits, in, to.emplace());
  }
  static void write(const field& f, const dialect& habits, const std::optional<T>& x,
                    json_writer& out) {
    if (x)
      inner::write(f, habits, *x, out);
    else
      out.null();
  }
  static std::optional<std::string> to_sql(const std::optional<T>& x) {
    return x ? inner::to_sql(*x) : std::nullopt;
  }
  static bool from_sql(std::optional<std::string_view> cell, std::optional<T>& to) {
    if (!cell) {
      to.reset();
      return true;
    }
    return inner::from_sql(cell, to.emplace());
  }
};

}  // namespace stoa
