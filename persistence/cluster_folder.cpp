#include "persistence/cluster_folder.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stoa {
namespace {

namespace fs = std::filesystem;

constexpr const char* temporary_prefix = "stoa-ephemeral-";
constexpr const char* socket_prefix = "stoa-run-";
constexpr std::size_t longest_socket_folder = 107 - sizeof "/.s.PGSQL.5432" + 1;

fault cannot(const std::string& what, const fs::path& where, int code = errno) {
  return fail(fault_code::unavailable, "cannot " + what + ' ' + where.string(),
              std::generic_category().message(code));
}

fs::path temporary_root() {
  const char* named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? named : "/tmp";
}

/// A new folder of a unique name, mode 0700.
outcome<fs::path> make_unique(const char* prefix) {
  auto name = (temporary_root() / (std::string{prefix} + "XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr)
    return cannot("make a folder in", temporary_root());
  return fs::path{name};
}

bool is_our_folder(const fs::path& path) {
  struct stat seen {};
  return lstat(path.c_str(), &seen) == 0 && S_ISDIR(seen.st_mode) && seen.st_uid == geteuid();
}

/// Temporary clusters whose process was killed. Their lock exists from before it can be seen here
/// (`temporary` renames it into place), so one that can be claimed belongs to nobody.
void remove_orphans() {
  std::error_code ignored;  // others may be clearing up at the same time
  for (const auto& entry : fs::directory_iterator{temporary_root(), ignored}) {
    const auto& path = entry.path();
    if (!path.filename().string().starts_with(temporary_prefix) || !is_our_folder(path))
      continue;
    if (!fs::exists(path / "lock", ignored)) {
      // Being made at this moment, or its maker was killed before it got this far.
      auto age = fs::file_time_type::clock::now() - fs::last_write_time(path, ignored);
      if (!ignored && age > std::chrono::hours{1})
        fs::remove_all(path, ignored);
      continue;
    }
    auto lock = file_lock::claim(path / "lock");
    if (lock && end_postgres_in(path / "postgres"))
      fs::remove_all(path, ignored);
  }
}

}  // namespace

// -- the lock ---------------------------------------------------------------------

outcome<file_lock> file_lock::claim(const fs::path& file) {
  file_lock lock{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (lock.file_ < 0)
    return cannot("open", file);
  if (flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return cannot("lock", file);
    std::string holder = "?";
    std::ifstream{file} >> holder;
    return fail(fault_code::conflict, "another stoa server (process " + holder +
                                          ") is using the data folder " +
                                          file.parent_path().string());
  }
  auto number = std::to_string(getpid()) + '\n';
  if (ftruncate(lock.file_, 0) != 0 || pwrite(lock.file_, number.data(), number.size(), 0) < 0)
    return cannot("write", file);
  return lock;
}

file_lock::~file_lock() {
  if (file_ >= 0)
    ::close(file_);
}

// -- the folders ------------------------------------------------------------------

cluster_folder::cluster_folder(fs::path root, std::optional<system_user> account, file_lock lock,
                               bool temporary)
    : root_(std::move(root)),
      account_(std::move(account)),
      lock_(std::move(lock)),
      temporary_(temporary) {}

cluster_folder::~cluster_folder() {
  std::error_code ignored;
  if (temporary_ && !root_.empty())
    fs::remove_all(root_, ignored);
}

outcome<cluster_folder> cluster_folder::claim(const fs::path& data_dir,
                                              std::optional<system_user> account) {
  std::error_code failed;
  auto root = fs::absolute(data_dir, failed);
  if (!failed && !fs::exists(root, failed) && fs::create_directories(root, failed)) {
    // PostgreSQL's account has to pass through; what it may not read stands in folders of its own.
    fs::permissions(root, account ? fs::perms{0711} : fs::perms{0700}, failed);
  }
  if (failed)
    return cannot("make the data folder", root, failed.value());
  root = fs::canonical(root, failed);
  auto lock = file_lock::claim(root / "lock");
  if (!lock)
    return std::move(lock).error();
  if (!can_enter(account, root))
    return fail(fault_code::forbidden,
                "PostgreSQL runs as " + (account ? account->name : std::string{"this user"}) +
                    ", who cannot enter " + root.string() +
                    "; choose a data folder outside of private ones, such as /var/lib/stoa");
  return cluster_folder{root, std::move(account), std::move(*lock), false};
}

outcome<cluster_folder> cluster_folder::temporary(std::optional<system_user> account) {
  remove_orphans();
  auto root = make_unique(temporary_prefix);
  if (!root)
    return std::move(root).error();
  auto lock = file_lock::claim(*root / "lock.new");
  if (!lock)
    return std::move(lock).error();
  std::error_code failed;
  fs::rename(*root / "lock.new", *root / "lock", failed);
  if (!failed && account)
    fs::permissions(*root, fs::perms{0711}, failed);
  if (failed)
    return cannot("prepare", *root, failed.value());
  cluster_folder made{*root, std::move(account), std::move(*lock), true};
  if (!can_enter(made.account_, made.root_))
    return fail(fault_code::forbidden,
                "PostgreSQL's account cannot enter " + made.root_.string() + "; set TMPDIR");
  return made;
}

outcome<void> cluster_folder::make_private(const fs::path& folder) const {
  std::error_code failed;
  fs::remove_all(folder, failed);
  if (failed)
    return cannot("clear", folder, failed.value());
  if (::mkdir(folder.c_str(), 0700) != 0)
    return cannot("make", folder);
  if (account_ && ::chown(folder.c_str(), account_->uid, account_->gid) != 0)
    return cannot("hand over", folder);
  return {};
}

outcome<fs::path> cluster_folder::socket_folder() const {
  remove_sockets();
  auto beside = root_ / "run";
  if (beside.native().size() <= longest_socket_folder) {
    auto made = make_private(beside);
    if (!made)
      return std::move(made).error();
    return beside;
  }
  auto elsewhere = make_unique(socket_prefix);
  if (!elsewhere)
    return std::move(elsewhere).error();
  if (account_ && ::chown(elsewhere->c_str(), account_->uid, account_->gid) != 0)
    return cannot("hand over", *elsewhere);
  if (!(std::ofstream{root_ / "run.path"} << elsewhere->native() << std::flush))
    return cannot("write", root_ / "run.path");
  return elsewhere;
}

void cluster_folder::remove_sockets() const {
  std::error_code ignored;
  fs::remove_all(root_ / "run", ignored);
  std::string noted;
  if (std::ifstream in{root_ / "run.path"}; std::getline(in, noted)) {
    // Only what `socket_folder` can have made, whatever the note says.
    fs::path elsewhere{noted};
    if (elsewhere.filename().string().starts_with(socket_prefix) && elsewhere.is_absolute())
      fs::remove_all(elsewhere, ignored);
    fs::remove(root_ / "run.path", ignored);
  }
}

}  // namespace stoa
