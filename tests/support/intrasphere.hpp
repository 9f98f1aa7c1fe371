#pragma once

#include "tests/support/http_client.hpp"

#include <string>
#include <string_view>

namespace stoa::testing {

/// A client of the intranet's site that nobody is signed in with.
[[nodiscard]] http_client intranet_visitor();

/// A client signed in as one of the intranet's demo people: `admin`, `marie.martin` (moderator),
/// `pierre.dubois` (employee). The same session each time; a test that ends it signs in with
/// `fresh_colleague`.
[[nodiscard]] http_client& colleague(std::string_view who);
[[nodiscard]] http_client fresh_colleague(std::string_view who);

/// A new employee, signed in; the name is the user name, and the password `Secret1!`.
[[nodiscard]] http_client new_colleague(std::string_view name);

/// Somebody of another establishment on the same site: nothing of the intranet exists for them.
[[nodiscard]] http_client& outside_colleague();

}  // namespace stoa::testing
