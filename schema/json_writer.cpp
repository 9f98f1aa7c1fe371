#include "schema/json_writer.hpp"

#include "schema/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace stoa {

namespace {

// 0: as it is; 'u': as \u00XX; anything else: a backslash and that letter.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c)
    table[c] = 'u';
  table[0x7f] = 'u';
  table['"'] = '"';
  table['\\'] = '\\';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  return table;
}();

// ASCII that needs no escape.
constexpr std::array<bool, 256> stands_as_it_is = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x80; ++c)
    table[c] = escapes[c] == 0;
  return table;
}();

void append_escaped(std::string& out, std::string_view text) {
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const char escape = escapes[byte];
    if (escape == 0)
      continue;
    out.append(text, from, at - from);
    from = at + 1;
    out.push_back('\\');
    out.push_back(escape);
    if (escape == 'u') {
      static constexpr char digits[] = "0123456789abcdef";
      out.append("00");
      out.push_back(digits[byte >> 4U]);
      out.push_back(digits[byte & 0x0fU]);
    }
  }
  out.append(text, from, text.size() - from);
}

template <class Number, class... Format>
void append_number(std::string& out, Number number, Format... format) {
  std::array<char, 32> digits;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, format...).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

}  // namespace

void json_writer::separate() {
  if (comma_)
    out_.push_back(',');
  comma_ = true;
}

void json_writer::quote(std::string_view text) {
  out_.push_back('"');
  if (std::all_of(text.begin(), text.end(),
                  [](char c) { return stands_as_it_is[static_cast<unsigned char>(c)]; })) {
    out_.append(text);  // names and most short texts
  } else {
    auto bad = first_bad_utf8(text);
    while (bad != std::string_view::npos) {
      append_escaped(out_, text.substr(0, bad));
      append_utf8(out_, 0xfffd);
      text.remove_prefix(bad + 1);
      bad = first_bad_utf8(text);
    }
    append_escaped(out_, text);
  }
  out_.push_back('"');
}

json_writer& json_writer::open(char bracket) {
  separate();
  out_.push_back(bracket);
  comma_ = false;
  return *this;
}

json_writer& json_writer::close(char bracket) {
  out_.push_back(bracket);
  comma_ = true;
  return *this;
}

json_writer& json_writer::key(std::string_view name) {
  separate();
  quote(name);
  out_.push_back(':');
  comma_ = false;
  return *this;
}

json_writer& json_writer::null() {
  separate();
  out_.append("null");
  return *this;
}

json_writer& json_writer::value(bool yes) {
  separate();
  out_.append(yes ? "true" : "false");
  return *this;
}

json_writer& json_writer::value(std::string_view text) {
  separate();
  quote(text);
  return *this;
}

json_writer& json_writer::value(double number) {
  if (!std::isfinite(number))
    return null();
  separate();
  if (number == 0 && std::signbit(number))
    out_.append("-0.0");  // "-0" would read back as the integer
  else if (std::abs(number) >= 1e18)
    append_number(out_, number, std::chars_format::scientific);  // no integer beyond 64 bits
  else
    append_number(out_, number);
  return *this;
}

json_writer& json_writer::value(iso_time at) {
  separate();
  out_.push_back('"');
  out_.append(to_iso(at));
  out_.push_back('"');
  return *this;
}

json_writer& json_writer::value(epoch_ms at) {
  // Rounded down, as to_iso does, so that both spellings name the same millisecond before 1970 too.
  const auto rest = at.micros % 1000;
  return integer((at.micros - rest) / 1000 - (rest < 0 ? 1 : 0));
}

json_writer& json_writer::integer(std::int64_t number) {
  separate();
  append_number(out_, number);
  return *this;
}

json_writer& json_writer::natural(std::uint64_t number) {
  separate();
  append_number(out_, number);
  return *this;
}

json_writer& json_writer::raw(std::string_view json) {
  separate();
  out_.append(json);
  return *this;
}

std::string json_quote(std::string_view text) {
  std::string out;
  json_writer{out}.value(text);
  return out;
}

}  // namespace stoa
