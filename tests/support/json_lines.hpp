#pragma once

#include <string>
#include <string_view>

namespace stoa::testing {

/// A JSON text with a line for each member down to the fourth level, so that a difference is read
/// line by line; below that a value stays on one line. Nothing else is changed.
[[nodiscard]] inline std::string line_by_line(std::string_view text) {
  constexpr int deepest = 4;
  std::string out;
  int depth = 0;
  bool quoted = false;
  const auto line = [&] {
    out += '\n';
    out.append(static_cast<std::size_t>(depth) * 2, ' ');
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      out += c;
      if (c == '\\')
        out += text[++i];
      else if (c == '"')
        quoted = false;
      continue;
    }
    const bool closes = c == '}' || c == ']';
    if (closes && depth-- <= deepest && out.back() != '{' && out.back() != '[')
      line();
    out += c;
    quoted = c == '"';
    if (c == '{' || c == '[')
      ++depth;
    const bool is_empty =
        (c == '{' || c == '[') && i + 1 < text.size() && (text[i + 1] == '}' || text[i + 1] == ']');
    if ((c == '{' || c == '[' || c == ',') && depth <= deepest && !is_empty)
      line();
  }
  return out + '\n';
}

}  // namespace stoa::testing
