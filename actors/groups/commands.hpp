#pragma once

#include "actors/groups/protocol.hpp"
#include "schema/entity.hpp"

/// The wishes of this area that clients spell, described: what a route row reads them by. Fields
/// that the server sets come from the path.
namespace stoa {

[[nodiscard]] const entity& description_of(const list_members*);
[[nodiscard]] const entity& description_of(const admit_member*);
[[nodiscard]] const entity& description_of(const remove_member*);
[[nodiscard]] const entity& description_of(const set_member_role*);
[[nodiscard]] const entity& description_of(const archive_room*);

}  // namespace stoa
