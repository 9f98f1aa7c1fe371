#include "net/routes/emlyon-connect/shapes.hpp"

#include "schema/json_writer.hpp"
#include "schema/shapes.hpp"
#include "schema/text/precis.hpp"
#include "schema/utf8.hpp"

namespace stoa::emlyon {

// -- answers ----

reply success(int status, std::string_view message, std::string_view data) {
  std::string out;
  out.reserve(data.size() + message.size() + 48);
  json_writer json{out};
  json.begin_object().member("success", true);
  if (!message.empty())
    json.member("message", message);
  if (!data.empty())
    json.key("data").raw(data);
  json.end_object();
  return json_reply(status, std::move(out));
}

fault_error refuse(fault_code code, std::string text) {
  return fault_error{code, std::move(text)};
}

// -- things ----

std::string drawn_avatar(const user_id& of) {
  // By the id: an address must not tell a third party who somebody is.
  return "https://api.dicebear.com/7.x/avataaars/svg?seed=" + of.value;
}

std::string absolute_avatar(std::string_view base, const std::string& avatar, const user_id& of) {
  if (avatar.empty())
    return drawn_avatar(of);
  return avatar.front() == '/' ? std::string{base} + avatar : avatar;
}

namespace {

void write_person(const campus_person& who, std::string_view base, json_writer& out) {
  out.begin_object().member("id", who.id.value).member("name", who.name);
  out.member("avatarUrl", absolute_avatar(base, who.avatar, who.id));
  out.member("promotion", who.promotion).end_object();
}

constexpr std::int64_t micros_per_ms = 1000;

}  // namespace

void write_check_in(const check_in& what, std::string_view base, json_writer& out) {
  out.begin_object().member("id", what.row.id.value).key("user");
  write_person(what.who, base, out);
  out.member("locationName", what.row.location_name).member("latitude", what.row.latitude);
  out.member("longitude", what.row.longitude);
  out.member("timestamp", what.row.created_at.micros / micros_per_ms);
  out.member("statusEmoji", what.row.status_emoji).end_object();
}

void write_event(const campus_event& what, std::string_view base, json_writer& out) {
  out.begin_object().member("id", what.row.id.value).member("title", what.row.title);
  out.member("description", what.row.description.value_or(""));
  out.member("date", what.row.date.micros / micros_per_ms).key("creator");
  write_person(what.creator, base, out);
  out.key("attendees").begin_array();
  for (const auto& each : what.attendees)
    write_person(each, base, out);
  out.end_array().end_object();
}

void write_check_ins(const check_in_list& all, std::string_view base, json_writer& out) {
  out.begin_array();
  for (const auto& each : all)
    write_check_in(*each, base, out);
  out.end_array();
}

void write_events(const event_list& all, std::string_view base, json_writer& out) {
  out.begin_array();
  for (const auto& each : all)
    write_event(each, base, out);
  out.end_array();
}

member member_at(const rows& from, std::size_t row) {
  return {user_id{from.text(row, 0)}, from.text(row, 1),   from.text(row, 2),  from.text(row, 3),
          from.text(row, 4),          from.moment(row, 5), from.moment(row, 6)};
}

void write_member(const member& who, std::string_view base, shown how, json_writer& out) {
  out.begin_object().member("id", who.id.value);
  if (how != shown::to_others)
    out.member("email", who.email);
  out.member("name", who.name).member("promotion", who.promotion);
  out.member("avatarUrl", absolute_avatar(base, who.avatar, who.id));
  out.member("createdAt", who.created_at);
  if (how == shown::with_update)
    out.member("updatedAt", who.updated_at);
  out.end_object();
}

std::string first_name_of(std::string_view name) {
  return std::string{name.substr(0, name.find(' '))};
}

std::optional<std::string> last_name_of(std::string_view name) {
  const auto blank = name.find(' ');
  if (blank == std::string_view::npos)
    return std::nullopt;
  return std::string{name.substr(blank + 1)};
}

// -- what clients send ----

namespace {

std::string_view trimmed(std::string_view x) {
  constexpr std::string_view blanks = " \t\r\n\f\v";
  const auto first = x.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{}
                                         : x.substr(first, x.find_last_not_of(blanks) - first + 1);
}

/// Milliseconds since 1970 from an ISO text, a number or the text of a number; four-digit years.
std::optional<std::int64_t> milliseconds_of(json_value value) {
  constexpr std::int64_t first = -62'135'596'800'000;
  constexpr std::int64_t last = 253'402'300'799'999;
  auto out = value.as_int64();
  if (const auto text = value.as_string()) {
    const auto at = parse_iso(*text);
    if (at)
      out = at->micros / micros_per_ms;
    else if (const auto number = json::parse(*text))
      out = (*number)->as_int64();
  }
  return out && *out >= first && *out <= last ? out : std::nullopt;
}

/// Writes one member, or says what is wrong with it.
const char* take_text(const wish& what, std::string_view given, json_writer& out) {
  const auto text = trimmed(given);
  if (text.empty())
    return what.missing;
  if (count_code_points(text) > what.most ||
      (!what.markup && text.find_first_of("<>") != std::string_view::npos))
    return what.wrong;
  out.member(what.name, text);
  return nullptr;
}

// Upper and lower case are one mailbox, and so is what looks the same. One that is only looked for
// may be from before, and stays as it was typed.
const char* take_email(const wish& what, std::string_view given, json_writer& out) {
  std::string text{trimmed(given)};
  auto kept = precis::mail_address(text);
  if (!shapes::is_email(kept ? *kept : text) || (!kept && !what.looked_for))
    return what.missing;
  if (!what.looked_for)
    text = std::move(*kept);
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  out.member(what.name, text);
  return nullptr;
}

const char* take_address(const wish& what, std::string_view given, json_writer& out) {
  const auto text = trimmed(given);
  if (!shapes::is_web_address(text) || text.front() == '/' || text.size() > what.most ||
      text.find_first_of("<>\"'`\\") != std::string_view::npos)
    return what.wrong;
  out.member(what.name, text);
  return nullptr;
}

const char* take_string(const wish& what, std::string_view given, json_writer& out) {
  switch (what.type) {
    case wish::kind::email:
      return take_email(what, given, out);
    case wish::kind::address:
      return take_address(what, given, out);
    case wish::kind::secret:
      if (static_cast<double>(given.size()) < what.low)
        return what.missing;
      if (given.size() > what.most)
        return what.wrong;
      out.member(what.name, given);
      return nullptr;
    default:
      return take_text(what, given, out);
  }
}

const char* take(const wish& what, json_value value, json_writer& out) {
  switch (what.type) {
    case wish::kind::text:
    case wish::kind::email:
    case wish::kind::secret:
    case wish::kind::address:
      if (const auto text = value.as_string())
        return take_string(what, *text, out);
      return what.missing;
    case wish::kind::number: {
      const auto number = value.as_double();
      if (!number || *number < what.low || *number > what.high)
        return what.missing;
      out.member(what.name, *number);
      return nullptr;
    }
    case wish::kind::moment: {
      const auto ms = milliseconds_of(value);
      if (!ms)
        return what.missing;
      out.member(what.name, *ms);
      return nullptr;
    }
  }
  return what.missing;
}

}  // namespace

json tidied(call& c, std::span<const wish> wishes, how_much wanted) {
  const auto said = c.body();
  std::string out;
  std::string complaints;
  json_writer json{out};
  json.begin_object();
  for (const auto& each : wishes) {
    const auto value = said.find(each.name);
    const char* why = nullptr;
    if (value && value->is_null() && each.nullable)
      json.key(each.name).null();
    else if (!value || value->is_null() || value->as_string() == "")
      why = wanted == how_much::all && each.required ? each.missing : nullptr;
    else
      why = take(each, *value, json);
    if (why)
      complaints.append(complaints.empty() ? "" : ", ").append(why);
  }
  json.end_object();
  if (!complaints.empty())
    throw refuse(fault_code::invalid, std::move(complaints));
  auto tidy = json::parse(out);
  if (!tidy)
    throw fault_error(tidy.error());
  return std::move(*tidy);
}

}  // namespace stoa::emlyon
