#include "actors/groups/group_rows.hpp"
#include "net/routes/once.hpp"
#include "net/routes/stacgate/group_asked.hpp"
#include "net/routes/stacgate/group_shapes.hpp"
#include "net/routes/stacgate/routes.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stoa::stacgate {

namespace {

constexpr std::string_view switches[] = {"allowFileSharing", "allowScreenShare", "allowWhiteboard",
                                         "allowPolls", "moderatorOnly"};

constexpr grant group_fields[] = {
    {"name", "name"},
    {"description", "description"},
    {"maxMembers", "maxMembers"},
    {"isPublic", "isPublic"},
    {"tags", "tags"},
    {"courseId", "courseId"},
    {"scheduledDate", "scheduledDate"},
    {"endDate", "endDate"},
    {"meetingUrl", "meetingUrl"},
};

// -- shapes -----------------------------------------------------------------------------

reply one_group(int status, const group_view& now, const scope& who) {
  place_in_group mine;
  if (const auto* me = now.member(who.user))
    mine = me->role;
  std::string out;
  json_writer json{out};
  json.begin_object();
  write_group_members(now.row, static_cast<std::int64_t>(now.members.size()), mine, json);
  const auto emails = mine || who.at_least(role::manager) ? with_email::yes : with_email::no;
  json.key("members").begin_array();
  for (const auto& each : now.members)
    write_member(now.row.id, each, emails, json);
  json.end_array().end_object();
  return json_reply(status, std::move(out));
}

reply one_member(int status, const group_view& now, const user_id& who) {
  const auto* found = now.member(who);
  if (!found)
    throw refuse(fault_code::not_found, "Member not found");
  std::string out;
  json_writer json{out};
  write_member(now.row.id, *found, with_email::yes, json);
  return json_reply(status, std::move(out));
}

/// Asks the group's owner.
template <class Message>
task<group_view> ask_group(call_ptr c, Message what) {
  return group_asked<group_view>(c, c->home.group(group_id{c->path("id")}), std::move(what));
}

// -- lists ------------------------------------------------------------------------------

task<reply> list_groups_of(call_ptr c, std::string establishment) {
  if (!establishment.empty())
    need_own_establishment(c->who, establishment);
  const auto page = paging_of(*c);
  statement wanted;
  wanted.params.push_back(c->who.user.value);
  const std::string mine =
      "(select m.role from room_members m where m.room_id = g.id and m.user_id = $1)";
  std::string where = "true";
  if (!c->who.at_least(role::manager))
    where += " and (g.is_public or " + mine + " is not null)";
  const auto also = [&](std::string_view condition, std::string value) {
    wanted.params.push_back(std::move(value));
    where += " and ";
    where += fmt::format(fmt::runtime(condition), fmt::arg("p", wanted.params.size()));
  };
  if (!establishment.empty())
    also("g.establishment_id = ${p}", std::move(establishment));
  if (const auto words = parameter(*c, "search"); !words.empty())
    also(
        "stoa_plain(normalize(concat_ws(' ', g.name, g.description)))"
        " like stoa_plain(normalize(${p}))",
        anywhere(words));
  if (const auto status = parameter(*c, "status"); !status.empty())
    also("g.status = ${p}", status);
  if (const auto course = parameter(*c, "courseId"); !course.empty())
    also("g.course_id = ${p}", course);
  if (const auto own = parameter(*c, "mine"); own == "true" || own == "1")
    where += " and " + mine + " is not null";
  // Both statements name $1, so that its type is known in each.
  const auto rest = " from study_groups g where $1::text is not null and " + where;
  auto count = wanted;
  count.sql = sql_text{"select count(*)" + rest};
  wanted.params.push_back(std::to_string(page.limit));
  wanted.params.push_back(std::to_string(page.offset));
  wanted.sql = sql_text{fmt::format(
      "select {}, (select count(*) from room_members m where m.room_id = g.id), {}{}"
      " order by g.created_at desc, g.id limit ${}::bigint offset ${}::bigint",
      columns_of(group_entity, "g"), mine, rest, wanted.params.size() - 1, wanted.params.size())};
  auto found = co_await c->run(
      in_establishment(c->who.establishment.value, std::move(wanted), std::move(count)));
  const auto extra = group_entity.fields.size();
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[0].size(); ++i) {
    place_in_group place;
    if (const auto text = found[0].cell(i, extra + 1))
      place = std::string{*text};
    json.begin_object();
    write_group_members(row_at<group_row>(found[0], i), found[0].integer(i, extra), place, json);
    json.end_object();
  }
  json.end_array();
  auto answer = json_reply(200, std::move(out));
  add_totals(answer, page, found[1].integer(0, 0));
  co_return answer;
}

