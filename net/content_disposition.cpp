#include "net/content_disposition.hpp"

#include "schema/utf8.hpp"

#include <fmt/format.h>

#include <iterator>

namespace stoa {

namespace {

constexpr std::size_t longest = 200;           // bytes; file systems take 255
constexpr std::size_t longest_extension = 16;  // a longer one is part of the name

bool is_control(unsigned char c) {
  return c < 0x20 || c == 0x7f;
}

// U+0080–U+009F, U+200E, U+200F, U+202A–U+202E, U+2066–U+2069: controls, and what makes
// « gpj.exe » read « exe.jpg ».
std::size_t size_of_hidden(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.size() >= 2 && at(0) == 0xC2 && at(1) >= 0x80 && at(1) <= 0x9F)
    return 2;
  if (text.size() < 3 || at(0) != 0xE2)
    return 0;
  const bool marks =
      at(1) == 0x80 && (at(2) == 0x8E || at(2) == 0x8F || (at(2) >= 0xAA && at(2) <= 0xAE));
  const bool isolates = at(1) == 0x81 && at(2) >= 0xA6 && at(2) <= 0xA9;
  return marks || isolates ? 3 : 0;
}

std::string cleaned(std::string_view raw) {
  // With what is no UTF-8 replaced.
  const auto text = excerpt(raw, raw.size());
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (const auto hidden = size_of_hidden(std::string_view{text}.substr(i)); hidden > 0) {
      i += hidden;
      continue;
    }
    const char c = text[i++];
    out += c == '/' || c == '\\' || is_control(static_cast<unsigned char>(c)) ? '_' : c;
  }
  while (!out.empty() && out.back() == ' ')
    out.pop_back();
  if (out.size() <= longest)
    return out;
  const auto dot = out.rfind('.');
  const auto extension = dot == std::string::npos || out.size() - dot > longest_extension
                             ? std::string{}
                             : out.substr(dot);
  return excerpt(std::string_view{out}.substr(0, out.size() - extension.size()),
                 longest - extension.size()) +
         extension;
}

// attr-char of RFC 8187 §3.2.1.
bool stays(char c) {
  constexpr std::string_view marks = "!#$&+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         marks.find(c) != std::string_view::npos;
}

}  // namespace

std::string content_disposition(disposition how, std::string_view name) {
  std::string out = how == disposition::shown ? "inline" : "attachment";
  const auto whole = cleaned(name);
  if (whole.empty())
    return out;
  // One mark for each letter that is not ASCII; a quote would end the text, and some clients take
  // a per cent sign for an escape (RFC 6266, appendix D).
  std::string plain;
  for (const char c : whole) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80)
      plain += c == '"' || c == '%' ? '_' : c;
    else if ((byte & 0xC0U) == 0xC0U)
      plain += '_';
  }
  fmt::format_to(std::back_inserter(out), "; filename=\"{}\"", plain);
  if (plain == whole)
    return out;
  out += "; filename*=UTF-8''";
  for (const char c : whole)
    if (stays(c))
      out += c;
    else
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace stoa
