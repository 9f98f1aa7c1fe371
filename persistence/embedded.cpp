#include "persistence/embedded.hpp"

#include "persistence/bootstrap.hpp"
#include "persistence/cluster_folder.hpp"
#include "persistence/pg/session.hpp"
#include "persistence/postgres_programs.hpp"
#include "persistence/process.hpp"

#include <cerrno>
#include <condition_variable>
#include <fcntl.h>
#include <fstream>
#include <mutex>
#include <optional>
#include <signal.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace stoa {
namespace {

namespace fs = std::filesystem;
using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds shortest_pause = 250ms;
constexpr std::chrono::milliseconds longest_pause = 10s;

// Written once, behind initdb's own; the owner of a server may change it afterwards. What the
// server relies on is given on the command line instead.
constexpr const char* first_configuration = R"(
# -- stoa ----------------------------------------------------------------------
max_connections = 60
shared_buffers = 128MB
work_mem = 8MB
effective_cache_size = 512MB
random_page_cost = 1.1
jit = off                            # our statements are short: compiling them costs more
wal_compression = lz4                # a sixth less work per saved message than pglz
max_wal_size = 1GB
checkpoint_timeout = 15min
idle_in_transaction_session_timeout = 60s
log_timezone = 'UTC'
timezone = 'UTC'
log_min_duration_statement = 1000    # ms
log_filename = 'postgresql-%a.log'   # one per weekday, overwritten a week later
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_line_prefix = '%m [%p] %u@%d '
)";

// The socket's folder is private to PostgreSQL's account and root: whoever can reach it could read
// the files as well.
constexpr const char* who_may_connect = "local all all trust\n";

fault cannot_write(const fs::path& file) {
  return fail(fault_code::unavailable, "cannot write " + file.string());
}

void sync_to_disk(const fs::path& path) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return;  // reading it will say so
  ::fsync(file);
  ::close(file);
}

/// Makes the cluster beside its place and moves it there whole, so a start that was killed at any
/// moment leaves none or a complete one.
outcome<void> create_cluster(const cluster_folder& where, const fs::path& programs,
                             bool for_this_run_only) {
  auto unfinished = where.root() / "postgres.new";
  auto made = where.make_private(unfinished);
  if (!made)
    return made;
  // Collation C orders UTF-8 as C.UTF-8 does, by code points, but compares without a copy.
  child initdb{.arguments = {(programs / "initdb").string(), "-D", unfinished.string(), "-U",
                             cluster_owner, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                             "--lc-collate=C", "--data-checksums", "--no-instructions"},
               .as = where.account(),
               .output = where.start_log()};
  if (for_this_run_only)  // a machine that loses power removes it anyway
    initdb.arguments.emplace_back("--no-sync");
  auto ran = run_child(initdb, 120s);
  if (!ran)
    return ran;
  auto configuration = unfinished / "postgresql.conf";
  auto access = unfinished / "pg_hba.conf";
  if (!(std::ofstream{configuration, std::ios::app} << first_configuration << std::flush))
    return cannot_write(configuration);
  if (!(std::ofstream{access} << who_may_connect << std::flush))
    return cannot_write(access);
  for (const auto& path : {configuration, access, unfinished})
    sync_to_disk(path);
  std::error_code failed;
  fs::rename(unfinished, where.cluster(), failed);
  if (failed)
    return fail(fault_code::unavailable, "cannot move the new cluster to its place",
                failed.message());
  sync_to_disk(where.root());
  return {};
}

/// A pid file whose number now belongs to somebody else would make PostgreSQL refuse to start.
/// Nobody serves this cluster any more (`end_postgres_in`), so such a file says nothing.
void remove_misleading_pid_file(const fs::path& cluster) {
  pid_t noted = 0;
  std::ifstream{cluster / "postmaster.pid"} >> noted;
  std::error_code ignored;
  if (noted > 0 && (::kill(noted, 0) == 0 || errno == EPERM))
    fs::remove(cluster / "postmaster.pid", ignored);
}

/// The eighth line of postmaster.pid, as pg_ctl reads it.
bool says_ready(const fs::path& cluster, pid_t postmaster) {
  std::ifstream file{cluster / "postmaster.pid"};
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (number == 1 && line != std::to_string(postmaster))
      return false;
    if (number == 8)
      return line.starts_with("ready");
  }
  return false;
}

}  // namespace

/// The postmaster belongs to a thread that does nothing but wait for it: the kernel's promise to
/// end a child with its parent is one between a child and a *thread*.
struct embedded_postgres::body {
  body(cluster_folder claimed, embedded_options wanted)
      : where(std::move(claimed)), options(std::move(wanted)) {}
  ~body() { stop(); }

  outcome<void> start() {
    if (auto cleared = end_postgres_in(where.cluster()); !cleared)
      return std::move(cleared).error();
    auto programs = find_postgres(options.programs, where.cluster());
    if (!programs)
      return std::move(programs).error();
    if (!fs::exists(where.cluster() / "PG_VERSION"))
      if (auto made = create_cluster(where, *programs, options.ephemeral); !made)
        return made;
    remove_misleading_pid_file(where.cluster());
    auto made = where.socket_folder();
    if (!made)
      return std::move(made).error();
    sockets = *made;
    minder = std::thread{[this, program = *programs / "postgres"] { mind(program); }};
    if (auto ready = wait_until_ready(); !ready)
      return ready;
    if (auto prepared = prepare(); !prepared)
      return prepared;
    std::lock_guard hold{mutex};
    serving = true;
    return {};
  }

