#include "net/static_files.hpp"

#include "net/compress.hpp"
#include "net/files.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <mutex>
#include <sys/stat.h>
#include <unordered_map>

namespace stoa {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kept_file = 4 * 1024 * 1024;    // bigger ones are sent from the disk
constexpr std::uint64_t kept_total = 64 * 1024 * 1024;  // when full, the cache begins anew

struct known_type {
  std::string_view extension;
  std::string_view type;
};
constexpr std::array known_types{
    known_type{".html", "text/html; charset=utf-8"},
    known_type{".js", "text/javascript; charset=utf-8"},
    known_type{".mjs", "text/javascript; charset=utf-8"},
    known_type{".css", "text/css; charset=utf-8"},
    known_type{".json", "application/json; charset=utf-8"},
    known_type{".map", "application/json; charset=utf-8"},
    known_type{".webmanifest", "application/manifest+json"},
    known_type{".txt", "text/plain; charset=utf-8"},
    known_type{".md", "text/markdown; charset=utf-8"},
    known_type{".csv", "text/csv; charset=utf-8"},
    known_type{".xml", "application/xml"},
    known_type{".svg", "image/svg+xml"},
    known_type{".png", "image/png"},
    known_type{".jpg", "image/jpeg"},
    known_type{".jpeg", "image/jpeg"},
    known_type{".gif", "image/gif"},
    known_type{".webp", "image/webp"},
    known_type{".avif", "image/avif"},
    known_type{".ico", "image/x-icon"},
    known_type{".woff", "font/woff"},
    known_type{".woff2", "font/woff2"},
    known_type{".ttf", "font/ttf"},
    known_type{".wasm", "application/wasm"},
    known_type{".pdf", "application/pdf"},
    known_type{".mp4", "video/mp4"},
    known_type{".webm", "video/webm"},
    known_type{".mp3", "audio/mpeg"},
    known_type{".ogg", "audio/ogg"},
    known_type{".wav", "audio/wav"},
    known_type{".zip", "application/zip"},
};

bool is_text(std::string_view type) noexcept {
  return type.starts_with("text/") || type.starts_with("application/json") ||
         type == "image/svg+xml" || type == "application/xml" || type == "application/wasm" ||
         type == "application/manifest+json";
}

// Bundlers put a hash into the names of files that never change: name-BxY12abc.js,
// name.1a2b3c4d.css.
bool has_hash(const fs::path& file) {
  auto stem = file.stem().string();
  auto mark = stem.find_last_of("-.");
  if (mark == std::string::npos || stem.size() - mark - 1 < 8)
    return false;
  auto hash = stem.substr(mark + 1);
  return std::all_of(hash.begin(), hash.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; }) &&
         std::any_of(hash.begin(), hash.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool takes_html(std::string_view accept) {
  return accept.empty() || accept.find("text/html") != std::string_view::npos ||
         accept.find("*/*") != std::string_view::npos;
}

bool has_hidden_segment(std::string_view path) {
  return path.find("/.") != std::string_view::npos && !path.starts_with("/.well-known/");
}

}  // namespace

struct static_files::cache {
  std::mutex guard;
  std::unordered_map<std::string, shared_body> files;  // by path and validator
  std::uint64_t size = 0;
};

std::string_view type_of(const fs::path& file) noexcept {
  auto extension = file.extension().native();
  for (const auto& known : known_types)
    if (same_text(known.extension, extension))
      return known.type;
  return "application/octet-stream";
}

static_files::static_files(fs::path folder, fallback unknown)
    : folder_(std::move(folder)), unknown_(unknown), cache_(std::make_shared<cache>()) {}

outcome<static_files> static_files::open(const fs::path& folder, fallback unknown) {
  std::error_code why;
  auto real = fs::canonical(folder, why);
  if (why || !fs::is_directory(real, why))
    return fail(fault_code::invalid, "not a folder: " + folder.string(), why.message());
  return static_files{std::move(real), unknown};
}

std::optional<reply> static_files::find(const request& what) const {
  if ((what.method != verb::get && what.method != verb::head) || what.path.empty() ||
      what.path.front() != '/' || has_hidden_segment(what.path))
    return std::nullopt;
  auto wanted = folder_ / what.path.substr(1);
  const bool names_file = wanted.has_extension();
  if (what.path.back() == '/')
    wanted /= "index.html";
  if (auto found = serve(wanted, what))
    return found;
  const auto is_page =
      unknown_ == fallback::single_page && !names_file && takes_html(what.headers.all("accept"));
  return is_page ? serve(folder_ / "index.html", what) : std::nullopt;
}

std::optional<reply> static_files::serve(const fs::path& file, const request& what) const {
  std::error_code why;
  auto real = fs::canonical(file, why);
  if (why)
    return std::nullopt;
  // Wherever links led, it must be inside.
  auto [end, inside] = std::mismatch(folder_.begin(), folder_.end(), real.begin(), real.end());
  if (end != folder_.end() || inside == real.end())
    return std::nullopt;
  struct stat facts {};
  if (::stat(real.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return std::nullopt;
  auto type = type_of(real);
  auto made = file_reply(real, type);
  made.headers.add("Cache-Control",
                   has_hash(real) ? "public, max-age=31536000, immutable" : "no-cache");
  auto size = static_cast<std::uint64_t>(facts.st_size);
  // A piece, or the whole of a file that is being written, is a plain form of what has two.
  if (is_text(type) && size <= kept_file)
    add_vary(made.headers, "Accept-Encoding");
  if (!is_text(type) || size > kept_file || !what.header("range").empty())
    return made;
  auto tag = file_tag(facts);
  auto key = real.string() + tag;
  std::lock_guard hold{cache_->guard};
  auto& kept = cache_->files[key];
  if (!kept) {
    std::ifstream in{real, std::ios::binary};
    auto bytes = std::make_shared<shared_bytes>();
    bytes->text.assign(std::istreambuf_iterator<char>{in}, {});
    if (!in || bytes->text.size() != size) {
      // It is being written; from the disk it has whatever length it has then.
      cache_->files.erase(key);
      return made;
    }
    bytes->gzip = gzip(bytes->text);
    bytes->etag = tag;
    if (cache_->size += size; cache_->size > kept_total) {
      cache_->files.clear();
      cache_->size = size;
    }
    cache_->files[key] = bytes;
    made.body = shared_body{std::move(bytes)};
    return made;
  }
  made.body = kept;
  return made;
}

}  // namespace stoa
