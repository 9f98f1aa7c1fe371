#pragma once

#include "schema/entity.hpp"

namespace stoa {

/// What a person is inside a study group or a room.
enum class member_role : std::uint8_t { member = 0, moderator = 1, admin = 2 };

template <>
struct spelling<member_role> {
  static constexpr std::string_view family = "member_role";
  static constexpr std::string_view words[] = {"member", "moderator", "admin"};
};

/// A study group; its room has the same id.
struct group_row {
  group_id id;
  establishment_id establishment;
  std::optional<std::string> course;
  user_id created_by;
  std::string name;
  std::optional<std::string> description;
  std::int32_t max_members = 10;
  std::string status = "active";
  bool is_public = true;
  std::optional<std::vector<std::string>> tags;
  std::optional<iso_time> scheduled_date;
  std::optional<iso_time> end_date;
  std::optional<std::string> meeting_url;
  json_text settings{R"({"allowFileSharing":true,"allowScreenShare":true,)"
                     R"("allowWhiteboard":true,"allowPolls":true,"moderatorOnly":false})"};
  iso_time created_at;
  iso_time updated_at;
};
extern const entity group_entity;
inline const entity& description_of(const group_row*) {
  return group_entity;
}

/// A person's place in a room, hence in the study group of that id.
struct member_row {
  std::string id;
  room_id room;
  user_id user;
  establishment_id establishment;
  member_role rank = member_role::member;
  std::int64_t read_seq = 0;
  iso_time joined_at;
  iso_time last_active;
};
extern const entity member_entity;
inline const entity& description_of(const member_row*) {
  return member_entity;
}

/// A chat message; `seq` is its number in the stream of its room.
struct message_row {
  message_id id;
  room_id room;
  std::int64_t seq = 0;
  establishment_id establishment;
  user_id author;
  std::string type = "text";
  std::string content;
  std::optional<json_text> metadata;
  std::optional<message_id> reply_to;
  std::optional<message_id> thread;
  std::optional<iso_time> edited_at;
  bool is_deleted = false;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity message_entity;
inline const entity& description_of(const message_row*) {
  return message_entity;
}

/// A whiteboard's snapshot.
struct board_row {
  board_id id;
  establishment_id establishment;
  group_id group;
  user_id created_by;
  std::string title;
  json_text data{"{}"};
  std::int64_t snapshot_seq = 0;
  bool is_active = true;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity board_entity;
inline const entity& description_of(const board_row*) {
  return board_entity;
}

}  // namespace stoa
