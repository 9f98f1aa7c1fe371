#include "tests/support/program.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
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

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::uint16_t port_in(const std::string& log, std::string_view mark) {
  const auto at = log.find(mark);
  std::uint16_t out = 0;
  if (at != std::string::npos)
    std::from_chars(log.data() + at + mark.size(), log.data() + log.size(), out);
  return out;
}

}  // namespace stoa::testing
