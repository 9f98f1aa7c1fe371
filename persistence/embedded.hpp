#pragma once

#include "schema/outcome.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace stoa {

/// The role that owns a private cluster and everything in it: its superuser.
inline constexpr const char* cluster_owner = "stoa_owner";

/// Whose PostgreSQL it is and how long it lasts.
struct embedded_options {
  /// Holds the cluster (`postgres/`), its socket (`run/`) and its lock; made when missing. Ignored
  /// with `ephemeral`.
  std::filesystem::path data_dir = {};
  /// In a temporary folder that is removed when we stop (or by a later start, if we were killed).
  bool ephemeral = false;
  /// Where `postgres` and `initdb` are; empty: looked for.
  std::filesystem::path programs = {};
  /// How long recovery after a crash may take before start gives up.
  std::chrono::seconds start_within{300};
  /// Told, on a thread of its own, each time PostgreSQL ends without having been asked to.
  std::function<void(std::string why)> on_death = {};
};

/// A private PostgreSQL cluster: unix socket only, in folders nobody else can enter, ordinary
/// durability. It ends with this object, and by the kernel's hand when this process is killed.
///
/// When it dies after a good start (a full disk, out of memory, a kill), it is started again by
/// itself, after a quarter of a second and at most ten; whoever is connected connects anew.
///
/// `start` never finds a locked-out cluster: a postmaster that outlived its server is ended first,
/// and stale pid and socket files are removed.
class embedded_postgres {
public:
  /// Starts it, creating the cluster on first use. Faults: `conflict` when another process has this
  /// data folder; `unavailable` when PostgreSQL is missing or does not start (its own words are in
  /// the cause); `forbidden` when its account cannot enter the folder.
  [[nodiscard]] static outcome<std::unique_ptr<embedded_postgres>> start(embedded_options options);

  ~embedded_postgres();
  embedded_postgres(const embedded_postgres&) = delete;
  embedded_postgres& operator=(const embedded_postgres&) = delete;

  /// Fast shutdown: open transactions are rolled back, everything is flushed. Safe to call twice.
  void stop();

  /// For migrations: the owner of everything, a superuser of this cluster.
  [[nodiscard]] std::string owner_connection(const std::string& database = "stoa") const;
  /// For everything else: a role that owns nothing and is held by row-level security.
  [[nodiscard]] std::string app_connection(const std::string& database = "stoa") const;
  /// The folder of this cluster: `data_dir`, or the temporary one.
  [[nodiscard]] const std::filesystem::path& folder() const noexcept;
  /// The process number of the postmaster.
  [[nodiscard]] int process() const noexcept;

private:
  struct body;
  explicit embedded_postgres(std::unique_ptr<body> made);
  std::unique_ptr<body> body_;
};

}  // namespace stoa
