#pragma once

#include "net/endpoint.hpp"
#include "net/routes/stoa/members.hpp"
#include "schema/json.hpp"

/// What native clients say, held against the words that tell of it: those of a `row_note`, which
/// /openapi.json is made from.
namespace stoa::stoa_api {

/// The body of the call, held against the note of its row.
[[nodiscard]] json_value noted_body(call& c);

/// Throws `invalid` unless the query has only parameters that the note of the row names, each of
/// its type.
void need_noted_query(const call& c);

}  // namespace stoa::stoa_api
