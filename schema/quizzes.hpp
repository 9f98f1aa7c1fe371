#pragma once

#include "schema/learning.hpp"

namespace stoa {

using quiz_id = id<struct quiz_tag>;
using attempt_id = id<struct attempt_tag>;

/// Questions at the end of a course or a lesson.
struct quiz_row {
  quiz_id id;
  establishment_id establishment;
  std::optional<course_id> course;
  std::optional<lesson_id> lesson;
  std::string title;
  std::optional<std::string> description;
  json_text questions;                     ///< with their answers: see `quiz_questions.hpp`
  std::int32_t passing_score = 70;         ///< percent
  std::optional<std::int32_t> time_limit;  ///< minutes
  bool allow_retries = true;
  std::int32_t max_attempts = 3;
  bool is_required = false;
  bool is_active = true;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity quiz_entity;
inline const entity& description_of(const quiz_row*) {
  return quiz_entity;
}

/// Somebody takes a quiz, as it was when they began.
struct attempt_row {
  attempt_id id;
  establishment_id establishment;
  user_id user;
  quiz_id quiz;
  std::optional<course_id> course;
  std::int32_t number = 1;
  json_text answers;
  json_text questions;
  std::int32_t passing_score = 70;
  std::optional<std::int32_t> score;  ///< percent
  bool passed = false;
  iso_time started_at;
  std::optional<iso_time> due_at;
  std::optional<iso_time> completed_at;
  std::optional<std::int32_t> time_spent;  ///< seconds
  bool timed_out = false;
};
extern const entity attempt_entity;
inline const entity& description_of(const attempt_row*) {
  return attempt_entity;
}

}  // namespace stoa
