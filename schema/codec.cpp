#include "schema/codec.hpp"

#include "schema/text/fold.hpp"
#include "schema/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace stoa {

std::string sql_type(const field& f) {
  switch (f.kind) {
    case value_kind::text:
    case value_kind::word:
      return "text";
    case value_kind::boolean:
      return "boolean";
    case value_kind::int32:
      return "integer";
    case value_kind::int64:
      return "bigint";
    case value_kind::real:
      return "double precision";
    case value_kind::decimal:
      return fmt::format("numeric({},{})", f.precision, f.scale);
    case value_kind::moment:
    case value_kind::epoch_ms:
      return "timestamp with time zone";
    case value_kind::texts:
      return "text[]";
    case value_kind::json:
      return "jsonb";
  }
  return "text";
}

namespace codecs {

namespace {

template <class Number>
bool parse_number(std::string_view text, Number& out) {
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  return error == std::errc{} && stop == end && !text.empty();
}

// Nor does what nobody sees make a text.
bool is_blank(std::string_view text) {
  const bool is_seen =
      std::any_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  return !is_seen && as_seen(text).empty();
}

std::string list_words(const value_limits& limits, const dialect& habits) {
  std::string out;
  for (const auto word : limits.words)
    out += fmt::format("{}{}", out.empty() ? "" : ", ", habits.spell(limits.family, word));
  return out;
}

}  // namespace

problem wrong_kind(const char* wanted, json_value got) {
  return {fmt::format("must be {}, not {}", wanted, a_kind(got.kind())), {}};
}

// -- text ----

problem check_text(const value_limits& limits, bool not_blank, std::string_view text) {
  if (first_bad_utf8(text) != std::string_view::npos)
    return {"must be valid UTF-8", {}};
  if (text.find('\0') != std::string_view::npos)
    return {"must not contain the character U+0000", {}};
  if (text.size() < limits.min_length || text.size() > limits.max_length ||
      limits.min_length > 1) {  // bytes bound code points, so most texts need no counting
    const auto length = count_code_points(text);
    if (length < limits.min_length)
      return {limits.min_length == 1 ? "must not be empty"
                                     : fmt::format("must have at least {} characters, not {}",
                                                   limits.min_length, length),
              {}};
    if (length > limits.max_length)
      return {fmt::format("must have at most {} characters, not {}", limits.max_length, length),
              {}};
  }
  if (not_blank && is_blank(text))
    return {"must not be blank", {}};
  if (limits.shape.accepts != nullptr && !limits.shape.accepts(text))
    return {fmt::format("must be {}", limits.shape.wanted), {}};
  return {};
}

problem text_from_text(const field& f, const dialect& habits, std::string_view in,
                       std::string& out) {
  if (auto why = check_text(f.limits, f.is(trait::not_blank), in))
    return why;
  if (f.limits.words.empty()) {
    out.assign(in);
    return {};
  }
  std::size_t index = 0;
  auto why = word_from_text(f, habits, in, index);
  if (!why)
    out.assign(f.limits.words[index]);
  return why;
}

problem read_text(const field& f, const dialect& habits, json_value in, std::string& out) {
  const auto text = in.as_string();
  if (!text)
    return wrong_kind("a string", in);
  const auto normalized = f.limits.shape.normalized;
  if (normalized == nullptr || text->empty())
    return text_from_text(f, habits, *text, out);
  auto kept = normalized(*text);
  return kept ? text_from_text(f, habits, *kept, out) : problem{std::move(kept.error().text), {}};
}

void write_text(const field& f, const dialect& habits, std::string_view text, json_writer& out) {
  out.value(f.limits.family.empty() ? text : habits.spell(f.limits.family, text));
}

// -- numbers ----

problem check_range(const value_limits& limits, double number) {
  const bool low = number < static_cast<double>(limits.min);
  const bool high = number > static_cast<double>(limits.max);
  if (!low && !high)
    return {};
  if (limits.min == std::numeric_limits<std::int64_t>::min())
    return {fmt::format("must be at most {}", limits.max), {}};
  if (limits.max == std::numeric_limits<std::int64_t>::max())
    return {fmt::format("must be at least {}", limits.min), {}};
  return {fmt::format("must be between {} and {}", limits.min, limits.max), {}};
}

namespace {

problem check_integer(const field& f, std::int64_t low, std::int64_t high, std::int64_t number) {
  const auto least = std::max(low, f.limits.min);
  const auto most = std::min(high, f.limits.max);
  if (number < least || number > most)
    return {fmt::format("must be between {} and {}", least, most), {}};
  return {};
}

}  // namespace

problem read_integer(const field& f, json_value in, std::int64_t low, std::int64_t high,
                     std::int64_t& out) {
  const auto number = in.as_int64();
  if (!number) {
    const auto kind = in.kind();
    if (kind == json_kind::integer)
      return {fmt::format("must be between {} and {}", std::max(low, f.limits.min),
                          std::min(high, f.limits.max)),
              {}};
    return kind == json_kind::real ? problem{"must be a whole number", {}}
                                   : wrong_kind("a whole number", in);
  }
  out = *number;
  return check_integer(f, low, high, out);
}

problem integer_from_text(const field& f, std::string_view in, std::int64_t low, std::int64_t high,
                          std::int64_t& out) {
  if (!parse_number(in, out))
    return {"must be a whole number", {}};
  return check_integer(f, low, high, out);
}

bool integer_from_sql(std::string_view cell, std::int64_t low, std::int64_t high,
                      std::int64_t& out) {
  return parse_number(cell, out) && out >= low && out <= high;
}

problem read_real(const field& f, json_value in, double& out) {
  const auto number = in.as_double();
  if (!number)
    return wrong_kind("a number", in);
  out = *number;
  return check_range(f.limits, out);
}

problem real_from_text(const field& f, std::string_view in, double& out) {
  if (!parse_number(in, out) || !std::isfinite(out))
    return {"must be a number", {}};
  return check_range(f.limits, out);
}

bool real_from_sql(std::string_view cell, double& out) {
  return parse_number(cell, out);  // from_chars knows PostgreSQL's NaN and Infinity too
}

std::string real_to_sql(double number) {
  if (std::isnan(number))
    return "NaN";
  if (std::isinf(number))
    return number < 0 ? "-Infinity" : "Infinity";
  return fmt::format("{}", number);
}

problem say(decimal_fault why, unsigned precision, unsigned scale) {
  switch (why) {
    case decimal_fault::none:
      return {};
    case decimal_fault::not_a_number:
      return {"must be a decimal number", {}};
    case decimal_fault::too_large:
      return {fmt::format("must have at most {} digits before the point", precision - scale), {}};
    case decimal_fault::too_fine:
      return {fmt::format("must have at most {} decimals", scale), {}};
  }
  return {"must be a decimal number", {}};
}

problem read_decimal(const field& f, json_value in, std::string& out) {
  decimal_fault why = decimal_fault::none;
  if (const auto text = in.as_string())
    why = normalise_decimal(*text, f.precision, f.scale, out);
  else if (in.kind() == json_kind::integer)
    why = normalise_decimal(std::string_view{in.text()}, f.precision, f.scale, out);
  else if (const auto number = in.as_double())
    why = normalise_decimal(*number, f.precision, f.scale, out);
  else
    return wrong_kind("a decimal number", in);
  if (auto bad = say(why, f.precision, f.scale))
    return bad;
  double number = 0;
  (void)parse_number(std::string_view{out}, number);
  return check_range(f.limits, number);
}

// -- moments ----

namespace {

// Years 1 to 9999: what both ISO 8601 with four digits and timestamptz can say.
constexpr std::int64_t first_ms = -62'135'596'800'000;
constexpr std::int64_t last_ms = 253'402'300'799'999;

}  // namespace

problem read_moment(json_value in, std::int64_t& micros) {
  if (const auto text = in.as_string())
    return moment_from_text(*text, micros);
  const auto ms = in.as_int64();
  if (!ms)
    return wrong_kind("a moment (ISO 8601 or milliseconds since 1970)", in);
  if (*ms < first_ms || *ms > last_ms)
    return {"must be a moment between the years 1 and 9999", {}};
  micros = *ms * 1000;
  return {};
}

problem moment_from_text(std::string_view in, std::int64_t& micros) {
  const auto moment = parse_iso(in);
  if (!moment)
    return {"must be a moment such as 2025-08-08T12:34:56.789Z", {}};
  if (moment->micros < first_ms * 1000 || moment->micros > last_ms * 1000 + 999)
    return {"must be a moment between the years 1 and 9999", {}};
  micros = moment->micros;
  return {};
}

std::string moment_to_sql(std::int64_t micros) {
  auto second = micros / 1'000'000;
  auto rest = micros % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --second;
  }
  auto out = to_iso(iso_time{second * 1'000'000});
  out.resize(out.size() - 4);  // the milliseconds and the Z
  out += fmt::format("{:06}Z", rest);
  return out;
}

