#pragma once

#include "tools/intake/rows.hpp"

#include <span>

namespace stoa::intake {

/// One collection of a dump of the original IntraSphere's storage.
struct collection {
  std::string_view name;
  std::string_view also;  ///< what some dumps call it; may be empty
  /// Makes an entity's row; complaints instead when it is none. `key` is the entity's name where
  /// the collection is an object.
  outcome<draft> (*read)(json_value from, std::string_view key, const establishment_id& into);
};

/// All of them, each behind those that its rows refer to.
[[nodiscard]] std::span<const collection> intrasphere_collections();

/// Collections that are counted from the others here, and so are not read.
[[nodiscard]] std::span<const std::string_view> intrasphere_counted();

/// Counts what the dump's rows add up to: seats taken, likes, replies.
[[nodiscard]] std::vector<statement> intrasphere_counts(const establishment_id& into);

/// What stands for a password that no hash came with: nobody signs in with it.
inline constexpr const char* no_password = "!";

}  // namespace stoa::intake
