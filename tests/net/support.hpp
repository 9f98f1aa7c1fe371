#pragma once

#include "net/server.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace stoa::test {

/// Waits for a condition, at most ten seconds; says whether it came true.
bool until(const std::function<bool()>& holds);

/// An answer as the wire had it.
struct answer {
  int status = 0;
  std::string head;
  std::string body;
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// A WebSocket frame as the wire had it.
struct wire_frame {
  int opcode = -1;  ///< -1: the connection ended
  bool packed = false;
  std::string payload;
  [[nodiscard]] int code() const;  ///< of a close frame
};

/// The bytes of a GET; `more` are whole header lines.
[[nodiscard]] std::string get(std::string_view path, std::string_view more = {});

/// A client that sends exactly the bytes it is told to.
class raw_client {
public:
  /// `from` is the client's own address on loopback, nullptr for whichever the kernel takes.
  explicit raw_client(std::uint16_t port, int receive_buffer = 0, const char* from = nullptr);
  raw_client(raw_client&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), got_(std::move(other.got_)) {}
  ~raw_client();

  void send(std::string_view bytes) const;
  /// Sends as much as fits; false when the peer has gone.
  bool try_send(std::string_view bytes) const;
  void half_close() const;
  void reset();
  /// Reads one answer; `head_only` when it answers HEAD. Status 0 when the connection ended.
  answer read(bool head_only = false);
  answer ask(std::string_view request) {
    send(request);
    return read();
  }
  /// Whatever comes until the end of the connection.
  std::string read_to_end();
  /// Reads until this text has come; everything up to it.
  std::string read_through(std::string_view mark);
  bool ended() { return read_to_end().empty(); }

  // -- WebSocket --------------------------------------------------------------------
  answer upgrade(std::string_view path, std::string_view more_headers = {});
  void send_frame(int first_byte, std::string_view payload) const;
  void send_text(std::string_view text) const { send_frame(0x81, text); }
  wire_frame read_frame();

  [[nodiscard]] int handle() const noexcept { return socket_; }

private:
  bool more();
  int socket_;
  std::string got_;
};

/// Records what its socket hears.
class recorder : public socket_listener {
public:
  void on_open(outbox_ptr x) override {
    std::lock_guard hold{guard};
    out = std::move(x);
  }
  void on_text(std::string&& text) override {
    std::lock_guard hold{guard};
    texts.push_back(std::move(text));
  }
  void on_close(std::uint16_t x) override {
    std::lock_guard hold{guard};
    out = nullptr;
    code = x;
    ++closes;
  }
  outbox_ptr box() {
    std::lock_guard hold{guard};
    return out;
  }
  std::size_t heard() {
    std::lock_guard hold{guard};
    return texts.size();
  }
  int closed_with() {
    std::lock_guard hold{guard};
    return closes == 1 ? code : -closes;
  }
  std::mutex guard;
  outbox_ptr out;
  std::vector<std::string> texts;
  int code = 0;
  int closes = 0;
};

/// A handler whose answers are set by path.
class town : public handler {
public:
  using answerer = std::function<void(request&&, reply_sink)>;
  body_plan plan(const request& head) override;
  void on_request(request&& what, reply_sink answer) override;
  void on_upgrade(request&& what, upgrade_sink decide) override;
  std::string_view fixed_headers() const noexcept override {
    return "X-Content-Type-Options: nosniff\r\n";
  }
  std::shared_ptr<recorder> last() {
    std::lock_guard hold{guard};
    return sockets.empty() ? nullptr : sockets.back();
  }
  std::map<std::string, answerer> at;
  std::map<std::string, std::function<body_plan(const request&)>> plans;
  std::mutex guard;
  std::vector<std::shared_ptr<recorder>> sockets;
  std::vector<reply_sink> held;
};

/// A server on a port of its own, with short times.
struct served {
  explicit served(std::function<void(server_options&, listener_options&)> change = {});
  town people;
  std::unique_ptr<stoa::server> edge;
  std::uint16_t port = 0;
};

/// Inflates a permessage-deflate payload.
/// A message as a client compresses it with a window of 2^`bits` bytes (RFC 7692 §7.2.1).
std::string pack_message(std::string_view text, int bits);
std::string inflate_message(std::string_view packed);
/// Inflates a gzip body.
std::string gunzip(std::string_view packed);

}  // namespace stoa::test