// -- words ----

problem word_from_text(const field& f, const dialect& habits, std::string_view in,
                       std::size_t& index) {
  const auto ours = habits.understand(f.limits.family, in);
  for (index = 0; index < f.limits.words.size(); ++index)
    if (!ours.empty() && f.limits.words[index] == ours)
      return {};
  return {fmt::format("must be one of {}", list_words(f.limits, habits)), {}};
}

problem read_word(const field& f, const dialect& habits, json_value in, std::size_t& index) {
  const auto text = in.as_string();
  return text ? word_from_text(f, habits, *text, index) : wrong_kind("a string", in);
}

// -- lists and opaque JSON ----

problem check_list(const field& f, const std::vector<std::string>& list) {
  if (list.size() > f.limits.max_items)
    return {fmt::format("must have at most {} items, not {}", f.limits.max_items, list.size()), {}};
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (auto why = check_text(f.limits, f.is(trait::not_blank), list[i])) {
      why.at = std::to_string(i);
      return why;
    }
  }
  return {};
}

problem read_list(const field& f, json_value in, std::vector<std::string>& out) {
  if (!in.is_array())
    return wrong_kind("an array of strings", in);
  out.clear();
  for (const auto item : in.items()) {
    const auto text = item.as_string();
    if (!text) {
      auto why = wrong_kind("a string", item);
      why.at = std::to_string(out.size());
      return why;
    }
    out.emplace_back(*text);
  }
  return check_list(f, out);
}

problem read_opaque(const field& f, json_value in, std::string& out) {
  out = in.text();
  if (out.size() > f.limits.max_length)
    return {
        fmt::format("must have at most {} bytes of JSON, not {}", f.limits.max_length, out.size()),
        {}};
  return {};
}

}  // namespace codecs

}  // namespace stoa
