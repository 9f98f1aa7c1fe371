#include "net/routes/stacgate/group_shapes.hpp"

#include "net/routes/stacgate/routes.hpp"
#include "schema/json_writer.hpp"
#include "schema/shapes.hpp"

#include <algorithm>

namespace stoa::stacgate {

namespace {

constexpr std::string_view metadata_members[] = {
    "fileName",        "fileSize",    "fileUrl",     "imageUrl",       "linkTitle",
    "linkDescription", "pollOptions", "pollResults", "whiteboardData", "mentions"};

}  // namespace

void write_group_members(const group_row& what, std::int64_t count, const place_in_group& mine,
                         json_writer& out) {
  write_members(what, out, stacgate_dialect);
  out.member("currentMembers", count).member("isMember", mine.has_value());
  out.member("memberRole", mine);
}

void write_member(const group_id& group, const room_member& who, with_email how, json_writer& out) {
  out.begin_object().member("id", who.id).member("studyGroupId", group.value);
  out.member("userId", who.who.id.value).member("role", who.role);
  out.member("joinedAt", who.joined_at).member("lastActive", who.last_active);
  out.member("isActive", true).key("user");
  write_person(who.who, out, how);
  out.end_object();
}

bool is_followable(const json_value& link) {
  return shapes::is_web_address(link.as_string().value_or(""));
}

std::string shown_metadata(const json_value& all) {
  std::string out;
  json_writer json{out};
  json.begin_object();
  for (const auto name : metadata_members) {
    const auto value = all.find(name);
    const bool link = std::find(std::begin(metadata_links), std::end(metadata_links), name) !=
                      std::end(metadata_links);
    if (!value || (link && !value->is_null() && !is_followable(*value)))
      continue;
    json.key(name);
    value->write(json);
  }
  json.end_object();
  return out;
}

void write_message(const message_row& what, const person& sender, json_writer& out) {
  out.begin_object();
  if (const auto read = json::parse(what.metadata ? what.metadata->text : "null");
      read && (*read)->is_object()) {
    auto shown = what;
    shown.metadata = json_text{shown_metadata(read->root())};
    write_members(shown, out, stacgate_dialect);
  } else {
    write_members(what, out, stacgate_dialect);
  }
  out.key("sender");
  write_person(sender, out);
  out.end_object();
}

void write_message(const stream_event& what, json_writer& out) {
  message_row row;
  row.room = room_id{what.stream.substr(what.stream.find(':') + 1)};
  row.seq = static_cast<std::int64_t>(what.seq);
  row.author = what.author.id;
  row.created_at = row.updated_at = what.at;
  if (what.message) {
    row.id = what.message->id;
    row.type = what.message->type;
    row.content = what.message->content;
    if (what.message->metadata)
      row.metadata = json_text{*what.message->metadata};
    row.reply_to = what.message->reply_to;
    row.thread = what.message->thread;
  } else if (const auto read = json::parse(what.data)) {
    // An event that came back from the table carries its data only.
    const auto& said = read->root();
    row.id = message_id{what.subject};
    row.type = said["type"].as_string().value_or("text");
    row.content = said["text"].as_string().value_or("");
    if (said["metadata"].is_object())
      row.metadata = json_text{said["metadata"].text()};
    if (const auto id = said["replyTo"].as_string())
      row.reply_to = message_id{*id};
    if (const auto id = said["thread"].as_string())
      row.thread = message_id{*id};
  }
  write_message(row, what.author, out);
}

fault_error group_refusal(fault why) {
  constexpr auto inactive = "Study group is not active";
  struct reading {
    std::string_view said;
    fault_code code;
    const char* text;
  };
  constexpr reading readings[] = {
      {"no such group", fault_code::not_found, "Study group not found"},
      {"no such room", fault_code::not_found, "Study group not found"},
      {"no such board", fault_code::not_found, "Whiteboard not found"},
      {"no such message", fault_code::not_found, "Message not found"},
      {"not a member", fault_code::not_found, "Member not found"},
      // The platform's administrators belong to no establishment, so to none of its groups.
      {"no such user", fault_code::forbidden, "Accès non autorisé à cet établissement"},
      {"the group is private", fault_code::forbidden, "Access denied to private group"},
      {"join the room first", fault_code::forbidden, "Access denied - not a group member"},
      {"join the group first", fault_code::forbidden, "Access denied - not a group member"},
      {"already a member", fault_code::invalid, "User is already a member of this group"},
      {"the group is full", fault_code::invalid, "Study group is full"},
      {"the group is not active", fault_code::invalid, inactive},
      {"the room is archived", fault_code::invalid, inactive},
      {"the creator cannot leave the group", fault_code::invalid,
       "The creator cannot leave the group"},
      {"the group has more members than that", fault_code::invalid,
       "The group has more members than that"},
      // What the owners call a text is a message's content here, or a whiteboard's title.
      {"the text has more than 10000 characters", fault_code::invalid,
       "content must have at most 10000 characters"},
      {"the text has more than 200 characters", fault_code::invalid,
       "title must have at most 200 characters"},
      {"replyTo names no message of this room", fault_code::invalid,
       "replyToId names no message of this group"},
  };
  for (const auto& each : readings)
    if (why.text == each.said)
      return refuse(each.code, each.text);
  return fault_error{std::move(why)};
}

statement standing_in(const std::string& group, const user_id& who) {
  return prepared(
      "select (select m.role from room_members m where m.room_id = g.id"
      " and m.user_id = $2) from study_groups g where g.id = $1",
      group, who);
}

void need_membership(const rows& standing, const scope& who) {
  if (standing.empty())
    throw refuse(fault_code::not_found, "Study group not found");
  if (!standing.cell(0, 0) && !who.at_least(role::manager))
    throw refuse(fault_code::forbidden, "Access denied - not a group member");
}

}  // namespace stoa::stacgate
