#include "tests/main.hpp"
#include "tests/support/emlyon.hpp"
#include "tests/support/stacgate.hpp"
#include "tests/support/statement_log.hpp"

#include <cstdlib>
#include <optional>

int stoa::testing::around_tests(int argc, char** argv, test_run run) {
  std::optional<statement_log> statements;
  if (const char* file = std::getenv("STATEMENT_LOG"))
    statements.emplace(file);
  const int result = run(argc, argv);
  forget_emlyon();
  forget_stacgate();
  return result;
}
