#pragma once

#include "schema/json.hpp"

namespace stoa {

/// Says what is wrong with a text that is not acceptable JSON, and where: the member's path, the
/// line and the column. Nothing when it finds no fault. The parser asks it only after it has
/// refused a text, so it may take its time.
[[nodiscard]] std::optional<complaint> diagnose_json(std::string_view text, std::size_t max_depth);

}  // namespace stoa
