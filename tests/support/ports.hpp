#pragma once

#include <cstdint>

namespace stoa::testing {

/// A TCP port of 127.0.0.1 that nobody has at the moment.
[[nodiscard]] std::uint16_t free_port();

/// A server that takes every connection and never says a word.
class silent_server {
public:
  silent_server();
  ~silent_server();
  silent_server(const silent_server&) = delete;
  silent_server& operator=(const silent_server&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace stoa::testing
