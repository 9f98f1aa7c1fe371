#define CATCH_CONFIG_RUNNER
#include "tests/support/emlyon.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

int main(int argc, char** argv) {
  const int result = Catch::Session().run(argc, argv);
  stoa::testing::forget_emlyon();
  stoa::testing::forget_stacgate();
  return result;
}
