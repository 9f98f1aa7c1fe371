#pragma once

#include "schema/entity.hpp"
#include "schema/people.hpp"

namespace stoa {

/// A person as an intranet reads the table of users: one name, signing in by user name. Its columns
/// are written by the functions that know passwords, ranks and sessions.
struct staff_row {
  user_id id;
  std::optional<establishment_id> establishment;
  std::string username;
  std::string name;  ///< first and last name in one
  role rank = role::learner;
  std::optional<std::string> avatar;
  std::optional<std::string> employee_number;
  std::optional<std::string> department;
  std::optional<std::string> position;
  bool is_active = true;
  std::optional<std::string> phone;
  std::optional<std::string> email;
  std::optional<employee_category_id> category;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity staff_entity;
inline const entity& description_of(const staff_row*) {
  return staff_entity;
}

/// What a client may say about a person; which of it counts is decided by who says it.
struct staff_wish {
  std::string username;
  std::string name;
  role rank = role::learner;
  std::optional<std::string> avatar;
  std::optional<std::string> employee_number;
  std::optional<std::string> department;
  std::optional<std::string> position;
  bool is_active = true;
  std::optional<std::string> phone;
  std::optional<std::string> email;
  std::optional<employee_category_id> category;
};
extern const entity staff_wish_command;
inline const entity& description_of(const staff_wish*) {
  return staff_wish_command;
}

/// A kind of employee; its codes are delegated to everybody in it.
struct employee_category_row {
  employee_category_id id;
  establishment_id establishment;
  std::string name;
  std::optional<std::string> description;
  std::string color = "#10B981";
  std::vector<std::string> permissions;
  bool is_active = true;
  iso_time created_at;
};
extern const entity employee_category_entity;
inline const entity& description_of(const employee_category_row*) {
  return employee_category_entity;
}

/// A code that was delegated to a person.
struct permission_row {
  permission_id id;
  std::optional<establishment_id> establishment;
  user_id user;
  std::optional<user_id> granted_by;
  std::string permission;
  bool granted = true;
  iso_time created_at;
};
extern const entity permission_entity;
inline const entity& description_of(const permission_row*) {
  return permission_entity;
}

/// What an intranet shows, one row for each establishment; its key is the establishment's id.
struct intranet_settings_row {
  establishment_id id;
  bool show_announcements = true;
  bool show_content = true;
  bool show_documents = true;
  bool show_forum = true;
  bool show_messages = true;
  bool show_complaints = true;
  bool show_training = true;
  bool forum_enabled = true;
  bool require_topic_approval = false;
  bool require_post_approval = false;
  iso_time updated_at;
};
extern const entity intranet_settings_entity;
inline const entity& description_of(const intranet_settings_row*) {
  return intranet_settings_entity;
}

/// A page of an intranet's front end: whether it is shown, to whom, and how.
struct page_view_row {
  std::string key;  ///< unique over all establishments; the client's own id is `view_id`
  establishment_id establishment;
  std::string view_id;
  std::string name;
  std::optional<std::string> description;
  std::string icon = "FileText";
  bool is_visible = true;
  std::int32_t sort_order = 0;
  std::string color = "#3B82F6";
  bool is_core = false;
  std::string access_level = "all";
  std::string category = "main";
  std::string layout = "grid";
  std::optional<std::vector<std::string>> allowed_roles;
  json_text custom_settings{"{}"};
  iso_time created_at;
  iso_time updated_at;
};
extern const entity page_view_entity;
inline const entity& description_of(const page_view_row*) {
  return page_view_entity;
}

}  // namespace stoa
