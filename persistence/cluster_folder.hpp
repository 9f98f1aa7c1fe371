#pragma once

#include "persistence/process.hpp"
#include "schema/outcome.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace stoa {

/// An exclusive claim on a file, held until this object or this process ends; the kernel lets go
/// even after kill -9.
class file_lock {
public:
  /// Claims it, creating the file when missing. `conflict` names the process that has it.
  [[nodiscard]] static outcome<file_lock> claim(const std::filesystem::path& file);

  file_lock(file_lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  file_lock& operator=(file_lock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~file_lock();

private:
  explicit file_lock(int file) : file_(file) {}
  int file_;
};

/// The folders of one private PostgreSQL, claimed by this process.
class cluster_folder {
public:
  /// Claims `data_dir`, creating it when missing.
  [[nodiscard]] static outcome<cluster_folder> claim(const std::filesystem::path& data_dir,
                                                     std::optional<system_user> account);
  /// Makes and claims a temporary one, after removing those whose process is gone.
  [[nodiscard]] static outcome<cluster_folder> temporary(std::optional<system_user> account);

  cluster_folder(cluster_folder&&) noexcept = default;
  cluster_folder& operator=(cluster_folder&&) = delete;
  /// Removes a temporary folder.
  ~cluster_folder();

  [[nodiscard]] const std::filesystem::path& root() const noexcept { return root_; }
  [[nodiscard]] std::filesystem::path cluster() const { return root_ / "postgres"; }
  [[nodiscard]] const std::optional<system_user>& account() const noexcept { return account_; }
  /// What PostgreSQL said before it opened its log.
  [[nodiscard]] std::filesystem::path start_log() const { return root_ / "postgres-start.log"; }

  /// A folder for PostgreSQL's account alone, empty: what was there is removed.
  [[nodiscard]] outcome<void> make_private(const std::filesystem::path& folder) const;
  /// An empty private folder whose path is short enough for a unix socket (107 bytes with the
  /// socket's own name): `run` beside the cluster, else one in the temporary folder.
  [[nodiscard]] outcome<std::filesystem::path> socket_folder() const;
  /// Removes the socket folder, wherever it was.
  void remove_sockets() const;

private:
  cluster_folder(std::filesystem::path root, std::optional<system_user> account, file_lock lock,
                 bool temporary);

  std::filesystem::path root_;
  std::optional<system_user> account_;
  file_lock lock_;
  bool temporary_;
};

}  // namespace stoa
