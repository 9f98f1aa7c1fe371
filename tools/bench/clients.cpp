#include "tools/bench/clients.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace stoa::bench {

namespace {

using clock_type = std::chrono::steady_clock;

// Loopback addresses to come from: each has 28,000 ports.
int connect_to(std::uint16_t port, std::size_t number) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  if (socket < 0)
    throw std::runtime_error("socket: " + std::string{std::strerror(errno)});
  sockaddr_in from{};
  from.sin_family = AF_INET;
  from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + static_cast<std::uint32_t>(number / 1500));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (::bind(socket, reinterpret_cast<sockaddr*>(&from), sizeof from) != 0 ||
      ::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error("connect: " + std::string{std::strerror(errno)});
  return socket;
}

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0)
      throw std::runtime_error("send: " + std::string{std::strerror(errno)});
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// A masked client frame (RFC 6455 §5.2) whose mask is zero, so the payload stays as it is.
std::string client_frame(std::string_view text) {
  std::string out = "\x81";
  if (text.size() < 126) {
    out += static_cast<char>(0x80 | text.size());
  } else {
    out += static_cast<char>(0xfe);
    out += static_cast<char>(text.size() >> 8U);
    out += static_cast<char>(text.size() & 0xffU);
  }
  out.append(4, '\0');
  out += text;
  return out;
}

int upgrade(std::uint16_t port, const std::string& path, const std::string& token,
            std::size_t number) {
  const int socket = connect_to(port, number);
  send_all(socket, "GET " + path +
                       " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                       "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                       "Sec-WebSocket-Protocol: stoa.v1\r\nCookie: connect.sid=" +
                       token + "\r\n\r\n");
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    char byte = 0;
    if (::recv(socket, &byte, 1, 0) != 1)
      throw std::runtime_error("the upgrade was refused: " + head);
    head += byte;
  }
  if (!head.starts_with("HTTP/1.1 101"))
    throw std::runtime_error("the upgrade was refused: " + head.substr(0, head.find('\r')));
  return socket;
}

class poller {
public:
  poller() : poll_(::epoll_create1(0)) {}
  ~poller() { ::close(poll_); }
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  void add(int socket, std::size_t index) {
    epoll_event wish{};
    wish.events = EPOLLIN;
    wish.data.u64 = index;
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &wish);
  }
  // Indices of sockets with something to read; none after 100 ms.
  std::size_t wait() {
    const int count = ::epoll_wait(poll_, ready.data(), static_cast<int>(ready.size()), 100);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  std::array<epoll_event, 512> ready{};

private:
  int poll_;
};

}  // namespace

http_figures http_loop(std::uint16_t port, const std::vector<std::string>& requests,
                       int connections, double seconds, int status) {
  std::vector<int> sockets;
  std::vector<std::string> buffers(static_cast<std::size_t>(connections));
  std::vector<clock_type::time_point> asked(buffers.size());
  std::vector<double> took;
  std::size_t next = 0;
  const auto line = "HTTP/1.1 " + std::to_string(status);
  const auto ask = [&](std::size_t index) {
    asked[index] = clock_type::now();
    send_all(sockets[index], requests[next++ % requests.size()]);
  };
  poller poll;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    sockets.push_back(connect_to(port, i));
    poll.add(sockets.back(), i);
  }
  for (std::size_t i = 0; i < buffers.size(); ++i)
    ask(i);
  std::array<char, 65536> space;
  const auto warm = clock_type::now() + std::chrono::milliseconds{500};
  auto begin = clock_type::time_point{};
  for (;;) {
    const auto present = clock_type::now();
    if (begin == clock_type::time_point{} && present >= warm) {
      begin = present;
      took.clear();
    }
    if (begin != clock_type::time_point{} &&
        std::chrono::duration<double>(present - begin).count() >= seconds)
      break;
    const auto count = poll.wait();
    for (std::size_t i = 0; i < count; ++i) {
      const auto index = poll.ready[i].data.u64;
      auto& buffer = buffers[index];
      const auto got = ::recv(sockets[index], space.data(), space.size(), 0);
      if (got <= 0)
        throw std::runtime_error("the server closed a connection");
      buffer.append(space.data(), static_cast<std::size_t>(got));
      const auto head = buffer.find("\r\n\r\n");
      if (head == std::string::npos)
        continue;
      if (!buffer.starts_with(line))
        throw std::runtime_error("answer: " + buffer.substr(0, buffer.find('\r')));
      const auto length = buffer.find("Content-Length: ");
      if (status != 304 && (length == std::string::npos || length > head))
        throw std::runtime_error("an answer without Content-Length");
      if (status != 304 && buffer.size() < head + 4 + std::stoul(buffer.substr(length + 16, 12)))
        continue;
      buffer.clear();
      took.push_back(
          std::chrono::duration<double, std::milli>(clock_type::now() - asked[index]).count());
      ask(index);
    }
  }
  if (took.empty())
    throw std::runtime_error("nothing was answered");
  const auto last = static_cast<std::ptrdiff_t>(took.size() * 99 / 100);
  std::nth_element(took.begin(), took.begin() + last, took.end());
  return {static_cast<double>(took.size()) /
              std::chrono::duration<double>(clock_type::now() - begin).count(),
          took[static_cast<std::size_t>(last)]};
}

