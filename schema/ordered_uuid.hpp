#pragma once

#include <string>

namespace stoa {

/// A fresh identifier for rows of which there are very many: a lower-case UUID version 7 (RFC
/// 9562), milliseconds first and then random. Its unique index grows at one end instead of
/// everywhere.
[[nodiscard]] std::string fresh_ordered_uuid();

}  // namespace stoa
