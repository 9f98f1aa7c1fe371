#include "actors/groups/event_rows.hpp"
#include "net/routes/once.hpp"
#include "net/routes/stoa/members.hpp"
#include "net/routes/stoa/noted.hpp"
#include "net/routes/stoa/routes.hpp"
#include "net/routes/stoa/views.hpp"
#include "net/routes/stoa/wishes.hpp"
#include "schema/json_writer.hpp"

#include <algorithm>

namespace stoa::stoa_api {

namespace {

room_actor room_of(const call_ptr& c) {
  return c->home.room(room_id{c->path("room")});
}

/// The key in the body, else the header that HTTP clients know.
std::string key_of(const call_ptr& c, const json_value& said) {
  auto key = key_in(said);
  return key.empty() ? idempotency_key(c->req) : key;
}

reply ack_reply(int status, const std::string& key, const posted& what) {
  std::string out;
  write_ack(key, what, out);
  return json_reply(status, std::move(out));
}

// -- messages -------------------------------------------------------------------------

std::uint32_t limit_of(const request& from, std::uint64_t usual, std::uint64_t most) {
  const auto limit = parameter_number(from, "limit").value_or(usual);
  if (limit == 0)
    throw about_member("limit", "must be at least 1");
  return static_cast<std::uint32_t>(std::min(limit, most));
}

read_history page_of(const request& from) {
  read_history out{parameter_number(from, "before"), parameter_number(from, "after"),
                   limit_of(from, 50, 200)};
  if (out.before && out.after)
    throw about_member("before", "must not stand beside after: a page ends or begins somewhere");
  return out;
}

/// A page of a room; of a thread with how many replies it has.
reply page_reply(const call& c, const history_page& found,
                 std::optional<std::int64_t> replies = std::nullopt) {
  std::string out;
  json_writer json{out};
  json.begin_object().member("stream", "room:" + c.path("room")).member("last", found.last);
  if (replies)
    json.member("replies", *replies);
  json.key("events").begin_array();
  for (const auto& each : found.events) {
    std::string event;
    write_event(*each, event);
    json.raw(event);
  }
  json.end_array().end_object();
  return json_reply(200, std::move(out));
}

// Each message of a thread as it reads now: its later changes are events of the room, which are not
// among these.
sql_text thread_events(std::string_view which) {
  return sql_text{
      "select e.seq, e.kind, e.author_id, u.first_name, u.last_name, u.email,"
      " u.profile_image_url, e.client_key, e.subject,"
      " case when m.is_deleted then jsonb_build_object('id', m.id, 'deleted', true)"
      "      when m.edited_at is not null then e.data || jsonb_build_object('text', m.content,"
      "        'editedAt', to_char(m.edited_at at time zone 'UTC',"
      "                            'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'))"
      "      else e.data end, e.created_at"
      " from (select seq, id, content, edited_at, is_deleted from messages"
      "       where room_id = $1 and thread_id = $2 union all"
      "       select seq, id, content, edited_at, is_deleted from messages"
      "       where room_id = $1 and id = $2) m"
      " join stream_events e on e.stream = 'room:' || $1 and e.seq = m.seq"
      " left join users u on u.id = e.author_id " +
      std::string{which}};
}

task<reply> list_thread(call_ptr c, std::string thread) {
  auto room = room_of(c);
  const auto page = page_of(c->req);
  find_member question{c->who.user};
  auto now = co_await c->asked(room, question);
  static const sql_text later = thread_events("where m.seq > $3 order by m.seq limit $4::int");
  static const sql_text earlier =
      thread_events("where m.seq < $3 order by m.seq desc limit $4::int");
  const auto from = page.after ? *page.after : page.before.value_or(now.last_seq + 1);
  const auto& where = c->path("room");
  auto look =
      in_establishment(c->who.establishment.value,
                       prepared("select (select count(*) from messages r where r.thread_id = m.id"
                                " and r.room_id = m.room_id and not r.is_deleted)"
                                " from messages m where m.id = $2 and m.room_id = $1",
                                where, thread),
                       prepared(page.after ? later : earlier, where, thread, from, page.limit));
  auto found = co_await c->run(std::move(look));
  if (found[0].empty())
    throw fault_error(fault_code::not_found, "thread names no message of this room");
  history_page out;
  out.last = now.last_seq;
  for (std::size_t i = 0; i < found[1].size(); ++i)
    out.events.push_back(read_stream_event("room:" + where, found[1], i));
  if (!page.after)
    std::reverse(out.events.begin(), out.events.end());
  co_return page_reply(*c, out, found[0].integer(0, 0));
}

task<reply> list_messages(call_ptr c) {
  need_noted_query(*c);
  auto thread = c->req.parameter("thread").value_or("");
  if (!thread.empty())
    co_return co_await list_thread(c, std::move(thread));
  auto room = room_of(c);
  const auto page = page_of(c->req);
  auto found = co_await c->asked(room, page);
  co_return page_reply(*c, found);
}

task<reply> post(call_ptr c) {
  const auto said = noted_body(*c);
  auto room = room_of(c);
  auto what = read_post(said, "type");
  const auto key = key_of(c, said);
  what.key = key;
  auto done = co_await c->asked(room, std::move(what));
  co_return ack_reply(201, key, done);
}

task<reply> change(call_ptr c) {
  const auto said = noted_body(*c);
  auto room = room_of(c);
  const auto key = key_of(c, said);
  edit_message what{message_id{c->path("message")}, text_of(said, "text"), key};
  auto done = co_await c->asked(room, std::move(what));
  co_return ack_reply(200, key, done);
}

task<reply> remove_one(call_ptr c) {
  auto room = room_of(c);
  const auto key = key_of(c, noted_body(*c));
  delete_message what{message_id{c->path("message")}, key};
  auto done = co_await c->asked(room, std::move(what));
  co_return ack_reply(200, key, done);
}

// -- searching ------------------------------------------------------------------------

task<reply> search_in(call_ptr c, std::optional<std::string> room) {
  need_noted_query(*c);
  const auto typed = c->req.parameter("q").value_or("");
  if (typed.size() > 500 || typed.find('\0') != std::string::npos)
    throw fault_error(fault_code::invalid, "q has at most 500 bytes of text");
  if (typed.find_first_not_of(" \t\r\n") == std::string::npos)
    throw fault_error(fault_code::invalid, "q is what to look for");
  const auto limit = limit_of(c->req, 20, 100);
  // A whole room was allowed by its owner; without one, only rooms that the caller is in.
  auto look = prepared(
      "select m.room_id, r.name, m.seq, m.id, m.type, m.content, m.created_at, m.edited_at,"
      " m.author_id, coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''),"
      " u.email) from stoa_find_messages($1, $2, $3, $4::int) f"
      " join messages m on m.room_id = f.room_id and m.seq = f.seq"
      " join rooms r on r.id = m.room_id join users u on u.id = m.author_id"
      " order by f.rank desc, m.created_at desc",
      typed, room, c->who.user, limit);
  auto found = co_await c->run(std::move(look));
  const auto& hits = found[0];
  std::string out;
  json_writer json{out};
  json.begin_object().key("messages").begin_array();
  for (std::size_t i = 0; i < hits.size(); ++i) {
    json.begin_object().member("stream", "room:" + hits.text(i, 0));
    json.member("room", hits.text(i, 1)).member("seq", hits.integer(i, 2));
    json.member("id", hits.text(i, 3)).member("type", hits.text(i, 4));
    json.member("text", hits.text(i, 5)).member("at", hits.moment(i, 6)).key("editedAt");
    if (hits.cell(i, 7))
      json.value(hits.moment(i, 7));
    else
      json.null();
    json.key("by").begin_object().member("id", hits.text(i, 8)).member("name", hits.text(i, 9));
    json.end_object().end_object();
  }
  json.end_array().end_object();
  co_return json_reply(200, std::move(out));
}

task<reply> search_room(call_ptr c) {
  auto room = room_of(c);
  list_members question;
  co_await c->asked(room, question);
  std::optional<std::string> which{c->path("room")};
  co_return co_await search_in(c, std::move(which));
}

task<reply> search_everywhere(call_ptr c) {
  std::optional<std::string> nowhere;
  co_return co_await search_in(c, std::move(nowhere));
}

constexpr rate searches{60, std::chrono::seconds{60}};

constexpr endpoint message_rows[] = {
    {verb::get, "/api/v1/rooms/{room}/messages", signed_in, list_messages},
    {verb::post, "/api/v1/rooms/{room}/messages", signed_in, post},
    {verb::patch, "/api/v1/rooms/{room}/messages/{message}", signed_in, change},
    {verb::remove, "/api/v1/rooms/{room}/messages/{message}", signed_in, remove_one},
    {verb::get, "/api/v1/rooms/{room}/search", signed_in, search_room, searches},
    {verb::get, "/api/v1/search/messages", signed_in, search_everywhere, searches},
};

}  // namespace

std::span<const endpoint> message_routes() {
  return message_rows;
}

}  // namespace stoa::stoa_api
