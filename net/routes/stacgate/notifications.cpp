#include "net/routes/stacgate/routes.hpp"
#include "net/routes/stacgate/shapes.hpp"
#include "schema/array_literal.hpp"
#include "schema/json_writer.hpp"
#include "schema/notices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace stoa::stacgate {

namespace {

constexpr std::size_t most_at_once = 500;  // notifications in one request

bool is_type(std::string_view text) {
  const auto* type = notification_entity.find_column("type");
  const auto& words = type->limits.words;
  return std::find(words.begin(), words.end(), text) != words.end();
}

const std::string& select_notifications() {
  static const std::string text =
      "select " + sql::columns(notification_entity) + " from notifications ";
  return text;
}

reply many(int status, const rows& found) {
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found.size(); ++i)
    write_json(row_at<notification_row>(found, i), json, stacgate_dialect);
  json.end_array();
  return json_reply(status, std::move(out));
}

// -- reading ----------------------------------------------------------------------------

task<reply> list_notifications(call_ptr c) {
  const auto page = paging_of(*c);
  const auto type = parameter(*c, "type");
  if (!type.empty() && !is_type(type))
    throw refuse(fault_code::invalid, "type must be a known type of notification");
  std::optional<std::string> kind;
  if (!type.empty())
    kind = type;
  const auto only = parameter(*c, "unread");
  const bool unread = only == "true" || only == "1";
  constexpr std::string_view where =
      "where user_id = $1 and ($2::text is null or type = $2::text) and (not $3::boolean or"
      " not is_read)";
  static const sql_text text{select_notifications() + std::string{where} +
                             " order by created_at desc, seq desc limit $4::bigint"
                             " offset $5::bigint"};
  static const sql_text count{"select count(*) from notifications " + std::string{where}};
  auto found = co_await c->run(
      in_establishment(c->who.establishment.value,
                       prepared(text, c->who.user, kind, unread, page.limit, page.offset),
                       prepared(count, c->who.user, kind, unread)));
  auto answer = many(200, found[0]);
  add_totals(answer, page, found[1].integer(0, 0));
  co_return answer;
}

task<reply> unread_count(call_ptr c) {
  auto found = co_await c->run(prepared(
      "select count(*) from notifications where user_id = $1 and not is_read", c->who.user));
  std::string out;
  json_writer{out}.begin_object().member("count", found[0].integer(0, 0)).end_object();
  co_return json_reply(200, std::move(out));
}

task<reply> by_type(call_ptr c) {
  const auto type = c->path("type");
  if (!is_type(type))
    throw refuse(fault_code::invalid, "type must be a known type of notification");
  const auto limit = number_parameter(*c, "limit", 100, 1, 200);
  static const sql_text text{select_notifications() +
                             "where type = $1 and (user_id = $2 or $3::boolean)"
                             " order by created_at desc, seq desc limit $4::bigint"};
  auto found =
      co_await c->run(prepared(text, type, c->who.user, c->who.at_least(role::manager), limit));
  co_return many(200, found[0]);
}

task<reply> summary(call_ptr c) {
  auto found = co_await c->run(
      prepared("select type, count(*), count(*) filter (where not is_read) from notifications"
               " where user_id = $1 group by type order by type",
               c->who.user));
  std::int64_t total = 0;
  std::int64_t unread = 0;
  for (std::size_t i = 0; i < found[0].size(); ++i) {
    total += found[0].integer(i, 1);
    unread += found[0].integer(i, 2);
  }
  std::string out;
  json_writer json{out};
  json.begin_object().member("total", total).member("unread", unread);
  json.key("byType").begin_object();
  for (std::size_t i = 0; i < found[0].size(); ++i)
    json.member(found[0].text(i, 0), found[0].integer(i, 1));
  json.end_object().end_object();
  co_return json_reply(200, std::move(out));
}

// -- changing ---------------------------------------------------------------------------

task<reply> read_one(call_ptr c) {
  static const sql_text text{
      "update notifications set is_read = true,"
      " read_at = coalesce(read_at, now()), updated_at = now()"
      " where id = $1 and user_id = $2 returning " +
      sql::columns(notification_entity)};
  auto found = co_await c->run(prepared(text, c->path("id"), c->who.user));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Notification not found");
  std::string out;
  json_writer json{out};
  write_json(row_at<notification_row>(found[0], 0), json, stacgate_dialect);
  co_return json_reply(200, std::move(out));
}

