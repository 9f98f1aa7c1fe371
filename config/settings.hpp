#pragma once

#include "config/values.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// Everything that can be set, with what holds when nobody says otherwise. `all_keys` tells each
/// one's meaning; README.md lists them.
struct settings {
  // -- what is served ---------------------------------------------------------------
  std::vector<site_setting> site;
  std::vector<front_setting> front;
  std::string listen = "127.0.0.1";
  std::string public_url;
  std::string tls_certificate;
  std::string tls_key;
  std::vector<std::string> trusted_proxies;
  std::vector<std::string> allowed_origins;
  std::vector<cookie_setting> session_cookie;
  std::vector<std::string> members_only;
  bool demo = false;
  bool registration = true;
  metrics_readers metrics = metrics_readers::loopback;
  std::string secret_key;
  std::string previous_secret_key;

  // -- where things are kept --------------------------------------------------------
  std::filesystem::path data;  // empty: default_data_folder()
  std::filesystem::path uploads;
  std::string s3_endpoint;  // empty: in `uploads`
  std::string s3_region = "us-east-1";
  std::string s3_bucket;
  std::string s3_key;
  std::string s3_secret;
  byte_size s3_copies{1024UL * 1024 * 1024};
  std::string clamd;
  bool ephemeral = false;
  std::string database_url;
  std::string app_database_url;
  std::filesystem::path postgres_programs;
  std::uint32_t database_connections = 8;
  std::uint32_t database_in_flight = 64;
  std::uint32_t database_queue = 4096;
  duration database_patience = std::chrono::seconds{2};

  // -- threads ----------------------------------------------------------------------
  std::uint32_t io_threads = 0;
  std::uint32_t worker_threads = 2;
  bool actor_metrics = false;

  // -- one request ------------------------------------------------------------------
  byte_size http_head{16 * 1024};
  byte_size http_target{8 * 1024};
  std::uint32_t http_fields = 100;
  std::optional<byte_size> http_body;  // nothing: each edition's own
  duration http_head_time = std::chrono::seconds{10};
  duration http_body_time = std::chrono::seconds{30};
  byte_size http_body_pace{4 * 1024};
  duration http_answer_time = std::chrono::seconds{60};
  duration http_write_time = std::chrono::seconds{30};
  duration http_keep_alive = std::chrono::seconds{60};
  byte_size compress_above{1024};
  byte_size compress_below{1024 * 1024};

  // -- many clients -----------------------------------------------------------------
  std::uint32_t connections = 20'000;
  std::uint32_t connections_per_address = 2'000;
  bool rate_limits = true;
  std::vector<rate_setting> rate;

  // -- sockets ----------------------------------------------------------------------
  byte_size socket_message{256 * 1024};
  std::uint32_t outbox_frames = 256;
  byte_size outbox_bytes{1024 * 1024};
  bool socket_deflate = false;
  duration socket_ping = std::chrono::seconds{30};
  duration socket_silence = std::chrono::seconds{60};
  duration stream_heartbeat = std::chrono::seconds{15};
  duration closing_time = std::chrono::seconds{5};

  // -- owners -----------------------------------------------------------------------
  std::uint32_t owner_window = 2048;
  duration owner_idle = std::chrono::minutes{1};

  // -- people -----------------------------------------------------------------------
  duration session_life = std::chrono::hours{24 * 7};
  duration session_idle = std::chrono::hours{24};
  std::uint32_t hash_lanes = 1;
  std::uint32_t hash_queue = 64;
  std::uint32_t sign_in_attempts = 5;
  duration sign_in_lock = std::chrono::minutes{15};

  // -- mail -------------------------------------------------------------------------
  std::string smtp_url;
  std::string smtp_user;
  std::string smtp_password;
  std::string mail_from;

  // -- log and end ------------------------------------------------------------------
  log_format log = log_format::human;
  std::string log_level = "info";
  std::vector<log_level_setting> log_levels;
  std::uint32_t log_queue = 8192;
  duration drain_time = std::chrono::seconds{10};
};

/// One key: how it is spelled in a file, what it means, and how its text becomes a value.
/// In the environment it is STOA_NAME, on the command line --name with `-` for `_`.
struct setting_key {
  std::string_view name;
  std::string_view unit;     ///< "bytes", "time", "count", "yes or no", "list of …", "text" …
  std::string_view meaning;  ///< one sentence; for a limit also what happens when it is reached
  bool secret = false;       ///< `config explain` does not print its value
  bool list = false;         ///< the flag may be repeated
  bool flag = false;         ///< `--name` and `--no-name` rather than a value
  outcome<void> (*read)(settings& into, std::string_view text) = nullptr;
  std::string (*write)(const settings& from) = nullptr;
};

/// Every key, in the order of `settings`.
[[nodiscard]] std::span<const setting_key> all_keys();

/// The key of that name, or nullptr.
[[nodiscard]] const setting_key* find_key(std::string_view name);

/// The known name that looks most like this one; empty when none does.
[[nodiscard]] std::string_view nearest_key(std::string_view name);

/// Where data lives when nobody says: /var/lib/stoa for root (PostgreSQL's account has to reach
/// it), else $XDG_DATA_HOME/stoa or ~/.local/share/stoa.
[[nodiscard]] std::filesystem::path default_data_folder();

/// What is wrong with settings that are each fine by themselves: half a TLS pair, two sites on one
/// port, a front without a site … Paths name keys.
[[nodiscard]] std::vector<complaint> check_settings(const settings& what);

}  // namespace stoa
