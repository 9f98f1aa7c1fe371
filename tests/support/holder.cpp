#include "tests/support/holder.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace stoa::testing {

holder::holder(const std::string& job, const std::string& argument) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe");
  output_ = ends[0];
  process_ = fork();
  if (process_ == 0) {
    dup2(ends[1], 1);
    execl("/proc/self/exe", "holder", job.c_str(), argument.c_str(), nullptr);
    _exit(127);
  }
  ::close(ends[1]);
  if (process_ < 0)
    throw std::runtime_error("no process");
}

holder::~holder() {
  kill();
  ::close(output_);
}

std::string holder::line() {
  std::string text;
  char next = 0;
  while (read(output_, &next, 1) == 1 && next != '\n')
    text += next;
  return text;
}

void holder::kill() {
  if (process_ <= 0)
    return;
  ::kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds within) {
  auto until = std::chrono::steady_clock::now() + within;
  while (std::chrono::steady_clock::now() < until) {
    if (condition())
      return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return condition();
}

}  // namespace stoa::testing
