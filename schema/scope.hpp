#pragma once

#include "schema/ids.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

/// The rank's name in the database and in the native edition.
[[nodiscard]] constexpr std::string_view name_of(role rank) noexcept {
  constexpr std::string_view names[] = {"guest",   "learner", "trainer",
                                        "manager", "admin",   "super_admin"};
  return names[static_cast<std::size_t>(rank)];
}

/// The establishment of requests that concern no tenant or all of them (sign-in, the platform's
/// administrators). The row-level policies know it.
inline constexpr const char* platform_scope = "*";

/// Who asks, on whose behalf, and how long they will wait. It travels with every wish.
struct scope {
  establishment_id establishment;  ///< the tenant whose rows may be seen; `platform_scope` for all
  user_id user;                    ///< empty for a guest
  session_id session;              ///< empty for a guest and for the server itself
  role rank = role::guest;
  std::string name;                 ///< display name, never empty for a person
  std::string trace;                ///< request id that follows HTTP → actor → SQL → socket
  std::vector<std::string> grants;  ///< codes that were delegated beside the rank, sorted

  [[nodiscard]] bool signed_in() const noexcept { return rank != role::guest; }
  [[nodiscard]] bool at_least(role wanted) const noexcept { return rank >= wanted; }
  /// Whether this code was delegated to the caller; what a rank implies is the rules' business.
  [[nodiscard]] bool may(std::string_view code) const {
    return std::binary_search(grants.begin(), grants.end(), code);
  }
};

}  // namespace stoa
