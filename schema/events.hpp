#pragma once

#include "schema/entity.hpp"

namespace stoa {

/// Something that takes place: a meeting of an intranet, an outing of a campus. Who comes is in
/// `event_attendees`; whoever organises it is always among them where an edition counts attendees.
struct event_row {
  event_id id;
  establishment_id establishment;
  std::string title;
  std::optional<std::string> description;
  iso_time date;
  std::optional<std::string> location;
  std::string type = "meeting";
  std::optional<user_id> organizer;
  iso_time created_at;
  iso_time updated_at;
};
extern const entity event_entity;
inline const entity& description_of(const event_row*) {
  return event_entity;
}

}  // namespace stoa
