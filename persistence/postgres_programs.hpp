#pragma once

#include "schema/outcome.hpp"

#include <filesystem>

namespace stoa {

/// The folder with `postgres` and `initdb`: the one given, else Debian's of the version that an
/// existing cluster needs, else what pg_config or PATH name. `unavailable` when there is none, or
/// when none serves that cluster's version.
[[nodiscard]] outcome<std::filesystem::path> find_postgres(const std::filesystem::path& given,
                                                           const std::filesystem::path& cluster);

}  // namespace stoa
