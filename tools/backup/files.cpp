#include "tools/backup/files.hpp"

#include "actors/media/bucket.hpp"
#include "net/static_files.hpp"

#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace stoa {

namespace {

namespace fs = std::filesystem;

// The two kinds of names that rows have; see `file_references`.
constexpr const char* every_file =
    "select 'intranet/' || file_name from uploaded_files union"
    " select file_name from file_references where file_name like 'avatars/%' order by 1";

fault unreachable(const fs::path& file, const std::error_code& why) {
  return fail(fault_code::unavailable, "cannot copy " + file.string(), why.message());
}

outcome<void> sync_file(const fs::path& file) {
  const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  const bool good = opened >= 0 && ::fsync(opened) == 0;
  const std::error_code why{errno, std::generic_category()};
  if (opened >= 0)
    ::close(opened);
  if (!good)
    return unreachable(file, why);
  return {};
}

// Beside its place first: a copy that was cut off must not look like the file.
outcome<void> copy_durably(const fs::path& from, const fs::path& to) {
  std::error_code why;
  fs::create_directories(to.parent_path(), why);
  const fs::path beside = to.string() + ".unfinished";
  if (!why)
    fs::copy_file(from, beside, fs::copy_options::overwrite_existing, why);
  if (why == std::errc::no_such_file_or_directory && !fs::exists(from))
    return fail(fault_code::not_found, "there is no " + from.string());
  if (why)
    return unreachable(to, why);
  if (auto synced = sync_file(beside); !synced)
    return synced;
  fs::rename(beside, to, why);
  if (why)
    return unreachable(to, why);
  return {};
}

// Pictures of people stay on the disk, whatever the store.
bool is_in_bucket(const file_places& places, std::string_view name) {
  return places.bucket && !name.starts_with("avatars/");
}

outcome<void> save_one(const file_places& from, const std::string& name, const fs::path& to) {
  if (!is_in_bucket(from, name))
    return copy_durably(from.folder / name, to);
  std::error_code ignored;  // the errand says what is wrong
  fs::create_directories(to.parent_path(), ignored);
  bucket_errand errand;
  errand.what = bucket_errand::act::get;
  errand.object = name;
  errand.file = to;
  return do_errand(*from.bucket, errand);
}

outcome<void> restore_one(const fs::path& from, const file_places& to, const std::string& name) {
  if (!is_in_bucket(to, name))
    return copy_durably(from, to.folder / name);
  bucket_errand errand;
  errand.what = bucket_errand::act::put;
  errand.object = name;
  errand.file = from;
  errand.type = type_of(name);
  return do_errand(*to.bucket, errand);
}

}  // namespace

outcome<void> save_files(pg::session& snapshot, const file_places& from, const fs::path& backup,
                         backup_manifest& into) {
  auto names = snapshot.run(every_file, {});
  if (!names)
    return std::move(names).error();
  for (std::size_t i = 0; i < names->size(); ++i) {
    const auto name = names->text(i, 0);
    const auto path = std::string{files_folder} + "/" + name;
    if (auto saved = save_one(from, name, backup / path); !saved) {
      if (saved.error().code != fault_code::not_found)
        return saved;
      into.missing.push_back(name);
      continue;
    }
    auto entry = entry_of(backup, path);
    if (!entry)
      return std::move(entry).error();
    into.entries.push_back(std::move(*entry));
  }
  return {};
}

outcome<std::size_t> restore_files(const fs::path& backup, const backup_manifest& what,
                                   const file_places& to) {
  const auto prefix = std::string{files_folder} + "/";
  std::size_t done = 0;
  for (const auto& each : what.entries) {
    if (!each.path.starts_with(prefix))
      continue;
    if (auto good = restore_one(backup / each.path, to, each.path.substr(prefix.size())); !good)
      return std::move(good).error();
    ++done;
  }
  return done;
}

}  // namespace stoa