  void stop() {
    using step = std::pair<int, std::chrono::seconds>;
    for (auto [how, limit] : {step{SIGINT, 60s}, step{SIGQUIT, 10s}, step{SIGKILL, 10s}}) {
      std::unique_lock hold{mutex};
      stopping = true;
      changed.notify_all();
      if (!postmaster || ended)
        break;
      ::kill(*postmaster, how);
      if (changed.wait_for(hold, limit, [this] { return ended; }))
        break;
    }
    if (minder.joinable())
      minder.join();
    where.remove_sockets();
  }

  std::string connection(const std::string& role, const std::string& database) const {
    auto made = pg::with_keywords(
        "", {{"host", sockets.string()}, {"port", "5432"}, {"user", role}, {"dbname", database}});
    return made ? *made : std::string{};
  }

  cluster_folder where;
  embedded_options options;
  fs::path sockets;
  std::thread minder;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::optional<pid_t> postmaster;
  std::optional<fault> not_started;
  bool ended = false;
  bool stopping = false;
  bool serving = false;  // the start has succeeded

private:
  // Runs PostgreSQL until it is asked to stop. One that has served and then ends by itself (a full
  // disk, out of memory, killed) is started again, at first soon and then ever less often.
  void mind(const fs::path& program) {
    auto pause = shortest_pause;
    for (;;) {
      const auto began = clock::now();
      if (!run_once(program))
        return;
      pause = clock::now() - began > longest_pause ? shortest_pause
                                                   : std::min(pause * 2, longest_pause);
      std::unique_lock hold{mutex};
      if (changed.wait_for(hold, pause, [this] { return stopping; }))
        return;
      remove_misleading_pid_file(where.cluster());
    }
  }

  /// One life of PostgreSQL; whether there should be another.
  bool run_once(const fs::path& program) {
    std::string list = "\"" + sockets.string() + '"';
    auto started =
        start_child({.arguments = {program.string(), "-D", where.cluster().string(), "-c",
                                   "listen_addresses=", "-c", "unix_socket_directories=" + list,
                                   "-c", "port=5432", "-c", "unix_socket_permissions=0700", "-c",
                                   "logging_collector=on"},
                     .as = where.account(),
                     .output = where.start_log(),
                     .when_we_die = SIGINT});
    bool again = false;
    {
      std::lock_guard hold{mutex};
      again = serving;
      if (!started) {
        not_started = started.error();
        ended = true;
      } else {
        postmaster = *started;
        ended = false;
        if (stopping)  // asked while it was being started again
          ::kill(*started, SIGINT);
      }
    }
    changed.notify_all();
    if (!started)
      return again;
    // Left unreaped until `ended` is set under the lock: `stop` never signals a number that was
    // given to somebody else.
    siginfo_t info{};
    while (waitid(P_PID, static_cast<id_t>(*started), &info, WEXITED | WNOWAIT) != 0 &&
           errno == EINTR)
      continue;
    bool asked = false;
    {
      std::lock_guard hold{mutex};
      ended = true;
      asked = stopping;
      again = serving && !stopping;
      waitpid(*started, nullptr, 0);
    }
    changed.notify_all();
    if (!asked && options.on_death)
      options.on_death("PostgreSQL ended by itself: " + tail_of(where.start_log(), 500));
    return again;
  }

  outcome<void> wait_until_ready() {
    auto until = clock::now() + options.start_within;
    std::unique_lock hold{mutex};
    while (clock::now() < until) {
      if (not_started)
        return *not_started;
      if (ended) {
        stopping = true;
        return fail(fault_code::unavailable, "PostgreSQL did not start",
                    tail_of(where.start_log()));
      }
      if (postmaster && says_ready(where.cluster(), *postmaster))
        return {};
      changed.wait_for(hold, 10ms);
    }
    stopping = true;
    return fail(fault_code::unavailable, "PostgreSQL did not become ready in time",
                tail_of(where.start_log()));
  }

  /// The database and the role for the application, both only once.
  outcome<void> prepare() {
    auto session = pg::session::open(connection(cluster_owner, "postgres"));
    if (!session)
      return std::move(session).error();
    auto found = session->run("select 1 from pg_database where datname = 'stoa'", {});
    if (!found)
      return std::move(found).error();
    if (found->size() == 0)
      if (auto made = session->run("create database stoa"); !made)
        return std::move(made).error();
    return make_app_role(*session, app_login::by_itself);
  }
};

embedded_postgres::embedded_postgres(std::unique_ptr<body> made) : body_(std::move(made)) {}
embedded_postgres::~embedded_postgres() = default;

outcome<std::unique_ptr<embedded_postgres>> embedded_postgres::start(embedded_options options) {
  auto account = unprivileged_user();
  if (!account)
    return std::move(account).error();
  auto where = options.ephemeral ? cluster_folder::temporary(*account)
                                 : cluster_folder::claim(options.data_dir, *account);
  if (!where)
    return std::move(where).error();
  auto made = std::make_unique<body>(std::move(*where), std::move(options));
  if (auto started = made->start(); !started)
    return std::move(started).error();
  return std::unique_ptr<embedded_postgres>{new embedded_postgres{std::move(made)}};
}

void embedded_postgres::stop() {
  body_->stop();
}

std::string embedded_postgres::owner_connection(const std::string& database) const {
  return body_->connection(cluster_owner, database);
}

std::string embedded_postgres::app_connection(const std::string& database) const {
  return body_->connection(app_role, database);
}

const fs::path& embedded_postgres::folder() const noexcept {
  return body_->where.root();
}

int embedded_postgres::process() const noexcept {
  std::lock_guard hold{body_->mutex};
  return body_->postmaster.value_or(0);
}

}  // namespace stoa
