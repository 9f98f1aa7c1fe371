#pragma once

#include "schema/json.hpp"

#include <span>
#include <string_view>

namespace stoa {

/// One of the keys that an intranet's people set for themselves.
struct personal_setting {
  std::string_view name;
  std::string_view usual;       ///< its value, as JSON, for who has not set it
  std::string_view words = {};  ///< the texts it may be, each between blanks; empty: any text
};

/// All of them, in the order in which clients read them.
[[nodiscard]] std::span<const personal_setting> personal_settings();

/// Whether this is a value of that setting.
[[nodiscard]] bool fits(const personal_setting& what, const json_value& value);

}  // namespace stoa
