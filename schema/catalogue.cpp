#include "schema/catalogue.hpp"

#include "schema/checkins.hpp"
#include "schema/events.hpp"
#include "schema/forum.hpp"
#include "schema/groups.hpp"
#include "schema/notices.hpp"
#include "schema/people.hpp"

namespace stoa {

std::span<const entity* const> catalogue() noexcept {
  static constexpr const entity* all[] = {
      &establishment_entity, &user_entity,  &member_entity,       &message_entity,
      &group_entity,         &board_entity, &notification_entity,
      &event_entity,         &check_in_entity,
      &forum_category_entity, &topic_entity, &post_entity,
  };
  return all;
}

}  // namespace stoa
