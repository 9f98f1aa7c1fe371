#pragma once

#include "net/endpoint.hpp"
#include "schema/outcome.hpp"

#include <string>

namespace stoa {

/// The name of a row in `/openapi.json` and in the setting `rate`: `get /api/groups/{id}` is
/// `getApiGroupsId`.
[[nodiscard]] std::string operation_id(const endpoint& row);

/// The rows of an edition and the shared ones as a table, sorted by path and method: method, path,
/// who may call it at least, its rate beside the
/// general one, and what a generic row does. Fails when the rows contradict
/// each other.
[[nodiscard]] outcome<std::string> route_table(const edition& of);

/// The tables of every edition, each under a line with its name: what `stoa routes` prints and
/// tests/golden/routes.txt keeps.
[[nodiscard]] outcome<std::string> route_tables();

}  // namespace stoa