double post_loop(std::uint16_t port, const std::vector<std::string>& tokens,
                 const std::vector<std::string>& rooms, double seconds) {
  std::vector<int> sockets;
  std::vector<std::string> buffers(tokens.size());
  std::uint64_t next_key = 0;
  const auto run = std::to_string(clock_type::now().time_since_epoch().count());
  poller poll;
  const auto post = [&](std::size_t index) {
    send_all(sockets[index],
             client_frame(R"({"type":"post","stream":"room:)" + rooms[index % rooms.size()] +
                          R"(","key":"b)" + run + "-" + std::to_string(next_key++) +
                          R"(","text":"The quick brown fox jumps over the lazy dog, twice."})"));
  };
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    sockets.push_back(upgrade(port, "/realtime", tokens[i], i));
    poll.add(sockets.back(), i);
  }
  for (std::size_t i = 0; i < tokens.size(); ++i)
    post(i);
  std::array<char, 65536> space;
  std::uint64_t acks = 0;
  const auto warm = clock_type::now() + std::chrono::milliseconds{500};
  auto begin = clock_type::time_point{};
  for (;;) {
    const auto present = clock_type::now();
    if (begin == clock_type::time_point{} && present >= warm) {
      begin = present;
      acks = 0;
    }
    if (begin != clock_type::time_point{} &&
        std::chrono::duration<double>(present - begin).count() >= seconds)
      break;
    const auto count = poll.wait();
    for (std::size_t i = 0; i < count; ++i) {
      const auto index = poll.ready[i].data.u64;
      const auto got = ::recv(sockets[index], space.data(), space.size(), 0);
      if (got <= 0)
        throw std::runtime_error("the server closed a socket");
      auto& buffer = buffers[index];
      buffer.append(space.data(), static_cast<std::size_t>(got));
      if (buffer.find(R"("type":"refused")") != std::string::npos)
        throw std::runtime_error("refused: " + buffer);
      const auto ack = buffer.find(R"("type":"ack")");
      if (ack == std::string::npos || buffer.find('}', ack) == std::string::npos)
        continue;
      buffer.clear();
      ++acks;
      post(index);
    }
  }
  return static_cast<double>(acks) /
         std::chrono::duration<double>(clock_type::now() - begin).count();
}

void listen_in(std::uint16_t port, const std::string& path, const std::vector<std::string>& tokens,
               std::size_t sockets, const std::string& room) {
  std::vector<int> open;
  poller poll;
  const auto count = tokens.empty() ? sockets : tokens.size();
  for (std::size_t i = 0; i < count; ++i) {
    open.push_back(upgrade(port, path, tokens.empty() ? "" : tokens[i], i));
    poll.add(open.back(), i);
    if (!room.empty())
      send_all(open.back(),
               client_frame(R"({"type":"subscribe","streams":["room:)" + room + R"("]})"));
  }
  std::cout << "ready" << std::endl;
  ::fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  std::vector<char> space(256 * 1024);
  for (;;) {
    char byte = 0;
    if (::read(STDIN_FILENO, &byte, 1) == 0)
      return;
    const auto ready = poll.wait();
    for (std::size_t i = 0; i < ready; ++i)
      if (::recv(open[poll.ready[i].data.u64], space.data(), space.size(), 0) <= 0)
        throw std::runtime_error("the server closed a socket");
  }
}

// -- client processes -----------------------------------------------------------------------

client_process::client_process(const std::vector<std::string>& arguments) {
  int to[2];
  int from[2];
  if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0)
    throw std::runtime_error("pipe: " + std::string{std::strerror(errno)});
  std::vector<char*> argv;
  std::string self = "/proc/self/exe";
  std::string word = "client";
  argv.push_back(self.data());
  argv.push_back(word.data());
  for (const auto& each : arguments)
    argv.push_back(const_cast<char*>(each.c_str()));
  argv.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(to[0], STDIN_FILENO);
    ::dup2(from[1], STDOUT_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(to[0]);
  ::close(from[1]);
  in_ = to[1];
  out_ = from[0];
}

client_process::~client_process() {
  finish();
  ::close(out_);
  ::waitpid(pid_, nullptr, 0);
}

void client_process::finish() {
  if (in_ >= 0)
    ::close(std::exchange(in_, -1));
}

std::string client_process::line() {
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      auto out = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return out;
    }
    std::array<char, 4096> space;
    const auto got = ::read(out_, space.data(), space.size());
    if (got <= 0)
      return {};
    buffer_.append(space.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace stoa::bench
