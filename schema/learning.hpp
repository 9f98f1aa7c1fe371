#pragma once

#include "schema/entity.hpp"

namespace stoa {

using training_id = id<struct training_tag>;
using participant_id = id<struct participant_tag>;
using course_id = id<struct course_tag>;
using lesson_id = id<struct lesson_tag>;
using enrollment_id = id<struct enrollment_tag>;
using progress_id = id<struct progress_tag>;
using certificate_id = id<struct certificate_tag>;
using material_id = id<struct material_tag>;

/// A training at a time and a place, with seats.
struct training_row {
  training_id id;
  establishment_id establishment;
  std::string title;
  std::optional<std::string> description;
  std::string category;
  std::optional<std::string> difficulty = "beginner";
  std::int32_t duration = 0;  ///< minutes
  std::optional<user_id> instructor;
  std::string instructor_name;
  std::optional<iso_time> start_date;
  std::optional<iso_time> end_date;
  std::optional<std::string> location;
  std::optional<std::int32_t> max_participants;
  std::int32_t current_participants = 0;
  bool is_mandatory = false;
  bool is_active = true;
  bool is_visible = true;
  std::optional<std::string> thumbnail_url;
  std::vector<std::string> document_urls;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity training_entity;
inline const entity& description_of(const training_row*) {
  return training_entity;
}

/// Somebody's place in a training.
struct participant_row {
  participant_id id;
  training_id training;
  user_id user;
  establishment_id establishment;
  iso_time registered_at;
  std::string status = "registered";
  std::optional<iso_time> completion_date;
  std::optional<std::int32_t> score;
  std::optional<std::string> feedback;
};
extern const entity participant_entity;
inline const entity& description_of(const participant_row*) {
  return participant_entity;
}

/// A course that is read at any time, in lessons.
struct course_row {
  course_id id;
  establishment_id establishment;
  std::optional<training_id> training;
  std::string title;
  std::optional<std::string> description;
  std::string category;
  std::string difficulty = "beginner";
  std::optional<std::int32_t> duration;  ///< minutes
  std::optional<std::string> thumbnail_url;
  std::optional<user_id> author;
  std::string author_name;
  bool is_published = false;
  bool is_mandatory = false;
  bool is_active = true;
  std::string prerequisites = "[]";  ///< JSON: ids of courses
  std::string tags = "[]";           ///< JSON
  std::int32_t order = 0;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity course_entity;
inline const entity& description_of(const course_row*) {
  return course_entity;
}

struct lesson_row {
  lesson_id id;
  establishment_id establishment;
  course_id course;
  std::string title;
  std::optional<std::string> description;
  std::string content;
  std::int32_t order = 0;
  std::optional<std::int32_t> duration;  ///< minutes
  std::optional<std::string> video_url;
  std::optional<std::string> document_url;
  std::string type = "text";
  std::vector<std::string> attachments;
  bool is_required = true;
  bool is_active = true;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity lesson_entity;
inline const entity& description_of(const lesson_row*) {
  return lesson_entity;
}

/// Somebody takes a course.
struct enrollment_row {
  enrollment_id id;
  establishment_id establishment;
  user_id user;
  course_id course;
  std::optional<training_id> training;
  std::optional<std::string> course_title;
  iso_time enrolled_at;
  std::optional<iso_time> started_at;
  std::optional<iso_time> completed_at;
  std::int32_t progress = 0;  ///< percent
  std::string status = "enrolled";
  std::optional<std::string> certificate;
  std::optional<std::string> certificate_url;
  std::int32_t time_spent = 0;
  std::optional<std::int32_t> score;
};
extern const entity enrollment_entity;
inline const entity& description_of(const enrollment_row*) {
  return enrollment_entity;
}

struct lesson_progress_row {
  progress_id id;
  establishment_id establishment;
  user_id user;
  lesson_id lesson;
  course_id course;
  bool is_completed = false;
  std::int32_t time_spent = 0;
  std::optional<iso_time> completed_at;
  iso_time created_at;
};
extern const entity lesson_progress_entity;
inline const entity& description_of(const lesson_progress_row*) {
  return lesson_progress_entity;
}

struct certificate_row {
  certificate_id id;
  establishment_id establishment;
  user_id user;
  course_id course;
  std::string title;
  std::optional<std::string> description;
  std::optional<std::string> certificate_url;
  iso_time issued_at;
  std::optional<iso_time> expires_at;
  std::optional<std::string> metadata;
};
extern const entity certificate_entity;
inline const entity& description_of(const certificate_row*) {
  return certificate_entity;
}

/// Material to learn with, outside of courses.
struct material_row {
  material_id id;
  establishment_id establishment;
  std::string title;
  std::optional<std::string> description;
  std::string category;
  std::string type;
  std::string url;
  std::optional<std::string> download_url;
  std::optional<std::string> thumbnail_url;
  std::optional<user_id> author;
  std::string author_name;
  std::vector<std::string> tags;
  std::int32_t download_count = 0;
  double rating = 0;
  bool is_public = true;
  std::optional<std::string> required_role;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity material_entity;
inline const entity& description_of(const material_row*) {
  return material_entity;
}

}  // namespace stoa
