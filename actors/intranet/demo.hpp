#pragma once

#include "actors/demo.hpp"

namespace stoa {

/// The establishment of the intranet's demo.
inline constexpr const char* intranet_demo_establishment = "est-intrasphere";

/// The demo accounts of the intranet: they sign in by user name, which stands in `email`.
[[nodiscard]] const std::vector<demo_account>& intranet_demo_accounts();

/// An intranet with people, news, papers, letters and trainings, under the ids that its clients
/// know, as one transaction that leaves alone what is there already. The hashes are those of
/// `admin123` and `password123`.
[[nodiscard]] transaction intranet_demo(const std::string& hash_admin,
                                        const std::string& hash_password);

}  // namespace stoa
