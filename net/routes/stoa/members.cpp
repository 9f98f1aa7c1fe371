#include "net/routes/stoa/members.hpp"

#include "schema/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stoa::stoa_api {

namespace {

constexpr std::size_t most_complaints = 32;

/// What stands behind the name of a member of the wrong type; empty for one of the right type.
std::string_view mistake_in(const noted& what, const json_value& value) {
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

}  // namespace

bool names(std::string_view words, std::string_view name) {
  bool found = false;
  each_word(words, [&](const noted& each) { found |= each.name == name; });
  return found;
}

void complaint_list::add(std::string name, std::string_view text) {
  if (all_.size() >= most_complaints)
    return;
  auto message = fmt::format("{} {}", name, text);
  all_.push_back({std::move(name), std::move(message)});
}

void complaint_list::say() {
  if (all_.empty())
    return;
  auto why = fail(fault_code::invalid, all_.front().message);
  why.complaints = std::move(all_);
  throw fault_error{std::move(why)};
}

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
  std::vector<std::string_view> known;  // every frame comes by here: the words are read once
  known.reserve(16);
  for (const auto some : {words, more})
    each_word(some, [&](const noted& each) {
      known.push_back(each.name);
      if (const auto why = mistake_in(each, said[each.name]); !why.empty())
        wrong.add(std::string{each.name}, why);
    });
  for (const auto [name, value] : said.members())
    if (std::find(known.begin(), known.end(), name) == known.end())
      wrong.add(excerpt(name), "is unknown here");
  wrong.say();
}

}  // namespace stoa::stoa_api
