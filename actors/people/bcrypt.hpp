#pragma once

#include <string_view>

namespace stoa {

/// Whether a text is a bcrypt hash: `$2a$`, `$2b$` or `$2y$`, 60 characters.
[[nodiscard]] bool is_bcrypt(std::string_view hash);

}  // namespace stoa