std::string ids_of(json_value list) {
  std::vector<std::string> ids;
  for (const auto item : list.items())
    ids.emplace_back(item.as_string().value_or(""));
  if (ids.size() > most_at_once)
    throw refuse(fault_code::invalid, "too many notifications at once");
  return to_array_literal(ids);
}

task<reply> mark_many(call_ptr c) {
  const auto said = c->body();
  const bool all = said["all"].as_bool().value_or(false);
  const auto list = said["notificationIds"];
  if (!all && !list.is_array())
    throw refuse(fault_code::invalid, "notificationIds must be an array");
  auto done = co_await c->run(
      prepared("update notifications set is_read = true, read_at = now(), updated_at = now()"
               " where user_id = $1 and not is_read and ($2::boolean or id = any($3::text[]))",
               c->who.user, all, ids_of(list)));
  std::string out;
  json_writer{out}.begin_object().member("markedCount", done[0].affected()).end_object();
  co_return json_reply(200, std::move(out));
}

task<reply> forget(call_ptr c) {
  auto done = co_await c->run(prepared("delete from notifications where id = $1 and user_id = $2",
                                       c->path("id"), c->who.user));
  if (done[0].affected() == 0)
    throw refuse(fault_code::not_found, "Notification not found");
  co_return done_reply("Notification deleted");
}

// -- telling others ---------------------------------------------------------------------

std::vector<notification_row> read_drafts(json_value list) {
  if (!list.is_array() || list.size() == 0)
    throw refuse(fault_code::invalid, "notifications must be an array");
  if (list.size() > most_at_once)
    throw refuse(fault_code::invalid, "too many notifications at once");
  std::vector<notification_row> out;
  for (const auto item : list.items()) {
    out.push_back(good(read_create<notification_row>(item, stacgate_dialect)));
    out.back().id = fresh<notification_id>();
  }
  return out;
}

task<reply> bulk(call_ptr c) {
  auto drafts = read_drafts(c->body()["notifications"]);
  std::vector<std::string> users;
  std::vector<std::string> ids;
  for (const auto& each : drafts) {
    users.emplace_back(each.user.value);
    ids.emplace_back(each.id.value);
  }
  auto known = co_await c->run(
      prepared("select id, establishment_id from users where id = any($1::text[]) and is_active"
               " and establishment_id is not null",
               to_array_literal(users)));
  std::map<std::string, std::string> homes;
  for (std::size_t i = 0; i < known[0].size(); ++i)
    homes.emplace(known[0].text(i, 0), known[0].text(i, 1));
  // In the order of users, as the counters are locked: two requests never wait for each other.
  std::sort(drafts.begin(), drafts.end(),
            [](const auto& a, const auto& b) { return a.user < b.user; });
  auto wanted = in_establishment(c->who.establishment.value);
  for (const auto& each : drafts) {
    const auto home = homes.find(each.user.value);
    if (home == homes.end())
      throw refuse(fault_code::invalid, "Unknown user: " + each.user.value);
    std::optional<std::string> data;
    if (each.data)
      data = each.data->text;
    wanted.statements.push_back(prepared("select stoa_notify($1, $2, $3, $4, $5, $6, $7::jsonb)",
                                         each.user, home->second, each.id, each.type, each.title,
                                         each.message, data));
  }
  static const sql_text text{select_notifications() +
                             "where id = any($1::text[]) order by array_position($1::text[], id)"};
  wanted.statements.push_back(prepared(text, to_array_literal(ids)));
  auto done = co_await c->run(std::move(wanted));
  for (std::size_t i = 0; i < drafts.size(); ++i)
    c->home.notified(drafts[i].user, done[i].text(0, 0));
  co_return many(201, done.each.back());
}

constexpr endpoint notification_rows[] = {
    {verb::get, "/api/notifications", signed_in, list_notifications},
    {verb::get, "/api/notifications/unread-count", signed_in, unread_count},
    {verb::get, "/api/notifications/summary", signed_in, summary},
    {verb::get, "/api/notifications/by-type/{type}", signed_in, by_type},
    {verb::patch, "/api/notifications/{id}/read", signed_in, read_one},
    {verb::post, "/api/notifications/mark-read", signed_in, mark_many},
    {verb::post, "/api/notifications/bulk", managers, bulk},
    {verb::remove, "/api/notifications/{id}", signed_in, forget},
};

}  // namespace

std::span<const endpoint> notification_routes() {
  return notification_rows;
}

}  // namespace stoa::stacgate
