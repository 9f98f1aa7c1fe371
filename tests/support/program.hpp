#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace stoa::testing {

/// How a run of the program ended, and everything it printed.
struct ended {
  int code = -1;  ///< as `waitpid` has it
  std::string said;
};

/// Runs the program with these arguments and one line on its standard input.
[[nodiscard]] ended stoa_program(const std::string& arguments, const std::string& line = "");

/// What is in a file, byte for byte; nothing when it is not there.
[[nodiscard]] std::string content_of(const std::filesystem::path& file);

/// The port that a program tells behind this mark; 0 as long as it told none.
[[nodiscard]] std::uint16_t port_in(const std::string& log,
                                    std::string_view mark = "http://127.0.0.1:");

}  // namespace stoa::testing
