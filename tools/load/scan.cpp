#include "tools/load/scan.hpp"

#include <charconv>

namespace stoa::load {

namespace {

constexpr auto none = std::string_view::npos;

void skip_blanks(std::string_view& from) {
  while (!from.empty() && (from[0] == ' ' || from[0] == ',' || from[0] == '\n' || from[0] == '\r' ||
                           from[0] == '\t'))
    from.remove_prefix(1);
}

/// Where the string that begins at `at` ends (behind its quote), or `none`.
std::size_t end_of_string(std::string_view from, std::size_t at) {
  for (++at; (at = from.find_first_of("\"\\", at)) != none; at += 2)
    if (from[at] == '"')
      return at + 1;
  return none;
}

/// Cuts the value at the front off; empty when there is none that is whole.
std::string_view take_value(std::string_view& from) {
  std::size_t end = 0;
  if (from.empty())
    return {};
  if (from[0] == '"') {
    end = end_of_string(from, 0);
  } else if (from[0] == '{' || from[0] == '[') {
    int depth = 0;
    for (end = 0; (end = from.find_first_of("\"{}[]", end)) != none;) {
      if (from[end] == '"') {
        if ((end = end_of_string(from, end)) == none)
          break;
        continue;
      }
      depth += from[end] == '{' || from[end] == '[' ? 1 : -1;
      ++end;
      if (depth == 0)
        break;
    }
  } else {
    end = from.find_first_of(",}] \r\n\t");
    end = end == none ? from.size() : end;
  }
  if (end == none)
    return {};
  const auto out = from.substr(0, end);
  from.remove_prefix(end);
  return out;
}

void append_utf8(std::string& to, std::uint32_t c) {
  const auto put = [&to](std::uint32_t byte) { to += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6), put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18), put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  }
}

std::uint32_t hex4(std::string_view from) {
  std::uint32_t out = 0;
  std::from_chars(from.data(), from.data() + std::min<std::size_t>(4, from.size()), out, 16);
  return out;
}

}  // namespace

members_of::members_of(std::string_view object)
    : rest_(object.empty() || object[0] != '{' ? std::string_view{} : object.substr(1)) {}

bool members_of::next() {
  skip_blanks(rest_);
  name = inside(take_value(rest_));
  const auto colon = rest_.find(':');
  if (name.empty() || colon == none)
    return false;
  rest_.remove_prefix(colon + 1);
  skip_blanks(rest_);
  value = take_value(rest_);
  return !value.empty();
}

items_of::items_of(std::string_view array)
    : rest_(array.empty() || array[0] != '[' ? std::string_view{} : array.substr(1)) {}

bool items_of::next() {
  skip_blanks(rest_);
  if (rest_.empty() || rest_[0] == ']')
    return false;
  value = take_value(rest_);
  return !value.empty();
}

std::string_view inside(std::string_view raw) {
  return raw.size() < 2 || raw[0] != '"' ? std::string_view{} : raw.substr(1, raw.size() - 2);
}

std::string text_of(std::string_view raw) {
  auto from = inside(raw);
  std::string out;
  out.reserve(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i] != '\\' || i + 1 == from.size()) {
      out += from[i];
      continue;
    }
    switch (const char c = from[++i]) {
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'u': {
        auto code = hex4(from.substr(i + 1));
        i += 4;
        if (code >= 0xd800 && code < 0xdc00 && from.substr(i + 1, 2) == "\\u") {
          code = 0x10000 + ((code - 0xd800) << 10) + (hex4(from.substr(i + 3)) - 0xdc00);
          i += 6;
        }
        append_utf8(out, code);
        break;
      }
      default:
        out += c;
    }
  }
  return out;
}

std::uint64_t number_of(std::string_view raw) {
  std::uint64_t out = 0;
  std::from_chars(raw.data(), raw.data() + raw.size(), out);
  return out;
}

std::string_view member_of(std::string_view object, std::string_view name) {
  for (members_of each{object}; each.next();)
    if (each.name == name)
      return each.value;
  return {};
}

}  // namespace stoa::load
