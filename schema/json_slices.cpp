#include "schema/json_slices.hpp"

#include "schema/json.hpp"
#include "schema/json_depth.hpp"

#include <algorithm>
#include <utility>

namespace stoa {

namespace {

constexpr std::string_view blanks = " \t\r\n";

}  // namespace

json_slices::json_slices(std::string_view text) : text_(text) {
  skip_blanks();
  if (at_ == text_.size() || (text_[at_] != '{' && text_[at_] != '['))
    return;
  end_ = text_[at_++] == '{' ? '}' : ']';
}

fault json_slices::lost(const char* wanted) const {
  return fail(fault_code::invalid, std::string{"expected "} + wanted);
}

void json_slices::skip_blanks() noexcept {
  at_ = std::min(text_.find_first_not_of(blanks, at_), text_.size());
}

// From a quote to behind its partner.
bool json_slices::skip_string() noexcept {
  for (++at_; at_ < text_.size(); at_ += text_[at_] == '\\' ? 2 : 1) {
    at_ = text_.find_first_of("\"\\", at_);
    if (at_ == std::string_view::npos)
      break;
    if (text_[at_] == '"') {
      ++at_;
      return true;
    }
  }
  at_ = text_.size();
  return false;
}

// From a bracket to behind its partner; what is between is not our affair.
bool json_slices::skip_nested() noexcept {
  std::string closing;
  while (at_ < text_.size()) {
    const char here = text_[at_];
    if (here == '"') {
      if (!skip_string())
        return false;
      continue;
    }
    if (here == '{' || here == '[') {
      if (closing.size() == deepest_json)
        return false;
      closing += here == '{' ? '}' : ']';
    } else if (here == '}' || here == ']') {
      if (closing.back() != here)
        return false;
      closing.pop_back();
      if (closing.empty()) {
        ++at_;
        return true;
      }
    }
    at_ = std::min(text_.find_first_of("\"{}[]", at_ + 1), text_.size());
  }
  return false;
}

bool json_slices::skip_value() noexcept {
  if (at_ == text_.size())
    return false;
  if (text_[at_] == '"')
    return skip_string();
  if (text_[at_] == '{' || text_[at_] == '[')
    return skip_nested();
  const auto begin = at_;
  at_ = std::min(text_.find_first_of(",]}:\"{[ \t\r\n", at_), text_.size());
  return at_ > begin;
}

outcome<std::string> json_slices::name() {
  const auto begin = at_;
  if (at_ == text_.size() || text_[at_] != '"' || !skip_string())
    return lost("a name in quotes");
  const auto quoted = text_.substr(begin, at_ - begin);
  auto read = json::parse(quoted);
  if (!read)
    return lost("a name in quotes");
  skip_blanks();
  if (at_ == text_.size() || text_[at_] != ':')
    return lost("a colon");
  ++at_;
  skip_blanks();
  return std::string{*read->root().as_string()};
}

outcome<std::optional<json_slice>> json_slices::next() {
  if (over_)
    return std::optional<json_slice>{};
  if (end_ == '\0')
    return lost("an object or an array");
  skip_blanks();
  const bool ends = at_ < text_.size() && text_[at_] == end_;
  if (ends) {
    ++at_;
    skip_blanks();
    if (at_ != text_.size())
      return lost("the end of the text");
    over_ = true;
    return std::optional<json_slice>{};
  }
  if (!std::exchange(first_, false)) {
    if (at_ == text_.size() || text_[at_] != ',')
      return lost("a comma or the end");
    ++at_;
    skip_blanks();
  }
  json_slice out;
  if (is_object()) {
    auto read = name();
    if (!read)
      return std::move(read).error();
    out.name = std::move(*read);
  }
  const auto begin = at_;
  if (!skip_value())
    return lost("a value");
  out.text = text_.substr(begin, at_ - begin);
  return std::optional<json_slice>{std::move(out)};
}

}  // namespace stoa