task<reply> list_groups(call_ptr c) {
  auto home = parameter(*c, "establishmentId");
  co_return co_await list_groups_of(c, std::move(home));
}

task<reply> list_groups_at(call_ptr c) {
  auto home = c->path("establishmentId");
  co_return co_await list_groups_of(c, std::move(home));
}

// -- making and changing ----------------------------------------------------------------

// The five switches a group has; what is not said stays, and nothing else is taken in.
json_text merged_settings(const json_text& old, json_value said) {
  if (!said.is_object())
    throw refuse_member("settings", "must be an object");
  const auto before = good(json::parse(old.text));
  json_text out;
  out.text.clear();
  json_writer json{out.text};
  json.begin_object();
  for (const auto name : switches) {
    const auto value = said.find(name);
    if (value && !value->as_bool())
      throw refuse_member("settings." + std::string{name}, "must be true or false");
    const auto usual = name != "moderatorOnly";
    json.member(name, value ? *value->as_bool() : before.root()[name].as_bool().value_or(usual));
  }
  json.end_object();
  return out;
}

// A course that a group is about is one of its establishment; one of another is none.
task<void> check_course(call_ptr c, std::string establishment, std::optional<std::string> course) {
  if (!course)
    co_return;
  auto found = co_await c->run(in_establishment(
      establishment, prepared("select 1 from courses where id = $1 and establishment_id = $2",
                              *course, establishment)));
  if (found[0].empty())
    throw refuse(fault_code::invalid, "courseId must be a course of the establishment");
}

task<reply> show_first(call_ptr c, group_id id) {
  auto owner = c->home.group(id);
  show_group question;
  auto now = co_await ask(c->self, owner, c->who, question);
  co_return one_group(201, now, c->who);
}

task<reply> create_group(call_ptr c) {
  const auto said = c->body();
  const auto key = idempotency_key(c->req);
  auto before = co_await founded_before(c, "group", key);
  if (before) {
    group_id first{std::move(*before)};
    co_return co_await show_first(c, std::move(first));
  }
  const auto body = granted(said, group_fields, unsaid::null);
  auto draft = good(read_create<group_row>(body.root(), stacgate_dialect));
  if (const auto settings = said.find("settings"); settings && !settings->is_null())
    draft.settings = merged_settings(draft.settings, *settings);
  draft.id = fresh<group_id>();
  draft.created_by = c->who.user;
  draft.establishment = c->who.establishment;
  if (c->who.establishment.value == platform_scope)
    draft.establishment = establishment_id{text_member(said, "establishmentId").value_or("")};
  if (draft.establishment.empty())
    throw refuse_member("establishmentId", "is required");
  co_await check_course(c, draft.establishment.value, draft.course);
  founding what{"group", draft.id.value, found_group(c->who, draft)};
  auto made = co_await caught(found_once(c, std::move(what), key));
  if (!made && violates(made.error(), "rooms_establishment_id_fkey"))
    throw refuse(fault_code::invalid, "Établissement inconnu");
  if (!made)
    throw fault_error(std::move(made.error()));
  group_id id{std::move(*made)};
  co_return co_await show_first(c, std::move(id));
}

