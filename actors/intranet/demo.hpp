#pragma once

#include "actors/demo.hpp"
#include "schema/ids.hpp"

#include <string_view>

namespace stoa {

/// The password of the intranet's demo people but the administrator, whose is `admin123`.
inline constexpr std::string_view intranet_demo_password = "password123";

/// The demo accounts of the intranet: they sign in by user name, which stands in `email`.
[[nodiscard]] const std::vector<demo_account>& intranet_demo_accounts();

/// An intranet with people, news, papers, letters and trainings, under the ids that its clients
/// know; what is there already is left alone. `password` is the hash of `intranet_demo_password`.
[[nodiscard]] transaction intranet_demo(const establishment_id& where, const std::string& password);

}  // namespace stoa
