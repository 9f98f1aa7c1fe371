#include "net/routes/stacgate/shapes.hpp"

#include "net/routes/stacgate/routes.hpp"
#include "schema/codec.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>

#include <charconv>

namespace stoa::stacgate {

// -- rows out of the database ----

person person_at(const rows& from, std::size_t row, std::size_t first) {
  person out;
  out.id = user_id{from.text(row, first)};
  out.first_name = from.text(row, first + 1);
  out.last_name = from.text(row, first + 2);
  out.email = from.text(row, first + 3);
  if (const auto url = from.cell(row, first + 4))
    out.avatar = std::string{*url};
  return out;
}

// -- JSON ----

void write_user_members(user_row& who, json_writer& out) {
  // The user list of the client sorts and searches these.
  if (!who.first_name)
    who.first_name.emplace();
  if (!who.last_name)
    who.last_name.emplace();
  write_members(who, out, stacgate_dialect);
  out.member("avatar", who.profile_image_url).key("permissions").null();
}

void write_user(user_row who, json_writer& out) {
  out.begin_object();
  write_user_members(who, out);
  out.end_object();
}

void write_person(const person& who, json_writer& out, with_email how) {
  out.begin_object().member("id", who.id.value).member("firstName", who.first_name);
  out.member("lastName", who.last_name);
  if (how == with_email::yes)
    out.member("email", who.email);
  out.member("profileImageUrl", who.avatar).end_object();
}

reply done_reply(std::string_view text) {
  std::string out;
  json_writer{out}.begin_object().member("message", text).member("success", true).end_object();
  return json_reply(200, std::move(out));
}

reply redirect(std::string_view where) {
  reply out{302};
  out.headers.add("Location", where);
  return out;
}

// -- what clients send ----

json granted(json_value from, std::span<const grant> names, unsaid which) {
  const auto left_out = [which](const json_value& value) {
    return (which >= unsaid::null && value.is_null()) ||
           (which == unsaid::empty && value.as_string() == "");
  };
  std::string text;
  json_writer out{text};
  std::vector<std::string_view> taken;
  out.begin_object();
  for (const auto& each : names) {
    const auto value = from.find(each.name);
    if (!value || left_out(*value) || std::find(taken.begin(), taken.end(), each.as) != taken.end())
      continue;
    taken.push_back(each.as);
    out.key(each.as);
    value->write(out);
  }
  out.end_object();
  return good(json::parse(text));
}

void need_object(json_value said, std::string_view name) {
  const auto value = said.find(name);
  if (value && !value->is_null() && !value->is_object())
    throw refuse_member(name, codecs::wrong_kind("an object", *value).what);
}

std::optional<std::string> text_member(json_value said, std::string_view name) {
  const auto value = said[name];
  if (value.is_null())
    return std::nullopt;
  if (!value.is_string())
    throw refuse_member(name, codecs::wrong_kind("a string", value).what);
  return std::string{*value.as_string()};
}

std::optional<bool> flag_member(json_value said, std::string_view name) {
  const auto value = said[name];
  if (!value.is_null() && !value.as_bool())
    throw refuse_member(name, codecs::wrong_kind("true or false", value).what);
  return value.as_bool();
}

fault_error refuse_member(std::string_view name, std::string_view what) {
  auto why = fail(fault_code::invalid, fmt::format("{} {}", name, what));
  why.complaints.push_back({std::string{name}, why.text});
  return fault_error{std::move(why)};
}

std::string parameter(const call& c, std::string_view name) {
  return c.req.parameter(name).value_or("");
}

std::int64_t number_parameter(const call& c, std::string_view name, std::int64_t usual,
                              std::int64_t low, std::int64_t high) {
  const auto text = parameter(c, name);
  if (text.empty())
    return usual;
  std::int64_t out = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  if (read.ec != std::errc{} || read.ptr != end || out < low || out > high)
    throw refuse(fault_code::invalid, std::string{name} + " must be between " +
                                          std::to_string(low) + " and " + std::to_string(high));
  return out;
}

paging paging_of(const call& c) {
  paging out;
  out.asked = c.req.parameter("page").has_value() || c.req.parameter("limit").has_value();
  if (!out.asked)
    return out;
  out.limit = number_parameter(c, "limit", 50, 1, 200);
  out.offset = (number_parameter(c, "page", 1, 1, 1'000'000) - 1) * out.limit;
  return out;
}

void add_totals(reply& to, const paging& page, std::int64_t total) {
  if (!page.asked)
    return;
  to.headers.add("X-Total-Count", std::to_string(total));
  to.headers.add("X-Total-Pages", std::to_string((total + page.limit - 1) / page.limit));
}

std::string anywhere(std::string_view words) {
  std::string out = "%";
  for (const char c : words) {
    if (c == '%' || c == '_' || c == '\\')
      out += '\\';
    out += c;
  }
  out += '%';
  return out;
}

void need_own_establishment(const scope& who, std::string_view establishment) {
  if (!who.at_least(role::super_admin) && who.establishment.value != establishment)
    throw refuse(fault_code::forbidden, "Accès non autorisé à cet établissement");
}

}  // namespace stoa::stacgate
