#include "tests/support/standstill.hpp"

#include <csignal>
#include <fstream>
#include <stdexcept>
#include <string>

namespace stoa::testing {

standstill::standstill(pid_t postmaster) : stopped_{postmaster} {
  if (::kill(postmaster, SIGSTOP) != 0)  // first, so that it begets no more
    throw std::runtime_error("that PostgreSQL cannot be stopped");
  const auto number = std::to_string(postmaster);
  std::ifstream children{"/proc/" + number + "/task/" + number + "/children"};
  for (pid_t each = 0; children >> each;)
    if (::kill(each, SIGSTOP) == 0)
      stopped_.push_back(each);
  if (stopped_.size() < 2)
    throw std::runtime_error("that PostgreSQL has no processes of its own");
}

standstill::~standstill() {
  for (const auto each : stopped_)
    ::kill(each, SIGCONT);
}

}  // namespace stoa::testing
