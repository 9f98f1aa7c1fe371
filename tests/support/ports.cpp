#include "tests/support/ports.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace stoa::testing {
namespace {

/// A socket on a free port of 127.0.0.1, and which that is.
int bound_socket(std::uint16_t& port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (made < 0 || ::bind(made, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 ||
      ::getsockname(made, reinterpret_cast<sockaddr*>(&at), &size) != 0)
    throw std::runtime_error("no free port");
  port = ntohs(at.sin_port);
  return made;
}

}  // namespace

std::uint16_t free_port() {
  std::uint16_t out = 0;
  ::close(bound_socket(out));
  return out;
}

silent_server::silent_server() : socket_(bound_socket(port_)) {
  if (::listen(socket_, 64) != 0)
    throw std::runtime_error("cannot listen");
}

silent_server::~silent_server() {
  ::close(socket_);
}

}  // namespace stoa::testing
