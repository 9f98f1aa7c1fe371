#pragma once

#include "schema/entity.hpp"

namespace stoa {

/// Something a person is told; `seq` numbers one person's notifications without a gap.
struct notification_row {
  notification_id id;
  user_id user;
  establishment_id establishment;
  std::int64_t seq = 0;
  std::string type;
  std::string title;
  std::string message;
  std::optional<json_text> data;
  bool is_read = false;
  std::optional<iso_time> read_at;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity notification_entity;
inline const entity& description_of(const notification_row*) {
  return notification_entity;
}

}  // namespace stoa
