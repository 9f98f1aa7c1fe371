#pragma once

#include "persistence/process.hpp"
#include "tests/support/postgres.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>

namespace stoa::testing {

/// A primary and its streaming standby, two real PostgreSQL on TCP ports of 127.0.0.1, gone with
/// their test. The primary has the database `stoa` and the role that serves, no table yet.
class postgres_pair {
public:
  enum class replication { asynchronous, synchronous };
  explicit postgres_pair(replication how);
  ~postgres_pair();
  postgres_pair(const postgres_pair&) = delete;
  postgres_pair& operator=(const postgres_pair&) = delete;

  /// Connection string that names both, the primary first.
  [[nodiscard]] std::string owner() const;
  [[nodiscard]] std::string app() const;
  [[nodiscard]] std::string standby_owner() const;

  [[nodiscard]] pid_t primary() const noexcept { return primary_.process; }
  /// kill -9 of the primary, as a power cut does it.
  void kill_primary();
  /// Makes the standby a primary, and waits until it takes writes.
  void promote_standby();

private:
  struct server {
    std::filesystem::path folder;
    std::uint16_t port = 0;
    pid_t process = -1;
  };
  void start(server& which);
  void end(server& which, int signal);
  [[nodiscard]] std::string connection(const std::string& role, const std::string& ports) const;

  scratch_folder folder_;
  std::optional<system_user> account_;
  std::filesystem::path programs_;
  server primary_;
  server standby_;
};

}  // namespace stoa::testing
