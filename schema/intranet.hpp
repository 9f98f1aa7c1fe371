#pragma once

#include "schema/entity.hpp"

namespace stoa {

/// News for everybody in an establishment.
struct announcement_row {
  announcement_id id;
  establishment_id establishment;
  std::string title;
  std::string content;
  std::string type = "info";
  std::optional<user_id> author;
  std::string author_name;
  std::optional<std::string> image_url;
  std::optional<std::string> icon = "📢";
  iso_time created_at;
  bool is_important = false;
  bool is_public = false;
};
extern const entity announcement_entity;
inline const entity& description_of(const announcement_row*) {
  return announcement_entity;
}

/// An entry of the document library; the file is somewhere else.
struct document_row {
  document_id id;
  establishment_id establishment;
  std::string title;
  std::optional<std::string> description;
  std::string category;
  std::string file_name;
  std::string file_url;
  iso_time updated_at;
  std::string version = "1.0";
  bool is_public = false;
  bool has_multimedia = false;
};
extern const entity document_entity;
inline const entity& description_of(const document_row*) {
  return document_entity;
}

/// A video, picture, recording or text of the media library.
struct content_row {
  content_id id;
  establishment_id establishment;
  std::string title;
  std::string type;
  std::string category;  ///< a name, not an id
  std::optional<std::string> description;
  std::string file_url;
  std::optional<std::string> thumbnail_url;
  std::optional<std::string> duration;  ///< free text: "12 min"
  std::int32_t view_count = 0;
  std::int32_t rating = 0;
  std::vector<std::string> tags;
  bool is_popular = false;
  bool is_featured = false;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity content_entity;
inline const entity& description_of(const content_row*) {
  return content_entity;
}

/// What contents are sorted into.
struct content_category_row {
  category_id id;
  establishment_id establishment;
  std::string name;
  std::optional<std::string> description;
  std::optional<std::string> icon = "📁";
  std::optional<std::string> color = "#3B82F6";
  bool is_visible = true;
  std::int32_t sort_order = 0;
  iso_time created_at;
};
extern const entity content_category_entity;
inline const entity& description_of(const content_category_row*) {
  return content_category_entity;
}

/// A letter from one person to another.
struct letter_row {
  letter_id id;
  establishment_id establishment;
  user_id sender;
  user_id recipient;
  std::string subject;
  std::string content;
  bool is_read = false;
  iso_time created_at;
};
extern const entity letter_entity;
inline const entity& description_of(const letter_row*) {
  return letter_entity;
}

/// Something that somebody wants to be put right.
struct complaint_row {
  complaint_id id;
  establishment_id establishment;
  user_id submitter;
  std::optional<user_id> assigned_to;
  std::string title;
  std::string description;
  std::string category;
  std::string priority = "medium";
  std::string status = "open";
  iso_time created_at;
  iso_time updated_at;
};
extern const entity complaint_entity;
inline const entity& description_of(const complaint_row*) {
  return complaint_entity;
}

}  // namespace stoa
