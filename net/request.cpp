#include "net/request.hpp"

#include "net/header_text.hpp"
#include "schema/utf8.hpp"

#include <algorithm>

namespace stoa {

namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr int hex(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Cuts the text up to `mark` off the front of `rest`.
std::string_view cut(std::string_view& rest, char mark) noexcept {
  auto at = rest.find(mark);
  auto piece = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return piece;
}

std::string decode_loosely(std::string_view raw) {
  if (auto exact = decode_component(raw, plus_sign::blank))
    return *std::move(exact);
  return std::string{raw};
}

// Decodes a path once, leaving %2F alone. False for broken escapes, NUL, dot segments, bad UTF-8.
bool decode_path(std::string_view raw, std::string& into) {
  into.clear();
  into.reserve(raw.size());
  std::size_t segment = 0;
  auto dots = [&] {
    auto last = std::string_view{into}.substr(segment);
    return last == "." || last == "..";
  };
  for (std::size_t i = 0; i < raw.size(); ++i) {
    auto c = raw[i];
    if (c == '%') {
      if (i + 2 >= raw.size() || hex(raw[i + 1]) < 0 || hex(raw[i + 2]) < 0)
        return false;
      auto byte = static_cast<char>(hex(raw[i + 1]) * 16 + hex(raw[i + 2]));
      i += 2;
      if (byte == '\0')
        return false;
      if (byte == '/')
        into += "%2F";
      else
        into += byte;
    } else if (c == '/') {
      if (dots())
        return false;
      into += c;
      segment = into.size();
    } else {
      into += c;
    }
  }
  // What is not text would fail much later, in a JSON reader or in the database.
  return !dots() && first_bad_utf8(into) == std::string_view::npos;
}

}  // namespace

std::string_view name_of(verb method) noexcept {
  switch (method) {
    case verb::get:
      return "GET";
    case verb::head:
      return "HEAD";
    case verb::post:
      return "POST";
    case verb::put:
      return "PUT";
    case verb::patch:
      return "PATCH";
    case verb::remove:
      return "DELETE";
    case verb::options:
      return "OPTIONS";
  }
  return "GET";
}

bool same_text(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

bool has_token(std::string_view list, std::string_view token) noexcept {
  while (!list.empty())
    if (same_text(trimmed(cut(list, ',')), token))
      return true;
  return false;
}

// -- header_list --------------------------------------------------------------------

void header_list::add(std::string_view name, std::string_view value) {
  entries_.push_back({static_cast<std::uint32_t>(text_.size()),
                      static_cast<std::uint32_t>(name.size()),
                      static_cast<std::uint32_t>(value.size())});
  text_.append(name).append(value);
}

void header_list::add_default(std::string_view name, std::string_view value) {
  if (!contains(name))
    add(name, value);
}

void header_list::replace(std::string_view name, std::string_view value) {
  header_list rest;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (auto [key, old] = (*this)[i]; !same_text(key, name))
      rest.add(key, old);
  rest.add(name, value);
  *this = std::move(rest);
}

header_list::field header_list::operator[](std::size_t index) const noexcept {
  const auto& at = entries_[index];
  auto all = std::string_view{text_};
  return {all.substr(at.at, at.name), all.substr(at.at + at.name, at.value)};
}

std::string_view header_list::find(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].name == name.size() && same_text((*this)[i].name, name))
      return (*this)[i].value;
  return {};
}

std::string header_list::all(std::string_view name) const {
  std::string out;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].name == name.size() && same_text((*this)[i].name, name))
      out.append(out.empty() ? "" : ", ").append((*this)[i].value);
  return out;
}

bool header_list::contains(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].name == name.size() && same_text((*this)[i].name, name))
      return true;
  return false;
}

void header_list::clear() noexcept {
  text_.clear();
  entries_.clear();
}

// -- request ------------------------------------------------------------------------

std::vector<std::string_view> request::cookies(std::string_view name, std::size_t most) const {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    auto [key, rest] = headers[i];
    if (!same_text(key, "cookie"))
      continue;
    while (!rest.empty() && out.size() < most) {
      auto value = trimmed(cut(rest, ';'));
      if (trimmed(cut(value, '=')) != name)
        continue;
      value = trimmed(value);
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = value.substr(1, value.size() - 2);
      if (!value.empty() && std::find(out.begin(), out.end(), value) == out.end())
        out.push_back(value);
    }
  }
  return out;
}

std::optional<std::string> request::parameter(std::string_view name) const {
  for (auto rest = std::string_view{query}; !rest.empty();) {
    auto value = cut(rest, '&');
    auto key = cut(value, '=');
    if (decode_loosely(key) == name)
      return decode_loosely(value);
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> request::parameters() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (auto rest = std::string_view{query}; !rest.empty();) {
    auto value = cut(rest, '&');
    if (value.empty())
      continue;
    auto key = cut(value, '=');
    all.emplace_back(decode_loosely(key), decode_loosely(value));
  }
  return all;
}

std::optional<std::string> decode_component(std::string_view raw, plus_sign plus) {
  std::string text;
  text.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '+' && plus == plus_sign::blank) {
      text += ' ';
    } else if (raw[i] != '%') {
      text += raw[i];
    } else {
      if (i + 2 >= raw.size() || hex(raw[i + 1]) < 0 || hex(raw[i + 2]) < 0)
        return std::nullopt;
      text += static_cast<char>(hex(raw[i + 1]) * 16 + hex(raw[i + 2]));
      i += 2;
    }
  }
  return text;
}

bool read_target(std::string_view raw, request& into) {
  into.authority.clear();
  if (raw.empty())
    return false;
  for (auto c : raw)
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '#')
      return false;
  if (raw == "*") {
    into.target = into.path = "*";
    into.query.clear();
    return into.method == verb::options;
  }
  if (raw.front() != '/') {
    for (std::string_view scheme : {"http://", "https://"}) {
      if (raw.size() <= scheme.size() || !same_text(raw.substr(0, scheme.size()), scheme))
        continue;
      auto rest = raw.substr(scheme.size());
      auto end = std::min(rest.find_first_of("/?"), rest.size());
      into.authority = rest.substr(0, end);
      rest.remove_prefix(end);
      into.target = rest.empty() || rest.front() == '?' ? "/" + std::string{rest} : rest;
      break;
    }
    if (into.authority.empty())
      return false;
  } else {
    into.target = raw;
  }
  auto path = std::string_view{into.target};
  auto mark = path.find('?');
  into.query = mark == std::string_view::npos ? std::string_view{} : path.substr(mark + 1);
  return decode_path(path.substr(0, mark), into.path);
}

}  // namespace stoa
