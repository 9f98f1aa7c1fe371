#pragma once

#include "schema/entity.hpp"

namespace stoa::describe {

// Who may, in the words that several areas share.
inline constexpr auto staff = at_least(role::manager);
inline constexpr auto admin = at_least(role::admin);
inline constexpr auto teaching = staff | may("manage_trainings");

/// Rows that some may read and others keep.
constexpr rules kept_by(const rule& reading, const rule& writing, const rule& removing) {
  return {
      .list = reading, .read = reading, .create = writing, .update = writing, .remove = removing};
}
constexpr rules kept_by(const rule& reading, const rule& writing) {
  return kept_by(reading, writing, writing);
}

}  // namespace stoa::describe
