#pragma once

#include "schema/outcome.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace stoa {

/// Who runs a program that refuses to run as root.
struct system_user {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;
};

/// A program to start beside us.
struct child {
  std::vector<std::string> arguments;  ///< the program's absolute path first
  std::optional<system_user> as;       ///< nothing: whoever we are
  std::filesystem::path output;        ///< its stdout and stderr; truncated first
  int when_we_die = 15;                ///< the signal that the kernel sends it then
};

/// The account for PostgreSQL: nothing unless we are root; then `postgres`, else `nobody`. The
/// fault is `unavailable` when neither exists.
[[nodiscard]] outcome<std::optional<system_user>> unprivileged_user();

/// Whether that account can enter this folder: every one above it must let it through.
[[nodiscard]] bool can_enter(const std::optional<system_user>& who,
                             const std::filesystem::path& folder);

/// Starts a program in a session of its own (so a terminal's Ctrl-C is only ours), with no file of
/// ours open. The kernel signals it when the calling *thread* ends, so that thread must stay.
[[nodiscard]] outcome<pid_t> start_child(const child& what);

/// Starts a program and waits for its end. A program that does not end with 0 in time is a fault
/// with the end of its output as the cause.
[[nodiscard]] outcome<void> run_child(const child& what, std::chrono::seconds within);

/// Ends every `postgres` whose working folder is `cluster` (so: that serves this cluster), politely
/// first (SIGINT to the one named in postmaster.pid), then with SIGQUIT, then SIGKILL. Returns how
/// many there were. For whoever holds the folder's lock.
[[nodiscard]] outcome<std::size_t> end_postgres_in(const std::filesystem::path& cluster);

/// The last `limit` bytes of a file, empty when it cannot be read.
[[nodiscard]] std::string tail_of(const std::filesystem::path& file, std::size_t limit = 2000);

}  // namespace stoa
