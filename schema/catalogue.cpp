#include "schema/catalogue.hpp"

#include "schema/audit.hpp"
#include "schema/checkins.hpp"
#include "schema/events.hpp"
#include "schema/forum.hpp"
#include "schema/groups.hpp"
#include "schema/intranet.hpp"
#include "schema/learning.hpp"
#include "schema/notices.hpp"
#include "schema/people.hpp"
#include "schema/quizzes.hpp"
#include "schema/staff.hpp"

namespace stoa {

std::span<const entity* const> catalogue() noexcept {
  static constexpr const entity* all[] = {
      &establishment_entity,
      &user_entity,
      &member_entity,
      &message_entity,
      &group_entity,
      &board_entity,
      &notification_entity,
      &event_entity,
      &check_in_entity,
      &staff_entity,
      &employee_category_entity,
      &permission_entity,
      &announcement_entity,
      &document_entity,
      &content_entity,
      &content_category_entity,
      &letter_entity,
      &complaint_entity,
      &intranet_settings_entity,
      &page_view_entity,
      &training_entity,
      &participant_entity,
      &course_entity,
      &lesson_entity,
      &enrollment_entity,
      &lesson_progress_entity,
      &certificate_entity,
      &material_entity,
      &quiz_entity,
      &attempt_entity,
      &forum_category_entity,
      &topic_entity,
      &post_entity,
      &audit_entity,
  };
  return all;
}

}  // namespace stoa
