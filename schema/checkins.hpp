#pragma once

#include "schema/entity.hpp"

namespace stoa {

/// Where somebody is, as they said it: one for each person, valid for a day.
struct check_in_row {
  check_in_id id;
  establishment_id establishment;
  user_id user;
  std::string location_name;
  double latitude = 0;
  double longitude = 0;
  std::optional<std::string> status_emoji;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity check_in_entity;
inline const entity& description_of(const check_in_row*) {
  return check_in_entity;
}

}  // namespace stoa
