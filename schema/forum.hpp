#pragma once

#include "schema/entity.hpp"
#include "schema/ids.hpp"
#include "schema/moment.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stoa {

using forum_category_id = id<struct forum_category_tag>;
using topic_id = id<struct topic_tag>;
using post_id = id<struct post_tag>;

/// A shelf of the forum: who may read it, and who looks after it.
struct forum_category_row {
  forum_category_id id;
  establishment_id establishment;
  std::string name;
  std::optional<std::string> description;
  std::string icon = "💬";
  std::string color = "#3B82F6";
  std::int32_t sort_order = 0;
  bool is_active = true;
  bool is_moderated = false;         ///< what is written here waits for approval
  std::string access_level = "all";  ///< `all`, `employee`, `moderator`, `admin`
  std::vector<std::string> moderator_ids;
  std::vector<std::string> permissions;
  iso_time created_at;
  iso_time updated_at;
};
[[nodiscard]] const entity& description_of(const forum_category_row*);

/// A topic of the forum. Its owner is an actor; so are its posts'.
struct topic_row {
  topic_id id;
  establishment_id establishment;
  forum_category_id category;
  std::string title;
  std::optional<std::string> description;
  std::optional<std::string> content;
  user_id author;
  std::string author_name;
  bool is_pinned = false;
  bool is_locked = false;
  bool is_announcement = false;
  bool is_approved = true;
  std::int64_t view_count = 0;
  std::int64_t reply_count = 0;
  std::optional<iso_time> last_reply_at;
  std::optional<user_id> last_reply_by;
  std::optional<std::string> last_reply_by_name;
  std::vector<std::string> tags;
  iso_time created_at;
  iso_time updated_at;
};
[[nodiscard]] const entity& description_of(const topic_row*);

/// A post of a topic. Deleting keeps the row and hides it.
struct post_row {
  post_id id;
  establishment_id establishment;
  topic_id topic;
  forum_category_id category;
  user_id author;
  std::string author_name;
  std::string content;
  bool is_first = false;
  std::optional<post_id> parent;
  std::int64_t like_count = 0;
  bool is_edited = false;
  std::optional<iso_time> edited_at;
  std::optional<user_id> edited_by;
  bool is_deleted = false;
  std::optional<iso_time> deleted_at;
  std::optional<user_id> deleted_by;
  bool is_approved = true;
  std::vector<std::string> attachments;  ///< addresses
  iso_time created_at;
  iso_time updated_at;
};
[[nodiscard]] const entity& description_of(const post_row*);

extern const entity forum_category_entity;
extern const entity topic_entity;
extern const entity post_entity;

/// How a post may be liked.
[[nodiscard]] bool is_reaction(std::string_view word);

}  // namespace stoa
