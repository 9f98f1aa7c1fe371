#include "tests/support/program.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <memory>

namespace stoa::testing {

ended stoa_program(const std::string& arguments, const std::string& line) {
  const auto command =
      "printf '%s\\n' '" + line + "' | '" + std::string{STOA_PROGRAM} + "' " + arguments + " 2>&1";
  std::unique_ptr<FILE, int (*)(FILE*)> run{popen(command.c_str(), "r"), pclose};
  REQUIRE(run);
  ended out;
  std::array<char, 1024> part{};
  while (std::fgets(part.data(), static_cast<int>(part.size()), run.get()))
    out.said += part.data();
  out.code = pclose(run.release());
  return out;
}

}  // namespace stoa::testing
