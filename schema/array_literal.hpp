#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// PostgreSQL's text form of `text[]` (manual §8.15.2), every element quoted.
[[nodiscard]] std::string to_array_literal(std::span<const std::string> list);

/// Reads it back; false for anything but a flat array without NULLs.
[[nodiscard]] bool from_array_literal(std::string_view literal, std::vector<std::string>& out);

}  // namespace stoa
