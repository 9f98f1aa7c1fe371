#pragma once

#include "schema/ids.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace stoa {

/// What a person may do at least; the numbers are levels and compare.
enum class role : std::uint8_t {
  guest = 0,       ///< nobody is signed in
  learner = 1,     ///< StacGate's apprenant, IntraSphere's employee
  trainer = 2,     ///< formateur
  manager = 3,     ///< manager, moderator
  admin = 4,       ///< of one establishment
  super_admin = 5  ///< of the whole platform
};

/// The establishment of requests that concern no tenant or all of them (sign-in, the platform's
/// administrators). The row-level policies know it.
inline constexpr const char* platform_scope = "*";

/// Who asks, on whose behalf, and how long they will wait. It travels with every wish.
struct scope {
  establishment_id establishment;  ///< the tenant whose rows may be seen; `platform_scope` for all
  user_id user;                    ///< empty for a guest
  session_id session;              ///< empty for a guest and for the server itself
  role rank = role::guest;
  std::string name;   ///< display name, never empty for a person
  std::string trace;  ///< request id that follows HTTP → actor → SQL → socket

  [[nodiscard]] bool signed_in() const noexcept { return rank != role::guest; }
  [[nodiscard]] bool at_least(role wanted) const noexcept { return rank >= wanted; }
};

}  // namespace stoa
