#pragma once

#include "net/node.hpp"
#include "tests/support/http_client.hpp"

#include <string>
#include <string_view>

namespace stoa::testing {

/// The node that all tests of this contract share: demo data, one StacGate site on a port of its
/// own. Started by the first test that asks, stopped at the end of the run.
[[nodiscard]] node& stacgate_node();

/// Stops it; called at the end of main, while the libraries' static objects are still there.
void forget_stacgate();

/// A client that nobody is signed in with.
[[nodiscard]] http_client stacgate_visitor();

/// A client signed in as one of the demo people: `superadmin`, `jean` (admin), `manager`, `marie`,
/// `paul` (trainers), `sophie`, `lucas` (learners), all of demo-academy; `claire` is techpro's
/// admin. The same session each time; a test that ends it signs in with `fresh_session`.
[[nodiscard]] http_client& as(std::string_view who);
[[nodiscard]] http_client fresh_session(std::string_view who);

/// A new learner of demo-academy, signed in; the name is part of the address and the only name.
[[nodiscard]] http_client newcomer(std::string_view name);

/// A new public study group of Marie's, its id.
[[nodiscard]] std::string new_group(std::string_view more = {});

/// What a client of /ws/collaboration says to join a room.
[[nodiscard]] std::string join_room_frame(std::string_view room, std::string_view kind,
                                          std::string_view resource);

}  // namespace stoa::testing
