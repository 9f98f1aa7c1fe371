#include "persistence/postgres_programs.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace stoa {
namespace {

namespace fs = std::filesystem;

std::string output_of(const std::string& command) {
  auto close = [](FILE* file) { pclose(file); };
  std::unique_ptr<FILE, decltype(close)> pipe{popen(command.c_str(), "re"), close};
  std::string text;
  std::array<char, 256> part{};
  while (pipe && fgets(part.data(), part.size(), pipe.get()) != nullptr)
    text += part.data();
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

bool has_programs(const fs::path& folder) {
  return folder.native().find('\'') == std::string::npos &&  // it goes through a shell below
         access((folder / "postgres").c_str(), X_OK) == 0 &&
         access((folder / "initdb").c_str(), X_OK) == 0;
}

/// "15" of a cluster or of `postgres (PostgreSQL) 15.20 (Debian …)`.
std::string version_of(const fs::path& folder) {
  auto text = output_of("'" + (folder / "postgres").string() + "' --version 2>/dev/null");
  auto at = text.find(") ");
  return at == std::string::npos ? "" : text.substr(at + 2, text.find('.', at) - at - 2);
}

}  // namespace

outcome<fs::path> find_postgres(const fs::path& given, const fs::path& cluster) {
  std::string needed;
  std::ifstream{cluster / "PG_VERSION"} >> needed;
  std::vector<fs::path> candidates;
  if (!given.empty()) {
    candidates.push_back(given);
  } else {
    for (const auto& version : {needed, std::string{"15"}, std::string{"16"}, std::string{"17"}})
      if (!version.empty())
        candidates.push_back(fs::path{"/usr/lib/postgresql"} / version / "bin");
    if (auto named = output_of("pg_config --bindir 2>/dev/null"); !named.empty())
      candidates.emplace_back(named);
    std::istringstream path{std::getenv("PATH") != nullptr ? std::getenv("PATH") : ""};
    for (std::string folder; std::getline(path, folder, ':');)
      if (!folder.empty())
        candidates.emplace_back(folder);
  }
  std::string others;
  for (const auto& folder : candidates) {
    if (!has_programs(folder))
      continue;
    auto version = version_of(folder);
    if (needed.empty() || version == needed)
      return folder;
    others += ' ' + folder.string() + " (" + version + ')';
  }
  if (needed.empty())
    return fail(fault_code::unavailable,
                "PostgreSQL is not installed (Debian: postgresql-15), and DATABASE_URL names none");
  return fail(fault_code::unavailable,
              "the data folder was made by PostgreSQL " + needed + ", which is not installed",
              "found:" + others);
}

}  // namespace stoa
