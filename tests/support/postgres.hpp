#pragma once

#include "persistence/embedded.hpp"
#include "persistence/migrate.hpp"
#include "persistence/pg/session.hpp"

#include <filesystem>
#include <span>
#include <string>

namespace stoa::testing {

/// The PostgreSQL of this test program: one ephemeral cluster, started by the first test that asks.
[[nodiscard]] embedded_postgres& shared_postgres();

/// Stops it; called at the end of main. Nothing happens when no test asked for one.
void forget_postgres();

/// A database of one test, gone with it. `migrated` copies a template that has all migrations of
/// the program; `empty` has none.
class scratch_database {
public:
  enum class kind { migrated, empty };
  explicit scratch_database(kind which = kind::migrated);
  ~scratch_database();
  scratch_database(const scratch_database&) = delete;
  scratch_database& operator=(const scratch_database&) = delete;

  /// For setting things up: a superuser, held by no row-level security.
  [[nodiscard]] std::string owner() const;
  /// What the server uses.
  [[nodiscard]] std::string app() const;
  /// A blocking session as the owner or as the application.
  [[nodiscard]] pg::session owner_session() const;
  [[nodiscard]] pg::session app_session() const;

private:
  std::string name_;
};

/// Runs statements that must not fail; the answer of the last one.
pg::answer run(pg::session& database, const std::string& sql);

/// The first value of what a statement finds, `nothing` without a row, or why it failed.
[[nodiscard]] std::string first_value(pg::session& database, const std::string& sql);

/// A folder of one test, gone with it; others may pass through but not read.
class scratch_folder {
public:
  scratch_folder();
  ~scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
  std::filesystem::path path_;
};

/// Three migrations; the second waits until its process is killed, unless the table `go_on` exists.
[[nodiscard]] std::span<const migration> slow_migrations();

}  // namespace stoa::testing
