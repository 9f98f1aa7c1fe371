#include "persistence/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace stoa {
namespace {

namespace fs = std::filesystem;
using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

std::string reason(int code) {
  return std::generic_category().message(code);
}

/// Closes what it holds.
struct descriptor {
  int number = -1;
  descriptor() = default;
  explicit descriptor(int n) : number(n) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() { reset(); }
  void reset() {
    if (number >= 0)
      ::close(number);
    number = -1;
  }
};

std::optional<system_user> find_user(const char* name) {
  std::array<char, 4096> space{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwnam_r(name, &entry, space.data(), space.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return system_user{entry.pw_uid, entry.pw_gid, name};
}

// Between fork and exec only async-signal-safe calls are allowed: everything is made before.
struct made_before {
  std::vector<char*> arguments;
  std::vector<std::string> settings;
  std::vector<char*> environment;
  std::vector<gid_t> groups;
};

made_before prepare(const child& what) {
  made_before made;
  for (const auto& argument : what.arguments)
    made.arguments.push_back(const_cast<char*>(argument.c_str()));
  made.arguments.push_back(nullptr);
  // Nothing of ours leaks in: PGOPTIONS, PGDATA or a locale would change what PostgreSQL does.
  made.settings = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8"};
  for (const char* name : {"TZ", "LD_LIBRARY_PATH", "TMPDIR"})
    if (const char* value = std::getenv(name))
      made.settings.push_back(std::string{name} + '=' + value);
  for (auto& setting : made.settings)
    made.environment.push_back(setting.data());
  made.environment.push_back(nullptr);
  if (what.as) {
    int count = 64;
    made.groups.resize(64);
    if (getgrouplist(what.as->name.c_str(), what.as->gid, made.groups.data(), &count) < 0)
      count = 1, made.groups = {what.as->gid};
    made.groups.resize(static_cast<std::size_t>(count));
  }
  return made;
}

bool become(const system_user& who, const std::vector<gid_t>& groups) {
  return setgroups(groups.size(), groups.data()) == 0 &&
         setresgid(who.gid, who.gid, who.gid) == 0 && setresuid(who.uid, who.uid, who.uid) == 0;
}

/// Runs in the child; returns only when the program could not be started.
void turn_into(const child& what, const made_before& ready, int output, pid_t parent) {
  setsid();
  for (int number = 1; number < NSIG; ++number)
    ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  int empty = ::open("/dev/null", O_RDONLY);
  if (dup2(empty, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0 || chdir("/") != 0)
    return;
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  umask(077);
  if (what.as && !become(*what.as, ready.groups))
    return;
  // After the change of user, which would clear it. If we died in between, nobody will tell.
  if (prctl(PR_SET_PDEATHSIG, what.when_we_die) != 0 || getppid() != parent)
    return;
  execve(ready.arguments[0], ready.arguments.data(), ready.environment.data());
}

std::vector<pid_t> postgres_in(const fs::path& cluster) {
  std::vector<pid_t> found;
  std::error_code ignored;  // processes come and go while we read
  auto home = fs::canonical(cluster, ignored);
  for (const auto& entry : fs::directory_iterator{"/proc", ignored}) {
    auto name = entry.path().filename().string();
    pid_t number = 0;
    auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
    if (parsed.ec != std::errc{} || parsed.ptr != name.data() + name.size())
      continue;
    auto program = fs::read_symlink(entry.path() / "exe", ignored).filename().string();
    if (program.starts_with("postgres") &&
        fs::read_symlink(entry.path() / "cwd", ignored) == home && !ignored)
      found.push_back(number);
  }
  return found;
}

bool all_gone_within(const fs::path& cluster, std::chrono::milliseconds limit) {
  for (auto until = clock::now() + limit; clock::now() < until; std::this_thread::sleep_for(10ms))
    if (postgres_in(cluster).empty())
      return true;
  return postgres_in(cluster).empty();
}

}  // namespace

outcome<std::optional<system_user>> unprivileged_user() {
  if (geteuid() != 0)
    return std::optional<system_user>{};
  for (const char* name : {"postgres", "nobody"})
    if (auto found = find_user(name))
      return std::optional<system_user>{*found};
  return fail(fault_code::unavailable,
              "PostgreSQL does not run as root, and there is no user postgres to run it");
}

bool can_enter(const std::optional<system_user>& who, const fs::path& folder) {
  if (!who)
    return access(folder.c_str(), X_OK) == 0;
  std::vector<gid_t> groups{who->gid};
  pid_t asked = fork();
  if (asked == 0)
    _exit(become(*who, groups) && access(folder.c_str(), X_OK) == 0 ? 0 : 1);
  int status = 1;
  while (asked > 0 && waitpid(asked, &status, 0) < 0 && errno == EINTR)
    continue;
  return asked > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

outcome<pid_t> start_child(const child& what) {
  const auto& program = what.arguments.front();
  descriptor output{
      ::open(what.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640)};
  int ends[2] = {-1, -1};
  if (output.number < 0 || pipe2(ends, O_CLOEXEC) != 0)
    return fail(fault_code::unavailable, "cannot start " + program,
                what.output.string() + ": " + reason(errno));
  descriptor read_end{ends[0]};
  descriptor write_end{ends[1]};
  auto ready = prepare(what);
  pid_t parent = getpid();
  pid_t made = fork();
  if (made < 0)
    return fail(fault_code::unavailable, "cannot start " + program, reason(errno));
  if (made == 0) {
    turn_into(what, ready, output.number, parent);
    int why = errno;
    [[maybe_unused]] auto told = write(write_end.number, &why, sizeof why);
    _exit(127);
  }
  write_end.reset();
  int why = 0;
  ssize_t got = 0;
  while ((got = read(read_end.number, &why, sizeof why)) < 0 && errno == EINTR)
    continue;
  if (got == 0)  // exec closed the pipe
    return made;
  waitpid(made, nullptr, 0);
  return fail(fault_code::unavailable, "cannot start " + program, reason(why));
}

outcome<void> run_child(const child& what, std::chrono::seconds within) {
  auto started = start_child(what);
  if (!started)
    return std::move(started).error();
  int status = 0;
  auto until = clock::now() + within;
  while (waitpid(*started, &status, WNOHANG) == 0) {
    if (clock::now() > until) {
      ::kill(*started, SIGKILL);
      waitpid(*started, &status, 0);
      return fail(fault_code::unavailable, what.arguments.front() + " did not end in time",
                  tail_of(what.output));
    }
    std::this_thread::sleep_for(10ms);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return {};
  return fail(fault_code::unavailable, what.arguments.front() + " failed", tail_of(what.output));
}

outcome<std::size_t> end_postgres_in(const fs::path& cluster) {
  auto running = postgres_in(cluster);
  if (running.empty())
    return std::size_t{0};
  pid_t postmaster = 0;
  std::ifstream{cluster / "postmaster.pid"} >> postmaster;
  if (std::find(running.begin(), running.end(), postmaster) != running.end()) {
    ::kill(postmaster, SIGINT);
    if (all_gone_within(cluster, 20s))
      return running.size();
  }
  for (int how : {SIGQUIT, SIGKILL}) {
    for (auto each : postgres_in(cluster))
      ::kill(each, how);
    if (all_gone_within(cluster, 5s))
      return running.size();
  }
  return fail(fault_code::unavailable, "an earlier PostgreSQL of this data folder does not end",
              cluster.string());
}

std::string tail_of(const fs::path& file, std::size_t limit) {
  std::ifstream in{file, std::ios::binary | std::ios::ate};
  if (!in)
    return {};
  auto size = static_cast<std::size_t>(std::max<std::streamoff>(in.tellg(), 0));
  auto from = size > limit ? size - limit : 0;
  std::string text(size - from, '\0');
  in.seekg(static_cast<std::streamoff>(from));
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace stoa
