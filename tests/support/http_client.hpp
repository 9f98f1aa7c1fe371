#pragma once

#include "schema/json.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stoa::testing {

/// An answer as a client reads it.
struct http_answer {
  int status = 0;
  std::string head;
  std::string body;
  json parsed;  ///< of a JSON body

  [[nodiscard]] std::string header(std::string_view name) const;
  /// The member at a dotted path (`user.name`, `0.id`) as text: strings bare, the rest as JSON;
  /// `(absent)` when it is not there.
  [[nodiscard]] std::string at(std::string_view path) const;
  [[nodiscard]] json_value json_at(std::string_view path) const;
};
[[nodiscard]] std::string text_at(const json_value& from, std::string_view path);
/// The same of a whole text, a frame for one.
[[nodiscard]] std::string text_at(const json& from, std::string_view path);

/// A request that is wrong in one thing.
struct mistake {
  const char* method;
  const char* path;
  const char* body;
  const char* said;  ///< what the answer's `message` contains, or where its complaint points to
};

using http_headers = std::vector<std::pair<std::string, std::string>>;

/// A browser without windows: keeps the session cookie, one connection for each request.
class http_client {
public:
  explicit http_client(std::uint16_t port) : port_(port) {}

  http_answer request(std::string_view method, std::string_view target, std::string_view body = {},
                      const http_headers& more = {});
  http_answer get(std::string_view target) { return request("GET", target); }
  http_answer post(std::string_view target, std::string_view body = {}) {
    return request("POST", target, body);
  }
  http_answer put(std::string_view target, std::string_view body) {
    return request("PUT", target, body);
  }
  http_answer patch(std::string_view target, std::string_view body = {}) {
    return request("PATCH", target, body);
  }
  http_answer remove(std::string_view target) { return request("DELETE", target); }

  [[nodiscard]] const std::string& cookie() const noexcept { return cookie_; }
  void set_cookie(std::string value) { cookie_ = std::move(value); }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
  std::uint16_t port_;
  std::string cookie_;  // `name=value`
};

/// A WebSocket client that says and hears text.
class ws_client {
public:
  /// Opens with this client's cookie; `status()` is 101 when it worked.
  ws_client(const http_client& as, std::string_view path, const http_headers& more = {});
  ~ws_client();
  ws_client(const ws_client&) = delete;
  ws_client& operator=(const ws_client&) = delete;

  [[nodiscard]] int status() const noexcept { return status_; }
  void say(std::string_view text);
  /// The next text frame, at most ten seconds later; nothing when the socket closed.
  [[nodiscard]] std::optional<std::string> hear();
  /// The next frame, parsed; throws when there is none.
  [[nodiscard]] json heard();
  /// Skips frames until one has this `type`.
  [[nodiscard]] json heard(std::string_view type);
  /// Whether bytes are waiting right now.
  [[nodiscard]] bool has_something() const;
  /// The code of the close frame that was received; 0 for none.
  [[nodiscard]] int close_code() const noexcept { return close_code_; }
  [[nodiscard]] const std::string& close_reason() const noexcept { return close_reason_; }

private:
  bool fill(std::size_t wanted);
  void send_frame(unsigned char first, std::string_view payload);

  int socket_ = -1;
  int status_ = 0;
  int close_code_ = 0;
  std::string close_reason_;
  std::string got_;
};

}  // namespace stoa::testing
