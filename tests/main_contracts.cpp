#include "tests/main.hpp"
#include "tests/support/emlyon.hpp"
#include "tests/support/stacgate.hpp"

int stoa::testing::around_tests(int argc, char** argv, test_run run) {
  const int result = run(argc, argv);
  forget_emlyon();
  forget_stacgate();
  return result;
}
