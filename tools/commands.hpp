#pragma once

#include "config/load.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace stoa {

/// What the command line asks for; its result is the exit code of the program.
using job = std::function<int()>;

/// Every setting as an option of a subcommand, and --config for the file.
///
/// Keep it as long as the subcommand: parsing writes into it.
class setting_options {
public:
  explicit setting_options(CLI::App& to);
  setting_options(const setting_options&) = delete;
  setting_options& operator=(const setting_options&) = delete;

  /// File (--config, else STOA_CONFIG, else /etc/stoa/stoa.conf if it is there), environment,
  /// flags.
  [[nodiscard]] outcome<loaded_settings> load() const;

private:
  std::string file_;
  std::vector<std::pair<std::string, std::string>> given_;
};

/// Writes a fault and its complaints to standard error; returns the exit code for it, 1.
int tell(const fault& why);

// Each adds a subcommand and sets the job when it is the one on the command line.
void add_serve_command(CLI::App& to, job& what);
void add_migrate_command(CLI::App& to, job& what);
void add_config_command(CLI::App& to, job& what);
void add_routes_command(CLI::App& to, job& what);
void add_seed_command(CLI::App& to, job& what);
void add_user_command(CLI::App& to, job& what);
void add_backup_commands(CLI::App& to, job& what);
void add_audit_command(CLI::App& to, job& what);
void add_import_command(CLI::App& to, job& what);

}  // namespace stoa