task<reply> show_one_group(call_ptr c) {
  show_group question;
  auto now = co_await ask_group(c, question);
  co_return one_group(200, now, c->who);
}

task<reply> members(call_ptr c) {
  show_group question;
  auto now = co_await ask_group(c, question);
  const bool inside = now.member(c->who.user) || c->who.at_least(role::manager);
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (const auto& each : now.members)
    write_member(now.row.id, each, inside ? with_email::yes : with_email::no, json);
  json.end_array();
  co_return json_reply(200, std::move(out));
}

task<reply> change_one_group(call_ptr c) {
  const auto said = c->body();
  constexpr auto names = [] {
    std::array<grant, std::size(group_fields) + 1> out{};
    std::copy(std::begin(group_fields), std::end(group_fields), out.begin());
    out.back() = {"status", "status"};
    return out;
  }();
  const auto body = granted(said, names);
  change_group what;
  what.change = good(read_change<group_row>(body.root(), stacgate_dialect));
  if (what.change.values.course) {
    show_group question;
    auto now = co_await ask_group(c, question);
    co_await check_course(c, now.row.establishment.value, what.change.values.course);
  }
  if (const auto settings = said.find("settings"); settings && !settings->is_null()) {
    show_group question;
    auto now = co_await ask_group(c, question);
    what.change.values.settings = merged_settings(now.row.settings, *settings);
    what.change.which |= fields_of<&group_row::settings>();
  }
  auto now = co_await ask_group(c, std::move(what));
  co_return one_group(200, now, c->who);
}

task<reply> archive(call_ptr c) {
  archive_group wish;
  co_await ask_group(c, wish);
  co_return done_reply("Study group archived");
}

// -- joining and leaving ----------------------------------------------------------------

task<reply> leave_one_group(call_ptr c) {
  leave_group wish;
  co_await ask_group(c, std::move(wish));
  co_return done_reply("Left the study group");
}

task<reply> join(call_ptr c) {
  const auto action = text_member(c->body(), "action").value_or("join");
  if (action == "leave")
    co_return co_await leave_one_group(c);
  if (action != "join")
    throw refuse_member("action", "must be join or leave");
  join_group wish;
  auto now = co_await ask_group(c, std::move(wish));
  co_return one_member(201, now, c->who.user);
}

task<reply> appoint(call_ptr c) {
  appoint_in_group wish;
  wish.who = user_id{c->path("userId")};
  wish.role = text_member(c->body(), "role").value_or("");
  auto now = co_await ask_group(c, wish);
  co_return one_member(200, now, wish.who);
}

task<reply> dismiss(call_ptr c) {
  leave_group wish;
  wish.who = user_id{c->path("userId")};
  co_await ask_group(c, std::move(wish));
  co_return done_reply("Member removed");
}

constexpr endpoint group_rows[] = {
    {verb::get, "/api/study-groups", signed_in, list_groups},
    {verb::post, "/api/study-groups", signed_in, create_group},
    {verb::get, "/api/study-groups/establishment/{establishmentId}", signed_in, list_groups_at},
    {verb::get, "/api/study-groups/{id}", signed_in, show_one_group},
    {verb::put, "/api/study-groups/{id}", signed_in, change_one_group},
    {verb::remove, "/api/study-groups/{id}", signed_in, archive},
    {verb::post, "/api/study-groups/{id}/join", signed_in, join},
    {verb::remove, "/api/study-groups/{id}/join", signed_in, leave_one_group},
    {verb::get, "/api/study-groups/{id}/members", signed_in, members},
    {verb::patch, "/api/study-groups/{id}/members/{userId}", signed_in, appoint},
    {verb::remove, "/api/study-groups/{id}/members/{userId}", signed_in, dismiss},
};

}  // namespace

std::span<const endpoint> group_routes() {
  return group_rows;
}

}  // namespace stoa::stacgate
