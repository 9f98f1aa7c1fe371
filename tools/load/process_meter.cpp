#include "tools/load/process_meter.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <unordered_map>

namespace stoa::load {

namespace {

struct stat_line {
  int parent = 0;
  double cpu = 0;
};

stat_line read_stat(int process) {
  std::ifstream file{"/proc/" + std::to_string(process) + "/stat"};
  std::string text;
  std::getline(file, text);
  const auto behind_name = text.rfind(')');
  if (behind_name == std::string::npos)
    return {};
  std::istringstream rest{text.substr(behind_name + 1)};
  std::string skipped;
  stat_line out;
  double user = 0, system = 0;
  rest >> skipped >> out.parent;
  for (int field = 5; field < 14; ++field)
    rest >> skipped;
  rest >> user >> system;
  out.cpu = (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  return out;
}

std::uint64_t read_pss(int process) {
  std::ifstream file{"/proc/" + std::to_string(process) + "/smaps_rollup"};
  std::string word;
  while (file >> word)
    if (word == "Pss:") {
      std::uint64_t kilobytes = 0;
      file >> kilobytes;
      return kilobytes * 1024;
    }
  return 0;
}

}  // namespace

usage usage_of(int process) {
  usage out;
  if (process <= 0)
    return out;
  out.cpu_seconds = read_stat(process).cpu;
  std::ifstream memory{"/proc/" + std::to_string(process) + "/statm"};
  std::uint64_t total = 0, pages = 0;
  memory >> total >> pages;
  out.resident = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  out.own = read_pss(process);
  return out;
}

usage usage_of_descendants(int process) {
  usage out;
  if (process <= 0)
    return out;
  std::unordered_map<int, int> parents;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc", gone}) {
    const auto name = entry.path().filename().string();
    int number = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), number).ptr ==
        name.data() + name.size())
      parents.emplace(number, read_stat(number).parent);
  }
  for (const auto& [number, parent] : parents) {
    int above = parent;
    for (int depth = 0; above != process && above > 1 && depth < 32; ++depth) {
      const auto next = parents.find(above);
      above = next == parents.end() ? 0 : next->second;
    }
    if (above != process)
      continue;
    const auto one = usage_of(number);
    out.cpu_seconds += one.cpu_seconds;
    out.resident += one.resident;
    out.own += one.own;
  }
  return out;
}

}  // namespace stoa::load
