#include "tools/backup/manifest.hpp"

#include "schema/json.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace stoa {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t manifest_version = 1;
constexpr std::size_t longest_manifest = 512UL * 1024 * 1024;

std::string spelled(const backup_manifest& what) {
  std::string out;
  json_writer json{out};
  json.begin_object().member("version", manifest_version).member("program", what.program);
  json.member("madeAt", what.made_at).key("files").begin_array();
  for (const auto& each : what.entries)
    json.begin_object()
        .member("path", each.path)
        .member("size", static_cast<std::int64_t>(each.size))
        .member("sha256", each.sha256)
        .end_object();
  json.end_array();
  for (const auto& [name, list] :
       {std::pair{"missing", &what.missing}, std::pair{"leftOut", &what.left_out}}) {
    json.key(name).begin_array();
    for (const auto& each : *list)
      json.value(each);
    json.end_array();
  }
  json.end_object();
  out += '\n';
  return out;
}

std::vector<std::string> texts_in(json_value list) {
  std::vector<std::string> out;
  for (auto each : list.items())
    out.emplace_back(each.as_string().value_or(""));
  return out;
}

}  // namespace

outcome<backup_entry> entry_of(const fs::path& folder, const std::string& path) {
  std::ifstream in{folder / path, std::ios::binary};
  if (!in)
    return fail(fault_code::unavailable, "cannot read " + (folder / path).string());
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  backup_entry out{path, 0, {}};
  std::array<char, 65536> part{};
  while (in.read(part.data(), part.size()) || in.gcount() > 0) {
    const auto count = static_cast<std::size_t>(in.gcount());
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(part.data()), count);
    out.size += count;
  }
  if (in.bad())
    return fail(fault_code::unavailable, "cannot read " + (folder / path).string());
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256_final(&state, hash.data());
  for (const auto byte : hash)
    fmt::format_to(std::back_inserter(out.sha256), "{:02x}", byte);
  return out;
}

outcome<void> write_manifest(const fs::path& folder, const backup_manifest& what) {
  const auto beside = folder / "manifest.unfinished";
  const auto text = spelled(what);
  const int to = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool good = to >= 0;
  for (std::size_t done = 0; good && done < text.size();) {
    const auto wrote = ::write(to, text.data() + done, text.size() - done);
    good = wrote > 0;
    done += good ? static_cast<std::size_t>(wrote) : 0;
  }
  good = good && ::fsync(to) == 0;
  if (to >= 0)
    ::close(to);
  std::error_code failed;
  if (good)
    fs::rename(beside, folder / manifest_name, failed);
  if (!good || failed)
    return fail(fault_code::unavailable, "cannot write " + (folder / manifest_name).string());
  return {};
}

outcome<backup_manifest> read_manifest(const fs::path& folder) {
  const auto file = folder / manifest_name;
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return fail(fault_code::not_found, "there is no " + file.string());
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  auto read = json::parse(text, {.max_bytes = longest_manifest});
  if (!read || !read->root().is_object())
    return fail(fault_code::invalid, file.string() + " is no manifest of a backup");
  const auto root = read->root();
  if (root["version"].as_int64() != manifest_version)
    return fail(fault_code::invalid, file.string() + " was made by a newer version of stoa");
  backup_manifest out;
  out.program = root["program"].as_string().value_or("");
  out.made_at = root["madeAt"].as_string().value_or("");
  out.missing = texts_in(root["missing"]);
  out.left_out = texts_in(root["leftOut"]);
  for (auto each : root["files"].items()) {
    backup_entry said;
    said.path = each["path"].as_string().value_or("");
    said.size = static_cast<std::uint64_t>(each["size"].as_int64().value_or(0));
    said.sha256 = each["sha256"].as_string().value_or("");
    if (said.path.empty() || said.path.front() == '/' || said.path.find("..") != std::string::npos)
      return fail(fault_code::invalid, file.string() + " names a file outside of the backup");
    const auto found = entry_of(folder, said.path);
    if (!found)
      return fail(fault_code::invalid, "the backup is not whole: " + said.path + " is missing");
    if (found->size != said.size || found->sha256 != said.sha256)
      return fail(fault_code::invalid,
                  "the backup is not whole: " + said.path + " is not what was saved");
    out.entries.push_back(std::move(said));
  }
  return out;
}

}  // namespace stoa
