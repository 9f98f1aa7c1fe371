#pragma once

namespace stoa::testing {

/// Runs the tests that the arguments name; answers what the program ends with.
using test_run = int (*)(int argc, char** argv);

/// What a ring's program does around its tests. Each program has one: `main_<ring>.cpp`, or
/// `main_plain.cpp` for those that do nothing.
int around_tests(int argc, char** argv, test_run run);

}  // namespace stoa::testing
