#pragma once

#include <string>
#include <string_view>

namespace stoa::testing {

/// Compares a text with `tests/golden/NAME`, the form in which a reviewer sees it change. Answers
/// nothing when they are equal, else the first line that differs and how to renew the file. With
/// STOA_RENEW_GOLDEN=1 in the environment it writes the file instead, and says so, so that a
/// renewing run is never a passing one.
[[nodiscard]] std::string golden_difference(std::string_view name, std::string_view text);

/// The same for any file of the checkout, by its path from the root.
[[nodiscard]] std::string kept_difference(std::string_view path, std::string_view text);

}  // namespace stoa::testing
