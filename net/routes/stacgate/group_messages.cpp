#include "actors/groups/message_types.hpp"
#include "net/routes/stacgate/group_shapes.hpp"
#include "net/routes/stacgate/routes.hpp"
#include "net/routes/stacgate/told.hpp"
#include "schema/json_writer.hpp"

#include <algorithm>

namespace stoa::stacgate {

namespace {

constexpr std::size_t most_metadata = 65'536;  // bytes

// The author may have left the establishment's sight (a platform administrator has no
// establishment): the message still shows, under an empty name.
const std::string& select_messages() {
  static const std::string text =
      "select " + columns_of(message_entity, "m") +
      ", coalesce(u.id, m.author_id), u.first_name, u.last_name, u.email, u.profile_image_url"
      " from messages m left join users u on u.id = m.author_id where m.room_id = $1";
  return text;
}

// Hidden columns are in the row too: the person begins after all described ones.
void write_found(const rows& from, std::size_t row, json_writer& out) {
  write_message(row_at<message_row>(from, row), person_at(from, row, message_entity.fields.size()),
                out);
}

/// Asks the group's chat.
template <class Message>
task<posted> asked(call_ptr c, Message what) {
  auto owner = c->home.room(room_id{c->path("id")});
  auto end = co_await caught(ask(c->self, owner, c->who, std::move(what)));
  if (!end)
    throw group_refusal(std::move(end.error()));
  co_return std::move(*end);
}

// -- reading ----------------------------------------------------------------------------

task<reply> list(call_ptr c) {
  const auto limit = number_parameter(*c, "limit", 50, 1, 200);
  const auto before = parameter(*c, "before");
  std::optional<iso_time> moment;
  if (!before.empty())
    moment = parse_iso(before);
  std::optional<std::string> id;
  if (!before.empty() && !moment)
    id = before;
  static const sql_text text{
      select_messages() +
      " and not m.is_deleted and ($2::timestamptz is null or m.created_at < $2::timestamptz)"
      " and ($3::text is null or m.seq < (select b.seq from messages b where b.id = $3::text"
      " and b.room_id = $1)) order by m.seq desc limit $4::bigint"};
  const auto group = c->path("id");
  auto found =
      co_await c->run(in_establishment(c->who.establishment.value, standing_in(group, c->who.user),
                                       prepared(text, group, moment, id, limit)));
  need_membership(found[0], c->who);
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[1].size(); ++i)
    write_found(found[1], i, json);
  json.end_array();
  co_return json_reply(200, std::move(out));
}

// -- writing ----------------------------------------------------------------------------

say_in_room read_message(json_value said) {
  say_in_room out;
  out.text = said["content"].as_string().value_or("");
  if (out.text.empty())
    throw refuse(fault_code::invalid, "content is required");
  if (const auto type = said["type"].as_string())
    out.type = std::string{*type};
  if (!is_message_type(out.type))
    throw refuse(fault_code::invalid, std::string{"type must be "} + message_types_said);
  if (said["metadata"].is_object()) {
    for (const auto name : metadata_links)
      if (const auto link = said["metadata"].find(name);
          link && !link->is_null() && !is_followable(*link))
        throw refuse(fault_code::invalid,
                     "metadata." + std::string{name} +
                         " must be an http or https address or a path on this server");
    out.metadata = shown_metadata(said["metadata"]);
    if (out.metadata->size() > most_metadata)
      throw refuse(fault_code::invalid, "metadata is too long");
    for (const auto item : said["metadata"]["mentions"].items())
      if (const auto who = item.as_string())
        out.mentions.emplace_back(*who);
  }
  if (const auto id = said["replyToId"].as_string(); id && !id->empty() && id->size() <= 64)
    out.reply_to = message_id{*id};
  return out;
}

// The room tells the sockets before it answers, and the 201 waits until the author's own sockets
// have been written: a page that loads the list after the 201 does not see the message twice.
task<reply> post(call_ptr c) {
  auto wish = read_message(c->body());
  auto done = co_await asked(c, std::move(wish));
  auto lanes = c->home.sockets().lanes(c->who.user.value);
  co_await told(c, std::move(lanes));
  std::string out;
  json_writer json{out};
  write_message(*done.event, json);
  co_return json_reply(201, std::move(out));
}

task<reply> edit(call_ptr c) {
  edit_message wish;
  wish.message = message_id{c->path("messageId")};
  wish.text = c->body()["content"].as_string().value_or("");
  if (wish.text.empty())
    throw refuse(fault_code::invalid, "content is required");
  co_await asked(c, wish);
  static const sql_text text{select_messages() + " and m.id = $2"};
  auto found = co_await c->run(prepared(text, c->path("id"), wish.message));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Message not found");
  std::string out;
  json_writer json{out};
  write_found(found[0], 0, json);
  co_return json_reply(200, std::move(out));
}

task<reply> take_back(call_ptr c) {
  delete_message wish;
  wish.message = message_id{c->path("messageId")};
  co_await asked(c, std::move(wish));
  co_return done_reply("Message deleted");
}

constexpr endpoint rows_of_area[] = {
    {verb::get, "/api/study-groups/{id}/messages", signed_in, list},
    {verb::post, "/api/study-groups/{id}/messages", signed_in, post},
    {verb::patch, "/api/study-groups/{id}/messages/{messageId}", signed_in, edit},
    {verb::remove, "/api/study-groups/{id}/messages/{messageId}", signed_in, take_back},
};

}  // namespace

std::span<const endpoint> group_message_routes() {
  return rows_of_area;
}

}  // namespace stoa::stacgate
