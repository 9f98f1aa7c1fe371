#pragma once

#include "schema/outcome.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace stoa::load {

/// A server that we start and kill. It ends with this object.
class server_process {
public:
  /// `command` is a program and its arguments; no shell reads it. What it prints is appended to
  /// `log`.
  server_process(std::vector<std::string> command, std::filesystem::path log)
      : command_(std::move(command)), log_(std::move(log)) {}
  ~server_process() { stop(); }
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  [[nodiscard]] outcome<void> start();
  /// kill -9, and waits until it is buried.
  void kill();
  /// Asks it to end, and waits up to half a minute.
  void stop();
  /// Waits until it ends by itself; its exit code, or -1 when a signal ended it.
  int wait();
  /// Its number, 0 when there is none.
  [[nodiscard]] int process() const noexcept { return process_; }
  /// Whether it ended by itself.
  [[nodiscard]] bool ended();

private:
  std::vector<std::string> command_;
  std::filesystem::path log_;
  int process_ = 0;
};

/// Splits a command line at blanks; single and double quotes keep words together.
[[nodiscard]] std::vector<std::string> words_of(const std::string& command);

}  // namespace stoa::load
