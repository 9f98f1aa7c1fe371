#include "net/routes/stoa/noted.hpp"

#include "net/routes/stoa/row_notes.hpp"
#include "net/routes/stoa/wishes.hpp"
#include "schema/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stoa::stoa_api {

namespace {

constexpr std::size_t most_complaints = 32;

/// One word.
struct member_word {
  std::string_view name;
  std::string_view type;
  bool required = false;
};

/// The words of both lists, one after the other; reading stops when `what` answers false.
template <class Each>
void each_member(std::string_view words, std::string_view more, Each what) {
  for (auto rest : {words, more})
    while (!rest.empty()) {
      auto word = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(word.size() + 1, rest.size()));
      const bool required = word.ends_with('!');
      if (required)
        word.remove_suffix(1);
      const auto colon = word.find(':');
      if (!what(member_word{word.substr(0, colon), word.substr(colon + 1), required}))
        return;
    }
}

bool names(std::string_view words, std::string_view more, std::string_view name) {
  bool found = false;
  each_member(words, more, [&](const member_word& each) { return !(found = each.name == name); });
  return found;
}

/// What stands behind the name of a member of the wrong type; empty for one of the right type.
std::string_view mistake_in(const member_word& what, const json_value& value) {
  if (value.is_null())
    return what.required ? "is required" : "";
  if (what.type == "string" && !value.is_string())
    return "must be text";
  if (what.type == "boolean" && !value.as_bool())
    return "must be true or false";
  if (what.type == "integer" && value.as_int64().value_or(-1) < 0)
    return "must be a number from 0";
  if (what.type == "object" && !value.is_object())
    return "must be an object";
  if (what.type == "array" && !value.is_array())
    return "must be a list";
  return {};
}

class complaint_list {
public:
  void add(std::string name, std::string_view text) {
    if (all_.size() >= most_complaints)
      return;
    auto message = fmt::format("{} {}", name, text);
    all_.push_back({std::move(name), std::move(message)});
  }
  /// Throws when there are any.
  void say() {
    if (all_.empty())
      return;
    auto why = fail(fault_code::invalid, all_.front().message);
    why.complaints = std::move(all_);
    throw fault_error{std::move(why)};
  }

private:
  std::vector<complaint> all_;
};

}  // namespace

fault_error about_member(std::string name, std::string text) {
  auto why = fail(fault_code::invalid, fmt::format("{} {}", name, text));
  why.complaints.push_back({std::move(name), why.text});
  return fault_error{std::move(why)};
}

void need_members(const json_value& said, std::string_view words, std::string_view more) {
  if (!said.is_object())
    throw fault_error{fault_code::invalid,
                      fmt::format("it must be an object, not {}", a_kind(said.kind()))};
  complaint_list wrong;
  each_member(words, more, [&](const member_word& each) {
    if (const auto why = mistake_in(each, said[each.name]); !why.empty())
      wrong.add(std::string{each.name}, why);
    return true;
  });
  for (const auto [name, value] : said.members())
    if (!names(words, more, name))
      wrong.add(excerpt(name), "is unknown here");
  wrong.say();
}

json_value noted_body(call& c) {
  const auto said = c.body();
  const auto* note = note_of(*c.here.speaks, *c.row);
  need_members(said, note ? note->takes : std::string_view{});
  return said;
}

void need_noted_query(const call& c) {
  const auto* note = note_of(*c.here.speaks, *c.row);
  const auto words = note ? note->query : std::string_view{};
  complaint_list wrong;
  for (const auto& [name, value] : c.req.parameters()) {
    if (first_bad_utf8(value) != std::string_view::npos)
      wrong.add(excerpt(name), "must be valid UTF-8");
    else if (!names(words, {}, name))
      wrong.add(excerpt(name), "is unknown here");
  }
  wrong.say();
  each_member(words, {}, [&](const member_word& each) {
    const auto text = c.req.parameter(each.name).value_or("");
    if (each.type == "boolean" && !text.empty() && text != "true" && text != "false")
      wrong.add(std::string{each.name}, "must be true or false");
    else if (each.type == "integer")
      (void)read_number(text, each.name);
    return true;
  });
  wrong.say();
}

}  // namespace stoa::stoa_api
