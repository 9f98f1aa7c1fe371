#pragma once

#include "persistence/protocol.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// A demo account as it is shown to whoever starts a demo.
struct demo_account {
  std::string email;
  std::string password;
  std::string role;
  std::string establishment;
};

/// The accounts of `demo_data`.
[[nodiscard]] const std::vector<demo_account>& demo_accounts();

/// The ids of the establishments of `demo_data`.
[[nodiscard]] std::vector<std::string_view> demo_establishments();

/// Everything a demo shows, as one transaction that leaves alone what is there already. `hash_of`
/// gives the stored form of a password.
[[nodiscard]] transaction demo_data(const std::string& hash_demo, const std::string& hash_admin);

}  // namespace stoa
