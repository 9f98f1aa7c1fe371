#pragma once

#include "config/settings.hpp"
#include "schema/outcome.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace stoa {

/// What is said about settings, and by whom. Later ones win: file, environment, flags.
struct settings_input {
  std::filesystem::path file = {};                                    ///< empty: none
  std::vector<std::pair<std::string, std::string>> environment = {};  ///< all variables
  std::vector<std::pair<std::string, std::string>> flags = {};  ///< key and text; lists add up
};

/// Settings, and for each key that somebody set, where: `file:line`, `STOA_NAME` or `--name`.
struct loaded_settings {
  settings values;
  std::map<std::string, std::string, std::less<>> sources;
};

/// Reads and checks settings. The fault is `invalid` with one complaint for everything that is
/// wrong: unknown keys (with the one that was probably meant), values of the wrong shape, settings
/// that contradict each other. A complaint's path is where it was said.
[[nodiscard]] outcome<loaded_settings> load_settings(const settings_input& from);

/// The variables of this process.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> process_environment();

/// The table of keys, defaults, units and meanings that README.md shows.
[[nodiscard]] std::string settings_as_markdown();

}  // namespace stoa
