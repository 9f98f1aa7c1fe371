#include "schema/json_diagnose.hpp"

#include "schema/utf8.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <set>
#include <vector>

namespace stoa {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hex_digit(char c) {
  if (is_digit(c))
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

// A strict reader of RFC 8259 that builds nothing and remembers where it is. Its functions answer
// false once a complaint is made.
class inspector {
public:
  inspector(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  std::optional<complaint> run() {
    if (text_.substr(0, 3) == "\xef\xbb\xbf")
      complain("starts with a byte order mark; send plain UTF-8");
    else if (skip_blanks(); done())
      complain("is empty where JSON was expected");
    else if (value(0) && (skip_blanks(), !done()))
      complain(fmt::format("goes on with {} after the end of the JSON value", here()));
    return std::move(found_);
  }

private:
  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return done() ? '\0' : text_[at_]; }

  void skip_blanks() {
    while (!done() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r'))
      ++at_;
  }

  [[nodiscard]] std::string here() const {
    if (done())
      return "the end of the text";
    const auto byte = static_cast<unsigned char>(peek());
    if (byte > 0x20 && byte < 0x7f)
      return fmt::format("'{}'", peek());
    return fmt::format("the byte 0x{:02x}", static_cast<unsigned>(byte));
  }

  bool complain(std::string_view what) {
    std::size_t line = 1;
    std::size_t start = 0;
    for (std::size_t i = 0; i < at_ && i < text_.size(); ++i) {
      if (text_[i] == '\n') {
        ++line;
        start = i + 1;
      }
    }
    std::string path;
    for (const auto& step : path_)
      path += (path.empty() ? "" : ".") + step;
    found_ = complaint{excerpt(path, 200), fmt::format("the JSON text {} (line {}, column {})",
                                                       what, line, at_ - start + 1)};
    return false;
  }

  bool value(std::size_t depth) {
    switch (peek()) {
      case '{':
        return depth < max_depth_ ? object(depth + 1) : too_deep();
      case '[':
        return depth < max_depth_ ? array(depth + 1) : too_deep();
      case '"':
        return string(nullptr);
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        if (!done() && (peek() == '-' || is_digit(peek())))
          return number();
        return complain(fmt::format("has {} where a value was expected", here()));
    }
  }

  bool too_deep() { return complain(fmt::format("is nested deeper than {} levels", max_depth_)); }

  bool object(std::size_t depth) {
    ++at_;
    std::set<std::string> names;
    skip_blanks();
    if (peek() == '}')
      return ++at_, true;
    for (;;) {
      if (peek() != '"')
        return complain(fmt::format("has {} where a name in quotes was expected", here()));
      const auto start = at_;
      std::string name;
      if (!string(&name))
        return false;
      path_.push_back(excerpt(name));
      if (!names.insert(std::move(name)).second) {
        at_ = start;
        return complain("has this name twice in one object");
      }
      skip_blanks();
      if (peek() != ':')
        return complain(fmt::format("has {} where ':' was expected", here()));
      ++at_;
      skip_blanks();
      if (!value(depth))
        return false;
      path_.pop_back();
      skip_blanks();
      if (peek() == '}')
        return ++at_, true;
      if (peek() != ',')
        return complain(fmt::format("has {} where ',' or '}}' was expected", here()));
      ++at_;
      skip_blanks();
    }
  }

  bool array(std::size_t depth) {
    ++at_;
    skip_blanks();
    if (peek() == ']')
      return ++at_, true;
    for (std::size_t index = 0;; ++index) {
      path_.push_back(std::to_string(index));
      if (!value(depth))
        return false;
      path_.pop_back();
      skip_blanks();
      if (peek() == ']')
        return ++at_, true;
      if (peek() != ',')
        return complain(fmt::format("has {} where ',' or ']' was expected", here()));
      ++at_;
      skip_blanks();
    }
  }

  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected)
      return complain(fmt::format("has an unknown word; did it mean {}?", expected));
    at_ += expected.size();
    if (!done() && (std::isalnum(static_cast<unsigned char>(peek())) != 0 || peek() == '_'))
      return complain(fmt::format("has {} right after {}", here(), expected));
    return true;
  }

