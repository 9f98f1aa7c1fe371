#include "schema/json.hpp"

#include "schema/json_depth.hpp"
#include "schema/json_diagnose.hpp"
#include "schema/json_forgiving.hpp"
#include "schema/utf8.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_map>
#include <vector>

namespace stoa {

namespace dom = simdjson::dom;

// A position on simdjson's tape is two words in all three of its spellings; ours is told apart only
// so that json.hpp does not need simdjson.
struct json_access {
  struct place {
    const void* document;
    std::size_t at;
  };
  static_assert(sizeof(place) == sizeof(dom::element));
  static_assert(std::is_trivially_copyable_v<dom::element>);
  static_assert(sizeof(place) == sizeof(dom::object::iterator));
  static_assert(std::is_trivially_copyable_v<dom::object::iterator>);

  static dom::element element(const json_value& value) noexcept {
    return std::bit_cast<dom::element>(place{value.document_, value.at_});
  }
  static json_value value(dom::element element) noexcept {
    const auto from = std::bit_cast<place>(element);
    json_value out;
    out.document_ = from.document;
    out.at_ = from.at;
    return out;
  }

  static json_items::iterator item(dom::array::iterator from) noexcept {
    json_items::iterator out;
    out.at_ = std::bit_cast<place>(from).at;
    out.here_.document_ = std::bit_cast<place>(from).document;
    out.here_.at_ = out.at_;
    return out;
  }
  static json_items items(dom::array array) noexcept {
    json_items out;
    out.begin_ = item(array.begin());
    out.end_ = item(array.end());
    return out;
  }
  static json_members::iterator member(dom::object::iterator from) noexcept {
    json_members::iterator out;
    out.document_ = std::bit_cast<place>(from).document;
    out.at_ = std::bit_cast<place>(from).at;
    return out;
  }
  static json_members members(dom::object object) noexcept {
    json_members out;
    out.begin_ = member(object.begin());
    out.end_ = member(object.end());
    return out;
  }
  static const void* document_of(const json_value& value) noexcept { return value.document_; }
  template <class Iterator>
  static Iterator native(const void* document, std::size_t at) noexcept {
    return std::bit_cast<Iterator>(place{document, at});
  }
};

namespace {

// A parser keeps the buffers of the largest text it saw; above this size a text gets its own.
constexpr std::size_t shared_parser_bytes = 256UL * 1024;

simdjson::error_code parse_into(dom::document& document, std::string_view text) {
  if (text.size() <= shared_parser_bytes) {
    thread_local dom::parser parser;
    return parser.parse_into_document(document, text.data(), text.size()).error();
  }
  dom::parser parser;
  return parser.parse_into_document(document, text.data(), text.size()).error();
}

bool all_different(std::vector<std::string_view>& names) {
  constexpr std::size_t few = 12;
  if (names.size() <= few) {
    for (std::size_t i = 1; i < names.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (names[i] == names[j])
          return false;
    return true;
  }
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

// What simdjson lets through and we do not: depth, twins, and (only when the text has \u escapes)
// U+0000 and lone low surrogates, which it would hand on as bytes that are not UTF-8.
class review {
public:
  review(std::size_t max_depth, bool check_text, bool takes_twins = false)
      : max_depth_(max_depth), check_text_(check_text), takes_twins_(takes_twins) {}

  [[nodiscard]] bool accepts(dom::element element, std::size_t depth = 0) const {
    switch (element.type()) {
      case dom::element_type::OBJECT: {
        if (depth >= max_depth_)
          return false;
        std::vector<std::string_view> names;
        for (const auto [name, value] : dom::object(element)) {
          if (!accepts_text(name) || !accepts(value, depth + 1))
            return false;
          names.push_back(name);
        }
        return takes_twins_ || all_different(names);
      }
      case dom::element_type::ARRAY:
        if (depth >= max_depth_)
          return false;
        for (const auto value : dom::array(element))
          if (!accepts(value, depth + 1))
            return false;
        return true;
      case dom::element_type::STRING:
        return accepts_text(element.get_string().value_unsafe());
      default:
        return true;
    }
  }

private:
  [[nodiscard]] bool accepts_text(std::string_view text) const {
    return !check_text_ || (text.find('\0') == std::string_view::npos &&
                            first_bad_utf8(text) == std::string_view::npos);
  }

  std::size_t max_depth_;
  bool check_text_;
  bool takes_twins_;
};

fault refusal(std::string_view text, std::size_t max_depth, simdjson::error_code error) {
  auto why = diagnose_json(text, max_depth)
                 .value_or(complaint{"", "the text is not JSON that can be accepted"});
  auto out = fail(fault_code::invalid, why.message, simdjson::error_message(error));
  out.complaints.push_back(std::move(why));
  return out;
}

}  // namespace

namespace {

// Of members with one name the last, where it stands.
void write_last_twins(json_value from, json_writer& out) {
  if (from.is_array()) {
    out.begin_array();
    for (const auto item : from.items())
      write_last_twins(item, out);
    out.end_array();
  } else if (from.is_object()) {
    std::unordered_map<std::string_view, std::size_t> last;
    std::size_t at = 0;
    for (const auto [name, value] : from.members())
      last[name] = at++;
    out.begin_object();
    at = 0;
    for (const auto [name, value] : from.members())
      if (last[name] == at++) {
        out.key(name);
        write_last_twins(value, out);
      }
    out.end_object();
  } else {
    from.write(out);
  }
}

}  // namespace

const char* a_kind(json_kind kind) noexcept {
  switch (kind) {
    case json_kind::null:
      return "null";
    case json_kind::boolean:
      return "a boolean";
    case json_kind::integer:
    case json_kind::real:
      return "a number";
    case json_kind::string:
      return "a string";
    case json_kind::array:
      return "an array";
    case json_kind::object:
      return "an object";
  }
  return "null";
}

// -- reading ----

outcome<json> json::parse(std::string_view text, const json_limits& limits) {
  if (text.size() > limits.max_bytes)
    return fail(fault_code::too_large,
                fmt::format("the JSON text is longer than {} bytes", limits.max_bytes));
  const auto max_depth = std::min(limits.max_depth, deepest_json);
  const auto document = std::make_shared<dom::document>();
  const auto error = parse_into(*document, text);
  if (error != simdjson::SUCCESS)
    return refusal(text, max_depth, error);
  const auto root = document->root();
  const bool has_escapes = text.find("\\u") != std::string_view::npos;
  if (!review{max_depth, has_escapes}.accepts(root))
    return refusal(text, max_depth, simdjson::SUCCESS);
  json out;
  out.root_ = json_access::value(root);
  out.document_ = document;
  return out;
}

outcome<json> parse_forgiving(std::string_view text, const json_limits& limits) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  if (text.starts_with(mark))
    text.remove_prefix(mark.size());
  auto strict = json::parse(text, limits);
  if (strict || strict.error().code != fault_code::invalid)
    return strict;
  const auto max_depth = std::min(limits.max_depth, deepest_json);
  dom::document document;
  if (parse_into(document, text) != simdjson::SUCCESS)
    return strict;
  const auto root = document.root();
  if (!review{max_depth, text.find("\\u") != std::string_view::npos, true}.accepts(root))
    return strict;
  std::string last;
  json_writer out{last};
  write_last_twins(json_access::value(root), out);
  return json::parse(last, limits);
}

// -- values ----

json_kind json_value::kind() const noexcept {
  if (document_ == nullptr)
    return json_kind::null;
  switch (json_access::element(*this).type()) {
    case dom::element_type::OBJECT:
      return json_kind::object;
    case dom::element_type::ARRAY:
      return json_kind::array;
    case dom::element_type::STRING:
      return json_kind::string;
    case dom::element_type::BOOL:
      return json_kind::boolean;
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
      return json_kind::integer;
    case dom::element_type::DOUBLE:
      return json_kind::real;
    case dom::element_type::NULL_VALUE:
      return json_kind::null;
  }
  return json_kind::null;
}

std::optional<std::string_view> json_value::as_string() const noexcept {
  std::string_view out;
  if (document_ == nullptr || json_access::element(*this).get(out) != simdjson::SUCCESS)
    return std::nullopt;
  return out;
}

std::optional<bool> json_value::as_bool() const noexcept {
  bool out = false;
  if (document_ == nullptr || json_access::element(*this).get(out) != simdjson::SUCCESS)
    return std::nullopt;
  return out;
}

std::optional<std::int64_t> json_value::as_int64() const noexcept {
  std::int64_t out = 0;
  if (document_ == nullptr)
    return std::nullopt;
  if (json_access::element(*this).get(out) == simdjson::SUCCESS)
    return out;
  if (kind() != json_kind::real)
    return std::nullopt;
  const double real = *as_double();
  constexpr double exact = 9'007'199'254'740'992.0;  // 2^53: beyond it doubles skip integers
  if (std::trunc(real) != real || std::abs(real) > exact)
    return std::nullopt;
  return static_cast<std::int64_t>(real);
}

std::optional<double> json_value::as_double() const noexcept {
  double out = 0;
  if (document_ == nullptr || json_access::element(*this).get(out) != simdjson::SUCCESS)
    return std::nullopt;
  return out;
}

std::optional<json_value> json_value::find(std::string_view key) const noexcept {
  if (!is_object())
    return std::nullopt;
  for (const auto [name, value] : members())
    if (name == key)
      return value;
  return std::nullopt;
}

std::size_t json_value::size() const noexcept {
  std::size_t count = 0;  // simdjson's own count saturates at 2^24
  if (is_array())
    for ([[maybe_unused]] const auto item : items())
      ++count;
  else if (is_object())
    for ([[maybe_unused]] const auto member : members())
      ++count;
  return count;
}

// -- ranges ----

json_items json_value::items() const noexcept {
  return is_array() ? json_access::items(json_access::element(*this).get_array().value_unsafe())
                    : json_items{};
}

json_members json_value::members() const noexcept {
  return is_object() ? json_access::members(json_access::element(*this).get_object().value_unsafe())
                     : json_members{};
}

json_items::iterator& json_items::iterator::operator++() noexcept {
  auto native = json_access::native<dom::array::iterator>(json_access::document_of(here_), at_);
  return *this = json_access::item(++native);
}

json_member json_members::iterator::operator*() const noexcept {
  const auto native = json_access::native<dom::object::iterator>(document_, at_);
  return {native.key(), json_access::value(native.value())};
}

json_members::iterator& json_members::iterator::operator++() noexcept {
  auto native = json_access::native<dom::object::iterator>(document_, at_);
  return *this = json_access::member(++native);
}

// -- back to text ----

void json_value::write(json_writer& out) const {
  switch (kind()) {
    case json_kind::null:
      out.null();
      break;
    case json_kind::boolean:
      out.value(*as_bool());
      break;
    case json_kind::integer: {
      std::uint64_t large = 0;
      if (json_access::element(*this).get(large) == simdjson::SUCCESS)
        out.value(large);
      else
        out.value(*as_int64());
      break;
    }
    case json_kind::real:
      out.value(*as_double());
      break;
    case json_kind::string:
      out.value(*as_string());
      break;
    case json_kind::array:
      out.begin_array();
      for (const auto item : items())
        item.write(out);
      out.end_array();
      break;
    case json_kind::object:
      out.begin_object();
      for (const auto [name, member] : members())
        member.write(out.key(name));
      out.end_object();
      break;
  }
}

std::string json_value::text() const {
  std::string out;
  json_writer writer{out};
  write(writer);
  return out;
}

}  // namespace stoa
