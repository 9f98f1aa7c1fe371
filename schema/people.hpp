#pragma once

#include "schema/entity.hpp"

namespace stoa {

/// How a rank is spelled in the database and in the native edition.
template <>
struct spelling<role> {
  static constexpr std::string_view family = "role";
  static constexpr std::string_view words[] = {"guest",   "learner", "trainer",
                                               "manager", "admin",   "super_admin"};
};

/// A tenant.
struct establishment_row {
  establishment_id id;
  std::string name;
  std::string slug;
  std::optional<std::string> description;
  std::optional<std::string> logo;
  std::optional<std::string> domain;
  bool is_active = true;
  std::optional<json_text> settings;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity establishment_entity;
inline const entity& description_of(const establishment_row*) {
  return establishment_entity;
}

/// A person, without the password: credentials are the account's and never travel with a row.
struct user_row {
  user_id id;
  std::optional<establishment_id> establishment;
  std::string email;
  std::string username;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> profile_image_url;
  role rank = role::learner;
  std::optional<std::string> phone_number;
  std::optional<std::string> department;
  std::optional<std::string> position;
  std::optional<std::string> bio;
  std::optional<json_text> preferences;
  std::optional<json_text> metadata;
  bool is_active = true;
  bool is_email_verified = false;
  std::optional<iso_time> last_login_at;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity user_entity;
inline const entity& description_of(const user_row*) {
  return user_entity;
}

}  // namespace stoa
