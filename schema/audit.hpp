#pragma once

#include "schema/entity.hpp"
#include "schema/people.hpp"

namespace stoa {

/// An entry of the audit log. The database writes it, and nobody changes it.
struct audit_row {
  std::string key;  ///< unique over all establishments
  establishment_id establishment;
  std::int64_t seq = 0;  ///< place in the establishment's log, from 1 and without gaps
  iso_time at;
  std::optional<user_id> actor;
  std::optional<std::string> actor_name;  ///< as it was then
  std::string action;                     ///< `permission.granted`
  std::optional<std::string> kind;
  std::optional<std::string> subject;
  json_text details{"{}"};
  std::optional<std::string> address;
  std::string previous_hash;
  std::string hash;
};
extern const entity audit_entity;
inline const entity& description_of(const audit_row*) {
  return audit_entity;
}

}  // namespace stoa
