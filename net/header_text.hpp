#pragma once

#include <string>
#include <string_view>

namespace stoa {

/// A text without the blanks around it, as RFC 9110 knows them.
[[nodiscard]] inline std::string_view trimmed(std::string_view x) noexcept {
  while (!x.empty() && (x.front() == ' ' || x.front() == '\t'))
    x.remove_prefix(1);
  while (!x.empty() && (x.back() == ' ' || x.back() == '\t'))
    x.remove_suffix(1);
  return x;
}

/// Appends a value, whatever it was made from: a line break in it must not begin a header or a
/// field of somebody's choice.
inline void append_on_one_line(std::string& out, std::string_view value) {
  if (value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos) {
    out.append(value);
    return;
  }
  for (auto c : value)
    out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
}

}  // namespace stoa
