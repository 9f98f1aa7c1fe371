#pragma once

#include "persistence/pg/session.hpp"
#include "schema/outcome.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// One numbered pair of SQL files: NNNN_name.up.sql and NNNN_name.down.sql.
struct migration {
  std::uint32_t number = 0;
  std::string_view name;
  std::string_view up;
  std::string_view down;
};

/// The pairs of persistence/migrations, in order, as they were when the program was built.
[[nodiscard]] std::span<const migration> embedded_migrations();

/// Where one migration stands in a database.
enum class migration_state : std::uint8_t {
  pending,  ///< known, not applied
  applied,  ///< applied, and still the same text
  changed,  ///< applied with another name or text than ours
  unknown,  ///< applied, and not ours: the database is newer than this program
};

[[nodiscard]] const char* name_of(migration_state state) noexcept;

/// One line of `stoa migrate status`.
struct migration_status {
  std::uint32_t number = 0;
  std::string name;
  migration_state state = migration_state::pending;
  std::string applied_at;  ///< ISO 8601 in UTC, empty while pending
};

/// BLAKE2b-256 of the `up` text in hexadecimal. `down` may be corrected later; what was applied may
/// not.
[[nodiscard]] std::string checksum_of(const migration& what);

/// Every known or applied migration with its state, by number. Changes nothing.
[[nodiscard]] outcome<std::vector<migration_status>> migrations_in(
    pg::session& database, std::span<const migration> known);

/// Applies what is pending, in order, and returns the numbers it applied.
///
/// Each is one transaction with its row in stoa_migrations; the whole run holds an advisory lock,
/// so servers that start together take turns. A process killed on the way leaves whole migrations.
/// `conflict`: the database has a changed or unknown one, or one pending below an applied one.
[[nodiscard]] outcome<std::vector<std::uint32_t>> migrate_up(pg::session& database,
                                                             std::span<const migration> known);

/// Takes back every applied migration above `to`, newest first, and returns their numbers.
[[nodiscard]] outcome<std::vector<std::uint32_t>> migrate_down(pg::session& database,
                                                               std::span<const migration> known,
                                                               std::uint32_t to);

}  // namespace stoa
