#pragma once

#include "schema/outcome.hpp"
#include "tools/load/book.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace stoa::load {

/// How a run ended, as the exit code of the program.
enum class verdict : int { kept = 0, broken = 1, usage = 2, unreachable = 3 };

/// What a run found: named numbers in sections, and the promises that were broken.
class report {
public:
  explicit report(std::string scenario) : scenario_(std::move(scenario)) {}

  void section(std::string name) { sections_.push_back({std::move(name), {}}); }
  void add(std::string name, std::uint64_t value) { put(std::move(name), value); }
  void add(std::string name, double value) { put(std::move(name), value); }
  void add(std::string name, std::string value) { put(std::move(name), std::move(value)); }
  /// Count, p50, p95, p99 and the longest, in milliseconds.
  void add(const std::string& name, const histogram& times);

  /// A count by its name; 0 when there is none.
  [[nodiscard]] std::uint64_t count(std::string_view name) const;

  verdict end = verdict::kept;
  std::string reason;  ///< in words, when it is not `kept`
  std::map<std::string, breach> breaches;

  /// For people, on standard output.
  void print() const;
  [[nodiscard]] std::string as_json() const;
  [[nodiscard]] outcome<void> write(const std::filesystem::path& file) const;

private:
  using cell = std::variant<std::uint64_t, double, std::string>;
  struct part {
    std::string name;
    std::vector<std::pair<std::string, cell>> cells;
  };
  void put(std::string name, cell value) {
    sections_.back().cells.emplace_back(std::move(name), std::move(value));
  }

  std::string scenario_;
  std::vector<part> sections_;
};

}  // namespace stoa::load
