#pragma once

#include <string>

namespace stoa::testing {

/// How a run of the program ended, and everything it printed.
struct ended {
  int code = -1;  ///< as `waitpid` has it
  std::string said;
};

/// Runs the program with these arguments and one line on its standard input.
[[nodiscard]] ended stoa_program(const std::string& arguments, const std::string& line = "");

}  // namespace stoa::testing
