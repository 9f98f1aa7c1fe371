#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <set>
#include <unistd.h>

namespace stoa {
namespace {

namespace fs = std::filesystem;

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      auto substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substituted});
    }
  }
  return row.back();
}

bool readable(const std::string& file) {
  return ::access(file.c_str(), R_OK) == 0;
}

void check_sites(const settings& what, std::vector<complaint>& found) {
  std::set<std::uint16_t> ports;
  for (const auto& site : what.site)
    if (site.port != 0 && !ports.insert(site.port).second)
      found.push_back({"site", fmt::format("two sites have port {}", site.port)});
  for (const auto& front : what.front) {
    auto served = std::any_of(what.site.begin(), what.site.end(),
                              [&](const auto& site) { return site.edition == front.edition; });
    if (!served)
      found.push_back({"front", fmt::format("there is no site of edition {}", front.edition)});
    if (!fs::is_directory(front.folder))
      found.push_back({"front", fmt::format("{} is no folder", front.folder.string())});
  }
  for (const auto& cookie : what.session_cookie)
    if (std::none_of(what.site.begin(), what.site.end(), [&](const auto& site) {
          return site.edition == cookie.edition && (cookie.port == 0 || cookie.port == site.port);
        }))
      found.push_back(
          {"session_cookie", fmt::format("there is no site for {}", write_value(cookie))});
}

void check_tls(const settings& what, std::vector<complaint>& found) {
  if (what.tls_certificate.empty() != what.tls_key.empty())
    found.push_back({"tls_key", "tls_certificate and tls_key belong together"});
  for (const auto& [key, file] :
       {std::pair{"tls_certificate", what.tls_certificate}, {"tls_key", what.tls_key}})
    if (!file.empty() && !readable(file))
      found.push_back({key, fmt::format("{} cannot be read", file)});
}

bool is_socket(const std::string& where) {
  if (where.starts_with('/'))
    return true;
  const auto colon = where.rfind(':');
  return colon != std::string::npos && colon > 0 && colon + 1 < where.size() &&
         where.find_first_not_of("0123456789", colon + 1) == std::string::npos;
}

}  // namespace

const setting_key* find_key(std::string_view name) {
  auto keys = all_keys();
  auto found =
      std::find_if(keys.begin(), keys.end(), [&](const auto& k) { return k.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

std::string_view nearest_key(std::string_view name) {
  std::string_view best;
  auto least = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const auto& key : all_keys())
    if (auto far = distance(name, key.name); far < least)
      least = far, best = key.name;
  return best;
}

fs::path default_data_folder() {
  if (geteuid() == 0)
    return "/var/lib/stoa";
  if (const char* named = std::getenv("XDG_DATA_HOME"); named != nullptr && *named == '/')
    return fs::path{named} / "stoa";
  const char* home = std::getenv("HOME");
  return fs::path{home != nullptr && *home == '/' ? home : "."} / ".local/share/stoa";
}

std::vector<complaint> check_settings(const settings& what) {
  std::vector<complaint> found;
  check_sites(what, found);
  check_tls(what, found);
  if (!what.public_url.empty() && !what.public_url.starts_with("https://") &&
      !what.public_url.starts_with("http://"))
    found.push_back({"public_url", "begins with https:// or http://"});
  if (what.ephemeral && !what.database_url.empty())
    found.push_back({"ephemeral", "database_url names a database: nothing would be ephemeral"});
  if (what.database_url.empty() && !what.app_database_url.empty())
    found.push_back({"app_database_url", "it needs database_url, whose user migrates"});
  if (!what.s3_endpoint.empty()) {
    if (!what.s3_endpoint.starts_with("https://") && !what.s3_endpoint.starts_with("http://"))
      found.push_back({"s3_endpoint", "begins with https:// or http://"});
    if (what.s3_endpoint.ends_with('/'))
      found.push_back({"s3_endpoint", "ends without a slash"});
    const std::pair<const char*, const std::string*> needed[] = {{"s3_region", &what.s3_region},
                                                                 {"s3_bucket", &what.s3_bucket},
                                                                 {"s3_key", &what.s3_key},
                                                                 {"s3_secret", &what.s3_secret}};
    for (const auto& [name, value] : needed)
      if (value->empty())
        found.push_back({name, "is needed for s3_endpoint"});
  }
  if (!is_log_level(what.log_level))
    found.push_back({"log_level", "is one of trace, debug, info, warning, error, off"});
  if (!what.secret_key.empty() && what.secret_key.size() < 32)
    found.push_back({"secret_key", "needs at least 32 characters"});
  if (!what.previous_secret_key.empty() && what.previous_secret_key.size() < 32)
    found.push_back({"previous_secret_key", "needs at least 32 characters"});
  if (!what.smtp_url.empty() && what.mail_from.empty())
    found.push_back({"mail_from", "mail needs a sender when smtp_url is set"});
  if (!what.clamd.empty() && !is_socket(what.clamd))
    found.push_back({"clamd", "is neither the absolute path of a socket nor host:port"});
  if (what.outbox_bytes.bytes < what.socket_message.bytes)
    found.push_back({"outbox_bytes", "is less than one message (socket_message)"});
  if (what.socket_silence <= what.socket_ping)
    found.push_back({"socket_silence", "is not longer than socket_ping: nobody could answer"});
  auto positive = [&found](const char* key, std::uint32_t value) {
    if (value == 0)
      found.push_back({key, "must be at least 1"});
  };
  positive("worker_threads", what.worker_threads);
  positive("database_connections", what.database_connections);
  positive("database_in_flight", what.database_in_flight);
  positive("database_queue", what.database_queue);
  positive("hash_lanes", what.hash_lanes);
  positive("outbox_frames", what.outbox_frames);
  positive("owner_window", what.owner_window);
  positive("hash_queue", what.hash_queue);
  positive("sign_in_attempts", what.sign_in_attempts);
  const auto lasting = [&found](const char* key, duration value) {
    if (value < std::chrono::seconds{1})
      found.push_back({key, "must be at least 1s"});
  };
  lasting("session_idle", what.session_idle);
  lasting("session_life", what.session_life);
  lasting("sign_in_lock", what.sign_in_lock);
  if (what.database_patience <= duration::zero())
    found.push_back({"database_patience", "must be more than nothing"});
  positive("log_queue", what.log_queue);
  if (what.io_threads > 64)
    found.push_back({"io_threads", "more than 64 are no help"});
  return found;
}

}  // namespace stoa
