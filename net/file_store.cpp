#include "net/file_store.hpp"

#include "actors/core/off_the_lane.hpp"
#include "actors/media/bucket.hpp"
#include "config/settings.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace stoa {

namespace {

namespace fs = std::filesystem;

class local_files : public file_store {
public:
  explicit local_files(fs::path folder) : folder_(std::move(folder)) {}

  task<void> keep(call_ptr c, temporary_file& content, std::string name,
                  std::string) const override {
    co_await off_the_lane(c->self);  // for fsync
    const auto place = folder_ / name;
    std::error_code ignored;  // `keep` says what is wrong
    fs::create_directories(place.parent_path(), ignored);
    if (auto done = content.keep(place); !done)
      throw fault_error(std::move(done.error()));
  }

  task<fs::path> find(call_ptr, std::string name) const override { co_return folder_ / name; }

  task<void> remove(call_ptr, std::string name) const override {
    std::error_code ignored;  // it may be gone already
    fs::remove(folder_ / name, ignored);
    co_return;
  }

private:
  fs::path folder_;
};

class bucket_files : public file_store {
public:
  bucket_files(bucket_options where, fs::path copies, std::uint64_t most)
      : where_(std::move(where)), copies_(std::move(copies)), most_(most) {}

  task<void> keep(call_ptr c, temporary_file& content, std::string name,
                  std::string type) const override {
    if (!content.finish())
      throw fault_error(fault_code::unavailable, "the upload cannot be stored");
    bucket_errand errand;
    errand.what = bucket_errand::act::put;
    errand.object = std::move(name);
    errand.file = content.path();
    errand.type = std::move(type);
    co_await bucket_apart(c->self, where_, std::move(errand));
  }

  task<fs::path> find(call_ptr c, std::string name) const override {
    auto copy = copies_ / name;
    std::error_code missing;
    fs::last_write_time(copy, fs::file_time_type::clock::now(), missing);  // used just now
    if (!missing)
      co_return copy;
    bucket_errand errand;
    errand.what = bucket_errand::act::get;
    errand.object = std::move(name);
    errand.file = copy;
    co_await bucket_apart(c->self, where_, std::move(errand));
    make_room(copy);
    co_return copy;
  }

  task<void> remove(call_ptr c, std::string name) const override {
    const auto copy = copies_ / name;
    bucket_errand errand;
    errand.what = bucket_errand::act::remove;
    errand.object = std::move(name);
    co_await bucket_apart(c->self, where_, std::move(errand));
    std::error_code ignored;
    fs::remove(copy, ignored);
  }

private:
  // The copies that were not read for the longest time go, and halves that somebody left behind.
  // One that is being sent is open already, one that is being made is the newest.
  void make_room(const fs::path& for_this) const {
    struct kept {
      fs::file_time_type used;
      std::uint64_t size;
      fs::path path;
    };
    std::vector<kept> all;
    std::uint64_t sum = 0;
    std::error_code why;
    for (const auto& each : fs::directory_iterator{for_this.parent_path(), why}) {
      const auto size = each.file_size(why);
      if (why)
        continue;  // somebody else made room
      const auto used = each.last_write_time(why);
      if (why)
        continue;
      all.push_back({used, size, each.path()});
      sum += size;
    }
    if (sum <= most_)
      return;
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.used < b.used; });
    for (const auto& each : all) {
      if (sum <= most_)
        return;
      if (each.path == for_this)
        continue;
      fs::remove(each.path, why);
      sum -= each.size;
    }
  }

  bucket_options where_;
  fs::path copies_;
  std::uint64_t most_;
};

}  // namespace

file_places file_places_of(const settings& how, const fs::path& data) {
  file_places out;
  out.folder = how.uploads.empty() ? data / "uploads" : how.uploads;
  if (!how.s3_endpoint.empty())
    out.bucket =
        bucket_options{how.s3_endpoint, how.s3_region, how.s3_bucket, how.s3_key, how.s3_secret};
  return out;
}

std::shared_ptr<const file_store> local_store(fs::path folder) {
  return std::make_shared<local_files>(std::move(folder));
}

std::shared_ptr<const file_store> bucket_store(bucket_options where, fs::path copies,
                                               std::uint64_t most) {
  return std::make_shared<bucket_files>(std::move(where), std::move(copies), most);
}

}  // namespace stoa
