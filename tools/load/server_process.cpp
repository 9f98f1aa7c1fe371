#include "tools/load/server_process.hpp"

#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace stoa::load {

outcome<void> server_process::start() {
  const int log = ::open(log_.empty() ? "/dev/null" : log_.c_str(),
                         O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0)
    return fail(fault_code::unavailable, "cannot write " + log_.string(), std::strerror(errno));
  std::vector<char*> arguments;
  for (auto& each : command_)
    arguments.push_back(each.data());
  arguments.push_back(nullptr);
  const auto parent = getpid();
  const int made = fork();
  if (made == 0) {
    // Nobody is left to stop it when we are killed.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    setpgid(0, 0);  // Ctrl-C is for us; we stop it when the books are closed
    if (getppid() != parent)
      _exit(127);
    dup2(log, 1);
    dup2(log, 2);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  ::close(log);
  if (made < 0)
    return fail(fault_code::unavailable, "cannot start a process", std::strerror(errno));
  process_ = made;
  return {};
}

bool server_process::ended() {
  if (process_ > 0 && waitpid(process_, nullptr, WNOHANG) == process_)
    process_ = 0;
  return process_ == 0;
}

int server_process::wait() {
  int status = -1;
  if (process_ > 0)
    waitpid(process_, &status, 0);
  process_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void server_process::kill() {
  if (process_ <= 0)
    return;
  ::kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = 0;
}

void server_process::stop() {
  if (process_ <= 0)
    return;
  ::kill(process_, SIGTERM);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!ended()) {
    if (std::chrono::steady_clock::now() > until)
      return kill();
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

std::vector<std::string> words_of(const std::string& command) {
  std::vector<std::string> out;
  char quote = 0;
  bool inside = false;
  for (const char c : command) {
    if (quote != 0 ? c == quote : (c == '"' || c == '\'')) {
      quote = quote != 0 ? '\0' : c;
      if (!std::exchange(inside, true))
        out.emplace_back();
    } else if (quote == 0 && (c == ' ' || c == '\t')) {
      inside = false;
    } else {
      if (!std::exchange(inside, true))
        out.emplace_back();
      out.back() += c;
    }
  }
  return out;
}

}  // namespace stoa::load
