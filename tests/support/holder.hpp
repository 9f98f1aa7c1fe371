#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <sys/types.h>

namespace stoa::testing {

/// Another process running this test program with a job of `main_persistence.cpp`; killed with the
/// object.
class holder {
public:
  holder(const std::string& job, const std::string& argument);
  ~holder();
  holder(const holder&) = delete;
  holder& operator=(const holder&) = delete;

  /// The next line it prints; empty when it ended without one.
  [[nodiscard]] std::string line();
  /// kill -9, and waits until the kernel has buried it.
  void kill();

private:
  pid_t process_ = -1;
  int output_ = -1;
};

/// Waits until something holds, for a limited time; false when it never did.
[[nodiscard]] bool eventually(const std::function<bool()>& condition,
                              std::chrono::milliseconds within = std::chrono::seconds{20});

}  // namespace stoa::testing
