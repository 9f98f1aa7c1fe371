#include "actors/groups/room_rows.hpp"

#include "actors/groups/stream_log.hpp"
#include "schema/array_literal.hpp"
#include "schema/array_text.hpp"
#include "schema/json_writer.hpp"
#include "schema/text/fold.hpp"

#include <algorithm>

namespace stoa {

namespace {

transaction alone(const std::string& establishment, statement what) {
  transaction out;
  out.establishment = establishment;
  out.statements.push_back(std::move(what));
  return out;
}

std::optional<std::string> text_of(const std::optional<message_id>& id) {
  return id ? std::optional{id->value} : std::nullopt;
}

}  // namespace

// -- reading --------------------------------------------------------------------------

transaction load_room(const room_id& id, statement events) {
  transaction out;
  // The room says which establishment it belongs to; the owner compares that with every caller's.
  out.establishment = platform_scope;
  out.statements.emplace_back(
      "select r.establishment_id, r.kind, r.name, coalesce(g.is_public, r.is_public),"
      " r.archived_at is not null,"
      " coalesce((g.settings->>'moderatorOnly')::boolean, false),"
      " coalesce((g.settings->>'allowFileSharing')::boolean, true),"
      " coalesce((g.settings->>'allowPolls')::boolean, true),"
      " coalesce((g.settings->>'allowWhiteboard')::boolean, true), g.created_by"
      " from rooms r left join study_groups g on g.id = r.id where r.id = $1",
      std::vector<sql_value>{id.value});
  out.statements.emplace_back(
      "select m.id, m.role, m.read_seq, m.joined_at, m.last_active,"
      " u.id, u.first_name, u.last_name, u.email, u.profile_image_url"
      " from room_members m join users u on u.id = m.user_id where m.room_id = $1",
      std::vector<sql_value>{id.value});
  out.statements.push_back(std::move(events));
  return out;
}

person read_person(const rows& from, std::size_t row, std::size_t first_column) {
  person out;
  out.id = user_id{from.text(row, first_column)};
  out.first_name = from.text(row, first_column + 1);
  out.last_name = from.text(row, first_column + 2);
  out.email = from.text(row, first_column + 3);
  if (auto url = from.cell(row, first_column + 4))
    out.avatar = std::string{*url};
  return out;
}

room_member read_member(const rows& from, std::size_t row) {
  room_member out;
  out.id = from.text(row, 0);
  out.role = from.text(row, 1);
  out.read_seq = static_cast<std::uint64_t>(from.integer(row, 2));
  out.joined_at = from.moment(row, 3);
  out.last_active = from.moment(row, 4);
  out.who = read_person(from, row, 5);
  return out;
}

transaction load_person(const std::string& establishment, const user_id& who) {
  return alone(establishment,
               {"select id, first_name, last_name, email, profile_image_url from users"
                " where id = $1 and is_active and (establishment_id = $2 or $2 = '*')",
                {who.value, establishment}});
}

statement select_message(const std::string& establishment, const room_id& room,
                         const message_id& message) {
  return prepared(
      "select author_id, is_deleted, seq from messages"
      " where id = $1 and room_id = $2 and establishment_id = $3",
      message, room, establishment);
}

statement select_reaction(const std::string& establishment, const room_id& room,
                          const message_id& message, const user_id& who, const std::string& emoji) {
  return prepared(
      "select m.author_id, m.is_deleted, m.seq, exists (select 1 from message_reactions r"
      " where r.message_id = m.id and r.user_id = $4 and r.emoji = $5)"
      " from messages m where m.id = $1 and m.room_id = $2 and m.establishment_id = $3",
      message, room, establishment, who, emoji);
}

statement select_known(const room_id& room, const std::optional<message_id>& first,
                       const std::optional<message_id>& second) {
  return prepared(
      "select exists (select 1 from messages where id = $2 and room_id = $1),"
      " exists (select 1 from messages where id = $3 and room_id = $1)",
      room, first, second);
}

// -- writing --------------------------------------------------------------------------

statement insert_messages(const room_id& room, const std::vector<const chat_message*>& messages) {
  array_text rooms, seqs, ids, authors, types, contents, metadatas, replies, threads, ats;
  for (const auto* each : messages) {
    rooms.add(room.value);
    seqs.add(std::to_string(each->seq));
    ids.add(each->id.value);
    authors.add(each->author.value);
    types.add(each->type);
    contents.add(each->content);
    metadatas.add_or_null(each->metadata);
    replies.add_or_null(text_of(each->reply_to));
    threads.add_or_null(text_of(each->thread));
    ats.add(to_iso(each->created_at));
  }
  auto out = prepared(
      "insert into messages (room_id, seq, id, establishment_id, author_id, type, content,"
      " metadata, reply_to_id, thread_id, created_at, updated_at)"
      " select u.room, u.seq, u.id, current_setting('stoa.establishment'), u.author, u.type,"
      " u.content, u.metadata, u.reply, u.thread, u.at, u.at"
      " from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],"
      " $7::jsonb[], $8::text[], $9::text[], $10::timestamptz[])"
      " as u(room, seq, id, author, type, content, metadata, reply, thread, at)",
      rooms.take(), seqs.take(), ids.take(), authors.take(), types.take(), contents.take(),
      metadatas.take(), replies.take(), threads.take(), ats.take());
  out.bulk = true;
  return out;
}

statement update_text(const message_id& message, const std::string& text) {
  return {"update messages set content = $2, edited_at = now(), updated_at = now() where id = $1",
          {message.value, text}};
}

statement mark_deleted(const message_id& message) {
  return {"update messages set is_deleted = true, updated_at = now() where id = $1",
          {message.value}};
}

statement write_reaction(const std::string& establishment, const message_id& message,
                         const user_id& who, const std::string& emoji, bool on) {
  if (on)
    return {
        "insert into message_reactions (message_id, user_id, emoji, establishment_id)"
        " values ($1, $2, $3, $4) on conflict do nothing",
        {message.value, who.value, emoji, establishment}};
  return {"delete from message_reactions where message_id = $1 and user_id = $2 and emoji = $3",
          {message.value, who.value, emoji}};
}

transaction write_activity(const std::string& establishment, const room_id& room,
                           const user_id& who) {
  return alone(establishment, {"update room_members set last_active = now()"
                               " where room_id = $1 and user_id = $2",
                               {room.value, who.value}});
}

transaction write_read_mark(const std::string& establishment, const room_id& room,
                            const user_id& who, std::uint64_t seq) {
  return alone(establishment, {"update room_members set read_seq = greatest(read_seq, $3::bigint),"
                               " last_active = now() where room_id = $1 and user_id = $2",
                               {room.value, who.value, std::to_string(seq)}});
}

statement insert_member(const std::string& establishment, const room_id& room,
                        const room_member& who) {
  return {
      "insert into room_members (room_id, user_id, id, establishment_id, role, joined_at,"
      " last_active) values ($1, $2, $3, $4, $5, $6::timestamptz, $6::timestamptz)",
      {room.value, who.who.id.value, who.id, establishment, who.role, to_iso(who.joined_at)}};
}

statement delete_member(const room_id& room, const user_id& who) {
  return {"delete from room_members where room_id = $1 and user_id = $2", {room.value, who.value}};
}

statement update_role(const room_id& room, const user_id& who, const std::string& role) {
  return {"update room_members set role = $3 where room_id = $1 and user_id = $2",
          {room.value, who.value, role}};
}

statement update_archived(const room_id& room, bool archived) {
  return {
      "update rooms set archived_at = case when $2::boolean then now() end, updated_at = now()"
      " where id = $1",
      {room.value, archived ? "true" : "false"}};
}

statement notify_mention(const user_id& to, const std::string& establishment, const person& by,
                         const std::string& room_name, const chat_message& message) {
  std::string data;
  json_writer{data}
      .begin_object()
      .member("kind", "mention")
      .member("roomId", message.room.value)
      .member("messageId", message.id.value)
      .member("by", by.id.value)
      .end_object();
  return {"select stoa_notify($1, $2, $3, 'new_announcement', $4, $5, $6::jsonb)",
          {to.value, establishment, fresh_uuid(), by.display_name() + " — " + room_name,
           std::string{first_characters(message.content, 500)}, data}};
}

// -- founding ---------------------------------------------------------------------------

transaction load_active_people(const std::string& establishment,
                               const std::vector<std::string>& ids) {
  return in_establishment(establishment,
                          prepared("select id from users where id = any($1::text[]) and is_active"
                                   " and establishment_id = $2",
                                   to_array_literal(ids), establishment));
}

transaction found_room(const room_draft& what) {
  return in_establishment(
      what.establishment.value,
      prepared("insert into rooms (id, establishment_id, kind, name, topic, is_public, created_by)"
               " values ($1, $2, 'room', $3, $4, $5::boolean, $6)",
               what.id, what.establishment, what.name, what.topic, what.is_public, what.creator),
      prepared("insert into room_members (room_id, user_id, id, establishment_id, role)"
               " values ($1, $2, $3, $4, 'admin')",
               what.id, what.creator, fresh_uuid(), what.establishment),
      prepared("insert into room_members (room_id, user_id, id, establishment_id)"
               " select $1, u, gen_random_uuid()::text, $2 from unnest($3::text[]) u"
               " on conflict (room_id, user_id) do nothing",
               what.id, what.establishment, to_array_literal(what.members)));
}

transaction found_direct_room(const std::string& establishment, const user_id& by,
                              const user_id& other) {
  const auto key = std::min(by, other).value + ' ' + std::max(by, other).value;
  const std::vector<std::string> both{by.value, other.value};
  return in_establishment(
      establishment,
      prepared("insert into rooms (id, establishment_id, kind, name, direct_key, created_by)"
               " values ($1, $2, 'direct', '', $3, $4) on conflict (direct_key) do nothing",
               fresh_uuid(), establishment, key, by),
      prepared("insert into room_members (room_id, user_id, id, establishment_id)"
               " select r.id, u, gen_random_uuid()::text, $2 from rooms r, unnest($3::text[]) u"
               " where r.direct_key = $1 on conflict (room_id, user_id) do nothing",
               key, establishment, to_array_literal(both)),
      prepared("select id from rooms where direct_key = $1", key));
}

// -- shapes ---------------------------------------------------------------------------

std::string member_data(const room_member& who) {
  std::string out;
  json_writer json{out};
  json.begin_object().key("user").begin_object();
  json.member("id", who.who.id.value).member("name", who.who.display_name()).end_object();
  json.member("role", who.role).end_object();
  return out;
}

person author_of(const scope& who, const room_member* member, const person& fallback) {
  if (member)
    return member->who;
  if (who.user.empty())
    return fallback;
  person out;
  out.id = who.user;
  out.first_name = who.name;
  return out;
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  while (end < text.size()) {
    if ((static_cast<unsigned char>(text[end]) & 0xc0U) != 0x80U && count-- == 0)
      break;
    ++end;
  }
  return text.substr(0, end);
}

std::optional<fault> refuse_text(std::string_view text, std::size_t longest) {
  std::size_t characters = 0;
  for (const char c : text) {
    if (c == '\0')
      return fail(fault_code::invalid, "the text has a NUL character");
    if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U)
      ++characters;
  }
  // What anybody can see is seen at once in most texts; only others are looked at letter by letter.
  const bool is_seen =
      std::any_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (characters == 0 || (!is_seen && as_seen(text).empty()))
    return fail(fault_code::invalid, "the text is empty");
  if (characters > longest)
    return fail(fault_code::invalid,
                "the text has more than " + std::to_string(longest) + " characters");
  return std::nullopt;
}

}  // namespace stoa
