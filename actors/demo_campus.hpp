#pragma once

#include "actors/demo.hpp"
#include "persistence/protocol.hpp"
#include "schema/ids.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// The password of the demo campus' people.
inline constexpr std::string_view demo_campus_password = "password123";

/// Five students, where four of them are right now, and four events of the coming days; the same
/// ones each time. `password` is the hash of `demo_campus_password`.
[[nodiscard]] transaction demo_campus(const establishment_id& where, const std::string& password);

/// Its accounts, for the greeting of the server.
[[nodiscard]] const std::vector<demo_account>& demo_campus_accounts();

}  // namespace stoa
