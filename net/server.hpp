#pragma once

#include "net/handler.hpp"
#include "schema/outcome.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace stoa {

/// Every bound of the edge. README.md says what happens at each.
struct limits {
  std::size_t head = 16 * 1024;              ///< request line and headers, bytes: 431
  std::size_t target = 8 * 1024;             ///< request target, bytes: 414
  std::size_t fields = 100;                  ///< header fields: 431
  std::size_t connections = 20'000;          ///< in total: 503 and close
  std::size_t per_address = 2'000;           ///< per client address (not for trusted proxies): 429
  std::size_t message = 64 * 1024;           ///< a WebSocket message, bytes: 1009
  std::size_t outbox_frames = 256;           ///< waiting for one socket: 1013
  std::size_t outbox_bytes = 1024 * 1024;    ///< waiting for one socket: 1013
  std::size_t compress_above = 1024;         ///< bytes; smaller bodies and messages go plain
  std::size_t compress_below = 1024 * 1024;  ///< bytes; bigger ones would hold an I/O thread

  std::chrono::milliseconds head_time{10'000};    ///< first byte to end of head: 408
  std::chrono::milliseconds body_time{30'000};    ///< for 64 KiB of body; more bytes, more time
  std::size_t body_pace = 4 * 1024;               ///< bytes per second beyond that: 408
  std::chrono::milliseconds answer_time{60'000};  ///< the handler's; then 504
  std::chrono::milliseconds write_time{30'000};   ///< without a byte taken by the client: close
  std::chrono::milliseconds keep_alive{60'000};   ///< idle between requests: close
  std::chrono::milliseconds ping_every{30'000};   ///< a silent WebSocket is pinged
  std::chrono::milliseconds silence{60'000};      ///< and dropped
  std::chrono::milliseconds heartbeat{15'000};    ///< comment on a silent event stream
  std::chrono::milliseconds closing{5'000};       ///< for the client to answer a close
};

/// Certificate chain and key, PEM files. TLS 1.2 and later, ALPN http/1.1.
struct tls_options {
  std::string certificate_file;
  std::string key_file;
};

/// One port.
struct listener_options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0 lets the system choose
  unsigned site = 0;       ///< copied into `request::site`
  std::optional<tls_options> tls = std::nullopt;
  bool deflate = false;  ///< offer permessage-deflate (no context takeover) to WebSockets
};

struct server_options {
  unsigned threads = 2;
  stoa::limits limits = {};
  std::vector<std::string> trusted_proxies = {};  ///< addresses or CIDR blocks whose headers count
};

/// Counters since the start, for metrics and tests.
struct server_counters {
  std::uint64_t accepted = 0;
  std::uint64_t open = 0;  ///< connections now
  std::uint64_t turned_away = 0;
  std::uint64_t requests = 0;
  std::uint64_t sockets = 0;  ///< WebSockets and event streams now
  std::uint64_t frames = 0;   ///< frames handed to sockets
  std::uint64_t writes = 0;   ///< system calls they took
  std::uint64_t skipped = 0;  ///< ephemeral frames skipped, states replaced by newer ones
  std::uint64_t overrun = 0;  ///< sockets closed with 1013
};

/// The edge: I/O threads, ports, and the sessions on them. Every member is for the owner's thread.
class server {
public:
  explicit server(server_options options);
  ~server();  ///< as `stop(0s)`
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Opens a port and answers its number. Serving begins at once. `to` must outlive the server.
  [[nodiscard]] outcome<std::uint16_t> listen(const listener_options& where, handler& to);

  /// Stops accepting, lets requests in flight finish within `patience`, closes sockets with `code`
  /// and lets go of the rest. The threads go on for others who live on them. Safe to call twice.
  void clear(std::chrono::milliseconds patience, close_code code = close_code::restart);

  /// `clear`, then joins the threads. Safe to call twice.
  void stop(std::chrono::milliseconds patience, close_code code = close_code::restart);

  [[nodiscard]] server_counters counters() const;

  /// One lane per I/O thread.
  [[nodiscard]] std::vector<std::shared_ptr<lane>> lanes() const;

  /// The Asio loop of the first lane, for sockets that are not ours, such as PostgreSQL's.
  [[nodiscard]] boost::asio::io_context& first_loop();

private:
  struct inner;
  std::unique_ptr<inner> inner_;
};

}  // namespace stoa
