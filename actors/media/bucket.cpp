#include "actors/media/bucket.hpp"

#include "actors/core/fault.hpp"
#include "actors/core/ignore_answer.hpp"
#include "schema/ids.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>

namespace stoa {

namespace {

namespace fs = std::filesystem;

constexpr long most_seconds_to_bucket = 5;
constexpr long most_seconds_for_file = 50;  // less than an answer may take
constexpr long slow_bytes = 1024;           // a second, for so long: given up
constexpr long slow_seconds = 15;

struct close_file {
  void operator()(std::FILE* what) const noexcept { std::fclose(what); }
};
using open_file = std::unique_ptr<std::FILE, close_file>;
using list = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

fault away(std::string why) {
  return fail(fault_code::unavailable, "the files cannot be reached now", std::move(why));
}

// The signature covers the content: what arrives changed is refused by the store.
std::string hash_of(std::FILE* file) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::array<unsigned char, 64UL * 1024> part{};
  for (std::size_t size = 0; (size = std::fread(part.data(), 1, part.size(), file)) > 0;)
    crypto_hash_sha256_update(&state, part.data(), size);
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256_final(&state, hash.data());
  std::string out(2 * hash.size() + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), hash.data(), hash.size());
  out.pop_back();
  std::rewind(file);
  return out;
}

// Of nothing, for requests without a body: libcurl leaves the header to us.
constexpr const char* hash_of_nothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// One signed request.
class exchange {
public:
  exchange(const bucket_options& where, const std::string& object,
           const std::string& hash = hash_of_nothing)
      : curl_(curl_easy_init(), curl_easy_cleanup), headers_(nullptr, curl_slist_free_all) {
    if (!curl_)
      return;
    set(CURLOPT_URL, fmt::format("{}/{}/{}", where.endpoint, where.name, object).c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_AWS_SIGV4, fmt::format("aws:amz:{}:s3", where.region).c_str());
    set(CURLOPT_USERNAME, where.key.c_str());
    set(CURLOPT_PASSWORD, where.secret.c_str());
    set(CURLOPT_FAILONERROR, 1L);
    set(CURLOPT_ERRORBUFFER, reason_.data());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_WRITEFUNCTION, ignore_answer);
    set(CURLOPT_CONNECTTIMEOUT, most_seconds_to_bucket);
    set(CURLOPT_TIMEOUT, most_seconds_for_file);
    set(CURLOPT_LOW_SPEED_LIMIT, slow_bytes);
    set(CURLOPT_LOW_SPEED_TIME, slow_seconds);
    add("x-amz-content-sha256: " + hash);
  }

  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(curl_.get(), option, value);
  }

  void add(const std::string& header) {
    auto* longer = curl_slist_append(headers_.get(), header.c_str());
    if (longer == nullptr)
      return;
    (void)headers_.release();
    headers_.reset(longer);
  }

  [[nodiscard]] outcome<void> run() {
    if (!curl_)
      return fail(fault_code::overloaded, "no memory for a request");
    set(CURLOPT_HTTPHEADER, headers_.get());
    const auto end = curl_easy_perform(curl_.get());
    if (end == CURLE_OK)
      return {};
    long status = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (end == CURLE_HTTP_RETURNED_ERROR && status == 404)
      return fail(fault_code::not_found, "there is no such file");
    return away(reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(end));
  }

private:
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  list headers_;
  std::array<char, CURL_ERROR_SIZE> reason_{};
};

outcome<void> put(const bucket_options& where, const bucket_errand& what) {
  const open_file from{std::fopen(what.file.c_str(), "rbe")};
  std::error_code why;
  const auto size = fs::file_size(what.file, why);
  if (!from || why)
    return away(what.file.string() + ": " + (why ? why.message() : std::strerror(errno)));
  exchange wire{where, what.object, hash_of(from.get())};
  wire.add("Content-Type: " + what.type);
  wire.set(CURLOPT_UPLOAD, 1L);
  wire.set(CURLOPT_READDATA, from.get());
  wire.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
  return wire.run();
}

// Under another name until it is whole: whoever looks for the file finds all of it.
outcome<void> get(const bucket_options& where, const bucket_errand& what) {
  std::error_code why;
  fs::create_directories(what.file.parent_path(), why);
  const auto half = what.file.parent_path() / ("." + fresh_uuid());
  open_file to{std::fopen(half.c_str(), "wbxe")};
  if (!to)
    return away(half.string() + ": " + std::strerror(errno));
  exchange wire{where, what.object};
  wire.set(CURLOPT_WRITEFUNCTION, nullptr);
  wire.set(CURLOPT_WRITEDATA, to.get());
  auto done = wire.run();
  if (std::fclose(to.release()) != 0 && done)
    done = away(half.string() + ": " + std::strerror(errno));
  if (done) {
    fs::rename(half, what.file, why);
    if (why)
      done = away(what.file.string() + ": " + why.message());
  }
  if (!done)
    fs::remove(half, why);
  return done;
}

outcome<void> remove(const bucket_options& where, const bucket_errand& what) {
  exchange wire{where, what.object};
  wire.set(CURLOPT_CUSTOMREQUEST, "DELETE");
  auto done = wire.run();
  if (!done && done.error().code == fault_code::not_found)
    return {};
  return done;
}

/// Does one errand on its own thread and ends.
class bucket_state {
public:
  using protocol = bucket_actor;
  static inline const char* name = "media.bucket";

  bucket_state(protocol::pointer self, bucket_options where, bucket_errand what)
      : self_(self), where_(std::move(where)), what_(std::move(what)) {}

  protocol::behavior_type make_behavior() {
    return {
        [this](run_bucket_errand) -> caf::result<void> {
          self_->quit();
          if (auto done = do_errand(where_, what_); !done)
            return to_error(done.error());
          return {};
        },
    };
  }

private:
  protocol::pointer self_;
  bucket_options where_;
  bucket_errand what_;
};

std::atomic<std::size_t> being_run{0};

}  // namespace

outcome<void> do_errand(const bucket_options& where, const bucket_errand& what) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  switch (what.what) {
    case bucket_errand::act::put:
      return put(where, what);
    case bucket_errand::act::get:
      return get(where, what);
    case bucket_errand::act::remove:
      return remove(where, what);
  }
  return {};
}

bucket_actor start_bucket_runner(caf::actor_system& host, bucket_options where,
                                 bucket_errand what) {
  return launch_detached<bucket_state>(host, std::move(where), std::move(what));
}

errand_place::errand_place()
    : bounded_place(being_run, most_errands, "too many files at once; try again") {}

}  // namespace stoa
