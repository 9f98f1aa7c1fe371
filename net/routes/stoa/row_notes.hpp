#pragma once

#include "net/endpoint.hpp"

#include <string_view>

namespace stoa::stoa_api {

/// What /openapi.json says of a row with a function of its own, beside what its `endpoint` tells.
/// Members and parameters are words like `name:string`; `!` behind one says that it must be there.
struct row_note {
  verb method;
  std::string_view path;
  std::string_view query = {};
  /// What comes back: rows as described, or members of its own; both: the described ones and more.
  const entity* answers = nullptr;
  std::string_view members = {};
  enum class count : std::uint8_t { one, many, redirect } how = count::one;
  std::string_view takes = {};  ///< members of the body
};

/// The note about a row of an edition; null when there is none.
[[nodiscard]] const row_note* note_of(const edition& speaks, const endpoint& row);

/// Every note of an edition and of the shared rows, for the test that each is about a row.
[[nodiscard]] std::span<const row_note> notes_of(const edition& speaks);
[[nodiscard]] std::span<const row_note> shared_notes();

}  // namespace stoa::stoa_api
