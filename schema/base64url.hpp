#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stoa {

/// RFC 4648 §5 without padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes);

/// Nothing for anything that `to_base64url` does not make.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace stoa
