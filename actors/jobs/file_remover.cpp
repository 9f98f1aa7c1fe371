#include "actors/jobs/file_remover.hpp"

#include "actors/media/bucket.hpp"
#include "schema/json.hpp"

#include <algorithm>
#include <filesystem>

namespace stoa {

namespace {

namespace fs = std::filesystem;

// Names are the server's own: letters, digits, `-`, `_`, `.` and one `/`.
bool is_file_name(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  };
  return !name.empty() && name.front() != '/' && name.find("..") == std::string_view::npos &&
         std::count(name.begin(), name.end(), '/') <= 1 &&
         std::all_of(name.begin(), name.end(), is_plain);
}

outcome<void> remove_from_disk(const fs::path& file) {
  std::error_code why;
  fs::remove(file, why);
  if (why)
    return fail(fault_code::unavailable, "a file cannot be removed", why.message());
  return {};
}

}  // namespace

file_remover_state::protocol::behavior_type file_remover_state::make_behavior() {
  return {
      [this](run_job& job) -> caf::result<void> {
        const auto payload = json::parse(job.payload);
        const auto file = payload ? payload->root()["name"].as_string().value_or("") : "";
        if (!is_file_name(file))
          return to_error(fail(fault_code::invalid, "a job to remove a file without its name"));
        if (auto done = remove(std::string{file}); !done)
          return to_error(done.error());
        return {};
      },
  };
}

outcome<void> file_remover_state::remove(const std::string& file) const {
  // Pictures of people stay on the disk, whatever the store.
  if (!places_.bucket || file.starts_with("avatars/"))
    return remove_from_disk(places_.folder / file);
  bucket_errand errand;
  errand.what = bucket_errand::act::remove;
  errand.object = file;
  if (auto done = do_errand(*places_.bucket, errand);
      !done && done.error().code != fault_code::not_found)
    return done;
  return remove_from_disk(places_.folder / "copies" / file);
}

}  // namespace stoa
