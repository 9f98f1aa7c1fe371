#pragma once

#include "net/endpoint.hpp"
#include "schema/json.hpp"

#include <string>
#include <string_view>

/// What native clients say, held against the words that tell of it: those of a `row_note`, which
/// /openapi.json is made from, and the same for frames. `name:type`, with `!` behind one that must
/// be there; null is the same as not being there.
namespace stoa::stoa_api {

/// Throws `invalid`, with a complaint for each mistake, unless this is an object with these
/// members, each of its type, and no others.
void need_members(const json_value& said, std::string_view words, std::string_view more = {});

/// The body of the call, held against the note of its row.
[[nodiscard]] json_value noted_body(call& c);

/// Throws `invalid` unless the query has only parameters that the note of the row names, each of
/// its type.
void need_noted_query(const call& c);

/// A fault about one member.
[[nodiscard]] fault_error about_member(std::string name, std::string text);

}  // namespace stoa::stoa_api
