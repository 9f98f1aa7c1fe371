#pragma once

#include "schema/json.hpp"

namespace stoa {

/// As `json::parse`, for families whose clients are used to a JavaScript server: a byte order mark
/// is passed over, and of a name that appears twice in one object the last one counts.
[[nodiscard]] outcome<json> parse_forgiving(std::string_view text, const json_limits& limits = {});

}  // namespace stoa
