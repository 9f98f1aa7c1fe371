#pragma once

#include "actors/media/file_places.hpp"
#include "persistence/pg/session.hpp"
#include "tools/backup/manifest.hpp"

#include <filesystem>

namespace stoa {

/// The folder of a backup with the files that people sent, as `files/<name>`.
inline constexpr const char* files_folder = "files";

/// Copies every file that the database names, as this session sees it, from its place (a disk or a
/// bucket) into the backup, and adds it to the manifest; what is not there is noted as missing.
/// `unavailable` when the place or the backup cannot be reached.
[[nodiscard]] outcome<void> save_files(pg::session& snapshot, const file_places& from,
                                       const std::filesystem::path& backup, backup_manifest& into);

/// Brings the files of a backup to their place. Those that are there already are written anew, so a
/// restore that was killed can be done again. How many there were.
[[nodiscard]] outcome<std::size_t> restore_files(const std::filesystem::path& backup,
                                                 const backup_manifest& what,
                                                 const file_places& to);

}  // namespace stoa
