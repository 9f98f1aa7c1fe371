#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace stoa::testing {

/// Collects the text of every statement that this program prepares, from the log area `statements`,
/// and writes them to a file when it ends: what `plans_test.cpp` explains.
class statement_log {
public:
  explicit statement_log(std::filesystem::path file);
  ~statement_log();
  statement_log(const statement_log&) = delete;
  statement_log& operator=(const statement_log&) = delete;

private:
  struct collector;
  std::filesystem::path file_;
  std::shared_ptr<collector> sink_;
};

/// What such a file has, each text once; nothing when there is no file.
[[nodiscard]] std::vector<std::string> read_statement_log(const std::filesystem::path& file);

}  // namespace stoa::testing
