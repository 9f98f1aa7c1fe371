#include "actors/groups/message_types.hpp"
#include "net/routes/once.hpp"
#include "net/routes/stacgate/group_asked.hpp"
#include "net/routes/stacgate/group_shapes.hpp"
#include "net/routes/stacgate/routes.hpp"
#include "net/routes/stacgate/told.hpp"
#include "schema/json_writer.hpp"

#include <algorithm>

namespace stoa::stacgate {

namespace {

constexpr std::size_t most_metadata = 65'536;  // bytes
constexpr std::size_t longest_id = 64;

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
task<posted> ask_chat(call_ptr c, Message what) {
  return group_asked<posted>(c, c->home.room(room_id{c->path("id")}), std::move(what));
}

// -- reading ----------------------------------------------------------------------------

task<reply> list_messages(call_ptr c) {
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

std::string read_content(json_value said) {
  auto out = text_member(said, "content").value_or("");
  if (out.empty())
    throw refuse_member("content", "is required");
  return out;
}

std::vector<user_id> read_mentions(json_value said) {
  std::vector<user_id> out;
  if (!said.is_null() && !said.is_array())
    throw refuse_member("metadata.mentions", "must be an array of user ids");
  for (const auto item : said.items()) {
    if (!item.is_string())
      throw refuse_member("metadata.mentions." + std::to_string(out.size()), "must be a user id");
    out.emplace_back(std::string{*item.as_string()});
  }
  return out;
}

say_in_room read_message(json_value said) {
  say_in_room out;
  out.text = read_content(said);
  if (auto type = text_member(said, "type"))
    out.type = std::move(*type);
  if (!is_message_type(out.type))
    throw refuse_member("type", std::string{"must be "} + message_types_said);
  need_object(said, "metadata");
  if (said["metadata"].is_object()) {
    for (const auto name : metadata_links)
      if (const auto link = said["metadata"].find(name);
          link && !link->is_null() && !is_followable(*link))
        throw refuse_member("metadata." + std::string{name},
                            "must be an http or https address or a path on this server");
    out.metadata = shown_metadata(said["metadata"]);
    if (out.metadata->size() > most_metadata)
      throw refuse_member("metadata", "must have at most 65536 bytes");
    out.mentions = read_mentions(said["metadata"]["mentions"]);
  }
  if (auto id = text_member(said, "replyToId"); id && !id->empty())
    out.reply_to = message_id{std::move(*id)};
  if (out.reply_to && out.reply_to->value.size() > longest_id)
    throw refuse_member("replyToId", "must have at most 64 characters");
  return out;
}

// The room tells the sockets before it answers, and the 201 waits until the author's own sockets
// have been written: a page that loads the list after the 201 does not see the message twice.
task<reply> post(call_ptr c) {
  auto wish = read_message(c->body());
  wish.key = idempotency_key(c->req);
  auto done = co_await ask_chat(c, std::move(wish));
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
  wish.text = read_content(c->body());
  wish.key = idempotency_key(c->req);
  co_await ask_chat(c, wish);
  // Of a change that was asked for again, the message may be gone meanwhile.
  static const sql_text text{select_messages() + " and m.id = $2 and not m.is_deleted"};
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
  wish.key = idempotency_key(c->req);
  co_await ask_chat(c, std::move(wish));
  co_return done_reply("Message deleted");
}

constexpr endpoint group_message_rows[] = {
    {verb::get, "/api/study-groups/{id}/messages", signed_in, list_messages},
    {verb::post, "/api/study-groups/{id}/messages", signed_in, post},
    {verb::patch, "/api/study-groups/{id}/messages/{messageId}", signed_in, edit},
    {verb::remove, "/api/study-groups/{id}/messages/{messageId}", signed_in, take_back},
};

}  // namespace

std::span<const endpoint> group_message_routes() {
  return group_message_rows;
}

}  // namespace stoa::stacgate
