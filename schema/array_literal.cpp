#include "schema/array_literal.hpp"

namespace stoa {

std::string to_array_literal(std::span<const std::string> list) {
  std::string out = "{";
  for (const auto& text : list) {
    if (out.size() > 1)
      out.push_back(',');
    out.push_back('"');
    for (const char c : text) {
      if (c == '"' || c == '\\')
        out.push_back('\\');
      out.push_back(c);
    }
    out.push_back('"');
  }
  out.push_back('}');
  return out;
}

bool from_array_literal(std::string_view literal, std::vector<std::string>& out) {
  out.clear();
  if (literal.size() < 2 || literal.front() != '{' || literal.back() != '}')
    return false;
  literal = literal.substr(1, literal.size() - 2);
  std::size_t at = 0;
  while (at < literal.size()) {
    std::string text;
    const bool quoted = literal[at] == '"';
    if (quoted) {
      for (++at; at < literal.size() && literal[at] != '"'; ++at) {
        if (literal[at] == '\\' && ++at >= literal.size())
          return false;
        text.push_back(literal[at]);
      }
      if (at++ >= literal.size())
        return false;
    } else {
      for (; at < literal.size() && literal[at] != ','; ++at) {
        if (literal[at] == '{' || literal[at] == '}' || literal[at] == '"')
          return false;
        if (literal[at] == '\\' && ++at >= literal.size())
          return false;
        text.push_back(literal[at]);
      }
      if (text.empty() || text == "NULL")
        return false;
    }
    out.push_back(std::move(text));
    if (at < literal.size() && (literal[at] != ',' || ++at >= literal.size()))
      return false;
  }
  return true;
}

}  // namespace stoa
