// Catch's own body, compiled once for all rings: it takes longer than any test.
#define CATCH_CONFIG_RUNNER
#include "tests/main.hpp"

#include <catch2/catch.hpp>

int main(int argc, char** argv) {
  return stoa::testing::around_tests(
      argc, argv, [](int count, char** all) { return Catch::Session().run(count, all); });
}
