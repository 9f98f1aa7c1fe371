#include "tests/main.hpp"

int stoa::testing::around_tests(int argc, char** argv, test_run run) {
  return run(argc, argv);
}
