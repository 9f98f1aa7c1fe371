#include "schema/shapes.hpp"

#include <algorithm>
#include <string>

namespace stoa::shapes {

namespace {

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_letter_or_digit(char c) {
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

// Printable and no blank; bytes above ASCII belong to international names.
bool is_visible(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7f;
}

bool is_host(std::string_view host) {
  std::size_t labels = 0;
  while (true) {
    const auto dot = std::min(host.find('.'), host.size());
    const auto label = host.substr(0, dot);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
      return false;
    if (!std::all_of(label.begin(), label.end(), [](char c) {
          return is_letter_or_digit(c) || c == '-' || static_cast<unsigned char>(c) >= 0x80;
        }))
      return false;
    ++labels;
    if (dot == host.size())
      return labels >= 2;
    host.remove_prefix(dot + 1);
  }
}

}  // namespace

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254)
    return false;
  const auto name = text.substr(0, at);
  const auto allowed = [](char c) {
    return is_visible(c) && std::string_view{"\"(),:;<>[\\]"}.find(c) == std::string_view::npos;
  };
  return std::all_of(name.begin(), name.end(), allowed) && name.front() != '.' &&
         name.back() != '.' && name.find("..") == std::string_view::npos &&
         is_host(text.substr(at + 1));
}

bool is_slug(std::string_view text) {
  bool after_hyphen = true;
  for (const char c : text) {
    if (c == '-' ? after_hyphen : !is_lower_or_digit(c))
      return false;
    after_hyphen = c == '-';
  }
  return !after_hyphen;
}

bool is_web_address(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_visible))
    return false;
  if (text.front() == '/')
    return text.size() < 2 || (text[1] != '/' && text[1] != '\\');
  for (const std::string_view scheme : {"http://", "https://"})
    if (text.size() > scheme.size() &&
        std::equal(scheme.begin(), scheme.end(), text.begin(), [](char want, char got) {
          return want == (got >= 'A' && got <= 'Z' ? got + 32 : got);
        }))
      return true;
  return false;
}

bool is_code(std::string_view text) {
  return text.size() >= 3 && text.size() <= 64 && text.front() != '_' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

bool is_harmless_link(std::string_view text) {
  // Browsers skip blanks and control characters inside a scheme.
  std::string scheme;
  for (const char c : text) {
    if (c == ':')
      break;
    if (static_cast<unsigned char>(c) > 0x20)
      scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (scheme.size() > 12)
      break;
  }
  return scheme != "javascript" && scheme != "vbscript";
}

}  // namespace stoa::shapes
