#include "schema/array_literal.hpp"

#include "schema/array_text.hpp"

namespace stoa {

std::string to_array_literal(std::span<const std::string> list) {
  array_text out;
  for (const auto& text : list)
    out.add(std::string_view{text});
  return out.take();
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
