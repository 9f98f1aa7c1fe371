#pragma once

#include "schema/outcome.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace stoa {

/// A file of a backup, with what proves that it is whole.
struct backup_entry {
  std::string path;  ///< below the backup's folder
  std::uint64_t size = 0;
  std::string sha256;  ///< lower-case hexadecimal
};

/// What a backup holds. Written last, so a folder without one is no finished backup.
struct backup_manifest {
  std::string program;  ///< version that made it
  std::string made_at;  ///< RFC 3339, UTC: the moment that the database is as of
  std::vector<backup_entry> entries;
  /// Files that the database names and that were not there: removed while the backup was made, or
  /// lost before.
  std::vector<std::string> missing;
  std::vector<std::string> left_out;  ///< sentences about what is not in it
};

inline constexpr const char* manifest_name = "manifest.json";

/// Size and SHA-256 of a file below a folder. `unavailable` when it cannot be read.
[[nodiscard]] outcome<backup_entry> entry_of(const std::filesystem::path& folder,
                                             const std::string& path);

/// Writes a manifest into the folder, all at once and durably.
[[nodiscard]] outcome<void> write_manifest(const std::filesystem::path& folder,
                                           const backup_manifest& what);

/// Reads a folder's manifest and compares every file with it. `not_found` without a manifest,
/// `invalid` when a file is missing, shorter or changed; the text names the first one.
[[nodiscard]] outcome<backup_manifest> read_manifest(const std::filesystem::path& folder);

}  // namespace stoa
