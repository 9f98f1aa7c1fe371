#pragma once

#include "persistence/protocol.hpp"
#include "schema/outcome.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// The establishment that load tests happen in; nobody else's data is touched.
inline constexpr std::string_view load_establishment = "est-load";

/// How many take part in a load test.
struct load_size {
  std::uint32_t users = 1000;
  std::uint32_t groups = 50;
  std::uint32_t per_group = 0;  ///< members of each group; 0: everybody is in exactly one
};

/// A user of a load test, signed in with this token.
struct load_user {
  std::string id;
  std::string token;
};

/// A study group of a load test; its room has the same id.
struct load_group {
  std::string id;
  std::vector<std::uint32_t> members;  ///< indices of users; the first is its admin
};

/// Everybody who takes part in a load test.
struct load_people {
  std::vector<load_user> users;
  std::vector<load_group> groups;
};

/// Names people (`load-user-1` …) and groups (`load-group-1` …) and gives out fresh tokens.
/// `invalid` for sizes that study groups cannot have (2 to 1000 members).
[[nodiscard]] outcome<load_people> plan_load(const load_size& size);

/// What writes them, in transactions of a few thousand rows, in this order. People and groups that
/// are there already stay; their new sessions come beside the old ones, for a week.
[[nodiscard]] std::vector<transaction> load_data(const load_people& who,
                                                 const std::string& password_hash);

/// `{"users":[{"id","token"}],"groups":[{"id","members":[user id]}]}`: what the load tester reads.
/// The file signs in as everybody in it: keep it private.
[[nodiscard]] std::string load_people_as_json(const load_people& who);

}  // namespace stoa
