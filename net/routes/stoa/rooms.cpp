#include "actors/groups/commands.hpp"
#include "actors/groups/room_rows.hpp"
#include "net/owners.hpp"
#include "net/routes/once.hpp"
#include "net/routes/stoa/noted.hpp"
#include "net/routes/stoa/routes.hpp"
#include "net/routes/stoa/wishes.hpp"
#include "schema/json_writer.hpp"

#include <algorithm>

namespace stoa::stoa_api {

namespace {

constexpr std::size_t longest_name = 200;    // characters
constexpr std::size_t longest_topic = 1000;  // characters
constexpr std::size_t most_members = 1000;

// -- shapes ---------------------------------------------------------------------------

/// A direct room is called after whoever else is in it.
std::string title_of(const room_state_view& room, const user_id& reader) {
  if (room.kind != "direct")
    return room.name;
  for (const auto& each : room.members)
    if (each.who.id != reader)
      return each.who.display_name();
  return room.name;
}

void write_room(const room_state_view& room, const user_id& reader, json_writer& json) {
  json.member("id", room.id.value).member("stream", "room:" + room.id.value);
  json.member("kind", room.kind).member("name", title_of(room, reader));
  json.member("isPublic", room.is_public).member("archived", room.archived);
  json.member("last", room.last_seq).key("members").begin_array();
  for (const auto& each : room.members) {
    json.begin_object().member("id", each.who.id.value).member("name", each.who.display_name());
    json.member("role", each.role).member("readSeq", each.read_seq);
    json.member("joinedAt", each.joined_at).end_object();
  }
  json.end_array();
}

reply show_room(const call& c, const room_state_view& room) {
  std::string out;
  json_writer json{out};
  json.begin_object();
  write_room(room, c.who.user, json);
  json.end_object();
  return json_reply(c.row->facts->status, std::move(out));
}

task<reply> show_as(call_ptr c, int status, room_id id) {
  auto room = c->home.room(id);
  list_members question;
  auto state = co_await c->asked(room, question);
  // The owner let the caller see it; what it does not keep in memory is in the row.
  auto row = co_await c->run(prepared("select topic, created_at from rooms where id = $1", id));
  std::string out;
  json_writer json{out};
  json.begin_object();
  write_room(state, c->who.user, json);
  if (!row[0].empty())
    json.member("topic", row[0].cell(0, 0)).member("createdAt", row[0].moment(0, 1));
  json.end_object();
  co_return json_reply(status, std::move(out));
}

task<reply> show(call_ptr c) {
  need_noted_query(*c);
  const room_id id{c->path("room")};
  co_return co_await show_as(c, 200, id);
}

const std::string& tenant_of(const call_ptr& c) {
  if (c->who.establishment.value == platform_scope)
    throw fault_error(fault_code::forbidden, "rooms belong to an establishment");
  return c->who.establishment.value;
}

std::string checked_text(const json_value& said, std::string_view name, std::size_t longest) {
  auto text = text_of(said, name);
  if (text.empty())
    throw about_member(std::string{name}, "must not be empty");
  if (refuse_text(text, longest))
    throw about_member(std::string{name},
                       "must have at most " + std::to_string(longest) + " characters");
  return text;
}

// -- rooms ----------------------------------------------------------------------------

task<void> check_people(call_ptr c, std::string tenant, std::vector<std::string> ids) {
  auto found = co_await c->run(load_active_people(tenant, ids));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    bool known = false;
    for (std::size_t row = 0; row < found[0].size(); ++row)
      known = known || found[0].cell(row, 0) == ids[i];
    if (!known)
      throw about_member("members." + std::to_string(i), "is no user");
  }
}

task<reply> create(call_ptr c) {
  const auto said = noted_body(*c);
  const auto key = idempotency_key(c->req);
  auto before = co_await founded_before(c, "room", key);
  if (before) {
    const room_id first{std::move(*before)};
    co_return co_await show_as(c, 201, first);
  }
  room_draft draft;
  draft.id = fresh<room_id>();
  draft.establishment = establishment_id{tenant_of(c)};
  draft.creator = c->who.user;
  draft.name = checked_text(said, "name", longest_name);
  if (!said["topic"].is_null())
    draft.topic = checked_text(said, "topic", longest_topic);
  draft.is_public = said["isPublic"].as_bool().value_or(false);
  draft.members = texts_in(said, "members");
  if (draft.members.size() >= most_members)
    throw about_member("members", "must have less than 1000 people");
  if (!draft.members.empty())
    co_await check_people(c, draft.establishment.value, draft.members);
  founding what{"room", draft.id.value, found_room(draft)};
  auto made = co_await found_once(c, std::move(what), key);
  const room_id id{std::move(made)};
  co_return co_await show_as(c, 201, id);
}

// What every list of rooms begins each of them with: the columns id and kind.
void begin_room(const rows& rooms, std::size_t i, json_writer& json) {
  const auto id = rooms.text(i, 0);
  json.begin_object().member("id", id).member("stream", "room:" + id);
  json.member("kind", rooms.text(i, 1));
}

// The open rooms of one's establishment that one is not in: what one may join without being asked.
task<reply> list_open(call_ptr c, std::uint64_t limit, std::uint64_t offset) {
  auto look = prepared(
      "select r.id, r.kind, r.name, r.topic, r.created_at from rooms r where r.kind = 'room'"
      " and r.is_public and r.archived_at is null and not exists"
      " (select 1 from room_members m where m.room_id = r.id and m.user_id = $1)"
      " order by r.created_at desc, r.id limit $2::int offset $3::int",
      c->who.user, limit, offset);
  auto found = co_await c->run(std::move(look));
  const auto& rooms = found[0];
  std::string out;
  json_writer json{out};
  json.begin_object().key("rooms").begin_array();
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    begin_room(rooms, i, json);
    json.member("name", rooms.text(i, 2));
    json.member("topic", rooms.cell(i, 3)).member("isPublic", true).member("archived", false);
    json.member("createdAt", rooms.moment(i, 4)).end_object();
  }
  json.end_array().end_object();
  co_return json_reply(200, std::move(out));
}