  bool number() {
    const auto start = at_;
    bool integer = true;
    if (peek() == '-')
      ++at_;
    if (peek() == '0') {
      ++at_;
      if (is_digit(peek()))
        return complain("has a number that starts with 0");
    } else if (!digits()) {
      return complain(fmt::format("has {} where a digit was expected", here()));
    }
    if (peek() == '.') {
      integer = false;
      ++at_;
      if (!digits())
        return complain(fmt::format("has {} where a digit was expected", here()));
    }
    if (peek() == 'e' || peek() == 'E') {
      integer = false;
      ++at_;
      if (peek() == '+' || peek() == '-')
        ++at_;
      if (!digits())
        return complain(fmt::format("has {} where a digit was expected", here()));
    }
    const std::string spelling{text_.substr(start, at_ - start)};
    const bool fits =
        integer ? fits_64_bits(spelling) : std::isfinite(std::strtod(spelling.c_str(), nullptr));
    if (!fits) {
      at_ = start;
      return complain("has a number that is out of range");
    }
    return true;
  }

  bool digits() {
    const auto start = at_;
    while (is_digit(peek()))
      ++at_;
    return at_ != start;
  }

  static bool fits_64_bits(const std::string& spelling) {
    errno = 0;
    if (spelling.front() == '-')
      std::strtoll(spelling.c_str(), nullptr, 10);
    else
      std::strtoull(spelling.c_str(), nullptr, 10);
    return errno != ERANGE;
  }

  // Reads a string; `out` receives what it says when somebody wants to know.
  bool string(std::string* out) {
    const auto start = at_++;
    auto plain = at_;
    const auto flush = [&] {
      const auto run = text_.substr(plain, at_ - plain);
      const auto bad = first_bad_utf8(run);
      if (bad != std::string_view::npos) {
        at_ = plain + bad;
        return complain("has bytes that are not UTF-8");
      }
      if (out != nullptr)
        out->append(run);
      return true;
    };
    for (;;) {
      if (done()) {
        at_ = start;
        return complain("has a string that is not closed");
      }
      if (peek() == '"') {
        if (!flush())
          return false;
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(peek()) < 0x20)
        return complain(
            fmt::format("has {} inside a string; control characters must be escaped", here()));
      if (peek() == '\\') {
        if (!flush() || !escape(out))
          return false;
        plain = at_;
      } else {
        ++at_;
      }
    }
  }

  bool escape(std::string* out) {
    ++at_;
    static constexpr std::string_view letters = "\"\\/bfnrt";
    static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (!done() && peek() == 'u') {
      const auto start = at_ - 1;
      auto unit = unicode();
      if (unit < 0)
        return complain("has \\u without four hexadecimal digits");
      char32_t point = static_cast<char32_t>(unit);
      if (unit >= 0xd800 && unit <= 0xdbff) {
        int low = -1;
        if (text_.substr(at_, 2) == "\\u")
          ++at_, low = unicode();
        if (low < 0xdc00 || low > 0xdfff) {
          at_ = start;
          return complain("has half of a surrogate pair");
        }
        point = 0x10000 + ((static_cast<char32_t>(unit) - 0xd800) << 10U) +
                (static_cast<char32_t>(low) - 0xdc00);
      } else if (unit >= 0xdc00 && unit <= 0xdfff) {
        at_ = start;
        return complain("has half of a surrogate pair");
      } else if (unit == 0) {
        at_ = start;
        return complain("has the character U+0000, which cannot be stored");
      }
      if (out != nullptr)
        append_utf8(*out, point);
      return true;
    }
    const auto which = done() ? std::string_view::npos : letters.find(peek());
    if (which == std::string_view::npos)
      return complain(fmt::format("has {} after a backslash, which is no escape", here()));
    if (out != nullptr)
      out->push_back(meanings[which]);
    ++at_;
    return true;
  }

  // At the 'u'; leaves behind the digits. -1 when they are not four.
  int unicode() {
    ++at_;
    int unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const int digit = hex_digit(peek());
      if (digit < 0)
        return -1;
      unit = unit * 16 + digit;
    }
    return unit;
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  std::vector<std::string> path_;
  std::optional<complaint> found_;
};

}  // namespace

std::optional<complaint> diagnose_json(std::string_view text, std::size_t max_depth) {
  return inspector{text, max_depth}.run();
}

}  // namespace stoa
