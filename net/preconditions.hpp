#pragma once

#include "net/endpoint.hpp"
#include "net/router.hpp"

#include <string>
#include <string_view>
#include <unordered_set>

namespace stoa {

/// What a fault and an answer of status 412 say.
inline constexpr std::string_view changed_meanwhile = "the resource is not as the request requires";

/// Whether a request that writes asks for a condition first: `If-Match`, `If-None-Match` or
/// `If-Unmodified-Since` (RFC 9110 §13.1).
[[nodiscard]] bool has_precondition(const request& head);

/// The strong tag that an answer of this row has when somebody reads it: of its bare body, or the
/// one that the row itself gave; empty for what has none.
[[nodiscard]] std::string tag_of(const reply& answer);

/// Whether an address means another thing for each caller, as `/api/users/me` does.
[[nodiscard]] bool is_of_caller(const endpoint& row) noexcept;

/// What a writing request's address shows to who reads it.
struct look {
  /// The call of the row that reads what this one writes, by the same caller. Nobody sees its
  /// answer, so it counts as no visit. Null where there is none.
  call_ptr reading;
  /// The address can be read, but what is read there is not what would be written.
  bool shows_else = false;
};

/// `written` are the reading rows of addresses that can be written; others may do something, and
/// are not run.
[[nodiscard]] look look_before(const call& writer, const router& rows,
                               const std::unordered_set<const endpoint*>& written);

/// Runs a writing row if the conditions of its request hold for what `before` shows; else 412 in
/// the family's shape. What cannot be read has no conditions that hold. Where the row is one of a
/// described table, the transaction that writes first looks whether the row is still the one that
/// was judged, and holds it.
task<reply> run_if_it_holds(call_ptr c, const endpoint& writes, look before);

}  // namespace stoa