task<reply> list_rooms(call_ptr c) {
  need_noted_query(*c);
  const auto limit =
      std::clamp<std::uint64_t>(parameter_number(c->req, "limit").value_or(100), 1, 500);
  const auto offset = parameter_number(c->req, "offset").value_or(0);
  if (c->req.parameter("open") == "true")
    co_return co_await list_open(c, limit, offset);
  // Unread messages are counted up to 1000: beyond, nobody reads the number.
  auto look = prepared(
      "select r.id, r.kind, r.name, r.topic,"
      " coalesce((select g.is_public from study_groups g where g.id = r.id), r.is_public),"
      " r.archived_at is not null, r.created_at, m.role, m.read_seq,"
      " coalesce((select max(e.seq) from stream_events e where e.stream = 'room:' || r.id), 0),"
      " (select count(*) from (select 1 from messages x where x.room_id = r.id"
      "  and x.seq > m.read_seq and x.author_id <> $1 and not x.is_deleted limit 1000) as unread),"
      " (select coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.email)"
      "  from room_members o join users u on u.id = o.user_id"
      "  where r.kind = 'direct' and o.room_id = r.id and o.user_id <> $1 limit 1)"
      " from room_members m join rooms r on r.id = m.room_id where m.user_id = $1"
      " order by r.created_at desc, r.id limit $2::int offset $3::int",
      c->who.user, limit, offset);
  auto found = co_await c->run(std::move(look));
  const auto& rooms = found[0];
  std::string out;
  json_writer json{out};
  json.begin_object().key("rooms").begin_array();
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    begin_room(rooms, i, json);
    json.member("name", rooms.cell(i, 11) ? rooms.text(i, 11) : rooms.text(i, 2));
    json.member("topic", rooms.cell(i, 3)).member("isPublic", rooms.flag(i, 4));
    json.member("archived", rooms.flag(i, 5)).member("createdAt", rooms.moment(i, 6));
    json.member("role", rooms.text(i, 7)).member("readSeq", rooms.integer(i, 8));
    json.member("last", rooms.integer(i, 9)).member("unread", rooms.integer(i, 10)).end_object();
  }
  json.end_array().end_object();
  co_return json_reply(200, std::move(out));
}

// -- direct conversations -------------------------------------------------------------

task<reply> open_direct(call_ptr c) {
  const user_id other{text_of(noted_body(*c), "user")};
  if (other.empty())
    throw about_member("user", "must not be empty");
  const auto tenant = tenant_of(c);
  if (other == c->who.user)
    throw about_member("user", "must be somebody else");
  auto person = co_await c->run(load_person(tenant, other));
  if (person[0].empty())
    throw fault_error(fault_code::not_found, "no such user");
  auto found = co_await c->run(found_direct_room(tenant, c->who.user, other));
  if (found[2].empty())
    throw fault_error(fault_code::conflict, "the conversation belongs to another establishment");
  const int status = found[0].affected() == 1 ? 201 : 200;
  const room_id id{found[2].text(0, 0)};
  co_return co_await show_as(c, status, id);
}

template <class Command>
endpoint to_room(verb method, std::string_view path, int status = 200) {
  command_options more;
  more.status = status;
  return on<Command, room_actor, show_room>(method, path, signed_in, more);
}

}  // namespace

std::span<const endpoint> room_routes() {
  static const endpoint rows[] = {
      {verb::get, "/api/v1/rooms", signed_in, list_rooms},
      {verb::post, "/api/v1/rooms", signed_in, create},
      {verb::get, "/api/v1/rooms/{room}", signed_in, show},
      to_room<archive_room>(verb::patch, "/api/v1/rooms/{room}"),
      to_room<admit_member>(verb::post, "/api/v1/rooms/{room}/members", 201),
      to_room<set_member_role>(verb::patch, "/api/v1/rooms/{room}/members/{user}"),
      to_room<remove_member>(verb::remove, "/api/v1/rooms/{room}/members/{user}"),
      {verb::post, "/api/v1/direct", signed_in, open_direct},
  };
  return rows;
}

}  // namespace stoa::stoa_api
