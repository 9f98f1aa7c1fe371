#pragma once

#include "schema/outcome.hpp"

#include <filesystem>
#include <string>

namespace stoa {

/// The secret that signs tokens where nobody configured one: 256 random bits in base64url, made
/// once and kept in `secret.key` of this folder, readable by its owner alone. A file that is
/// shorter than a secret has to be is refused rather than replaced: it is somebody's.
[[nodiscard]] outcome<std::string> kept_secret(const std::filesystem::path& folder);

}  // namespace stoa
