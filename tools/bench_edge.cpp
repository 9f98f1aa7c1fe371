// Measures the edge against Beast alone, both in one run on loopback:
//   bench_edge http stoa|beast           serves until its input ends; drive it with wrk
//   bench_edge fanout stoa|beast SOCKETS SECONDS WAITING [BYTES]
//                                        WAITING messages under way at a time; 1 is one by one
//   bench_edge idle SOCKETS              memory of the server per idle WebSocket
#include "actors/core/audience.hpp"
#include "net/server.hpp"
#include "tools/bench/floor_fanout.hpp"
#include "tools/bench/floor_http.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <malloc.h>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace stoa;
using clock_type = std::chrono::steady_clock;

/// Answers one shared body, and lets every WebSocket into one audience.
class hall final : public handler {
public:
  void on_request(request&&, reply_sink answer) override { answer(json_reply(200, body_)); }
  void on_upgrade(request&&, upgrade_sink decide) override {
    struct guest final : socket_listener {
      explicit guest(hall& x) : in(x) {}
      void on_open(outbox_ptr out) override {
        std::lock_guard hold{in.guard};
        in.all.add(out);
        ++in.joined;
      }
      void on_text(std::string&&) override {}
      void on_close(std::uint16_t) override {}
      hall& in;
    };
    decide.accept(std::make_shared<guest>(*this));
  }

  std::mutex guard;
  audience all;
  std::atomic<std::size_t> joined{0};

private:
  shared_body body_ = share(R"({"status":"ok","service":"stoa","items":[1,2,3,4,5,6,7,8]})");
};

int connect_to(std::uint16_t port) {
  auto socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    return -1;
  constexpr std::string_view hello =
      "GET /ws HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  if (::send(socket, hello.data(), hello.size(), 0) != static_cast<ssize_t>(hello.size()))
    return -1;
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    char byte = 0;
    if (::recv(socket, &byte, 1, 0) != 1)
      return -1;
    head += byte;
  }
  return socket;
}

/// The other process: joins, then says how many messages all have received.
[[noreturn]] void receive(std::uint16_t port, std::size_t sockets, std::size_t frame_size,
                          int tell) {
  auto poll = ::epoll_create1(0);
  for (std::size_t i = 0; i < sockets; ++i) {
    auto socket = connect_to(port);
    if (socket < 0)
      std::_Exit(1);
    epoll_event wish{};
    wish.events = EPOLLIN;
    wish.data.fd = socket;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, socket, &wish);
  }
  std::vector<char> sink(256 * 1024);
  std::vector<epoll_event> ready(1024);
  std::uint64_t bytes = 0;
  std::uint64_t told = 0;
  for (;;) {
    auto count = ::epoll_wait(poll, ready.data(), static_cast<int>(ready.size()), -1);
    for (int i = 0; i < count; ++i) {
      auto size = ::recv(ready[static_cast<std::size_t>(i)].data.fd, sink.data(), sink.size(), 0);
      if (size <= 0)
        std::_Exit(0);
      bytes += static_cast<std::uint64_t>(size);
    }
    auto rounds = bytes / frame_size / sockets;
    if (rounds > told) {
      told = rounds;
      if (::write(tell, &told, sizeof told) != sizeof told)
        std::_Exit(0);
    }
  }
}

double cpu_seconds() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  auto seconds = [](const timeval& x) {
    return static_cast<double>(x.tv_sec) + static_cast<double>(x.tv_usec) / 1e6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

std::uint64_t resident_bytes() {
  std::ifstream in{"/proc/self/statm"};
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  in >> total >> resident;
  return resident * 4096;
}

int fan_out(bool ours, std::size_t sockets, int seconds, std::uint64_t waiting, std::size_t size) {
  const std::string text(size, 'x');
  auto frame_size = size + (size < 126 ? 2U : 4U);
  int pipe[2];
  int port_pipe[2];
  if (::pipe(pipe) != 0 || ::pipe(port_pipe) != 0)
    return 1;
  auto child = ::fork();  // before there are threads
  if (child == 0) {
    std::uint16_t port = 0;
    if (::read(port_pipe[0], &port, sizeof port) != sizeof port)
      std::_Exit(1);
    receive(port, sockets, frame_size, pipe[1]);
  }
  hall people;
  std::unique_ptr<server> edge;
  std::unique_ptr<bench::floor_fanout> beast;
  std::uint16_t port = 0;
  if (ours) {
    server_options options;
    options.limits.per_address = options.limits.connections;
    edge = std::make_unique<server>(options);
    port = *edge->listen({}, people);
  } else {
    beast = std::make_unique<bench::floor_fanout>(2);
    port = beast->port();
  }
  if (::write(port_pipe[1], &port, sizeof port) != sizeof port)
    return 1;
  while ((ours ? people.joined.load() : beast->joined()) < sockets)
    std::this_thread::yield();
  auto begin = clock_type::now();
  auto cpu = cpu_seconds();
  auto writes = ours ? edge->counters().writes : 0;
  std::uint64_t sent = 0;
  std::uint64_t got = 0;
  while (clock_type::now() - begin < std::chrono::seconds{seconds}) {
    while (sent - got < waiting) {
      if (ours) {
        std::lock_guard hold{people.guard};
        people.all.send(frame{text});
      } else {
        beast->send(std::make_shared<const std::string>(text));
      }
      ++sent;
    }
    if (::read(pipe[0], &got, sizeof got) != sizeof got)
      return 1;
  }
  auto passed = std::chrono::duration<double>(clock_type::now() - begin).count();
  auto spent = cpu_seconds() - cpu;
  auto deliveries = static_cast<double>(got) * static_cast<double>(sockets);
  fmt::print("{}: {} sockets, {} waiting: {:.0f} deliveries/s, {:.2f} us CPU each",
             ours ? "stoa" : "beast", sockets, waiting, deliveries / passed,
             spent * 1e6 / deliveries);
  if (ours)
    fmt::print(", {:.2f} frames per write",
               deliveries / static_cast<double>(edge->counters().writes - writes));
  fmt::print("\n");
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  return 0;
}

int idle(std::size_t sockets) {
  int pipe[2];
  int port_pipe[2];
  if (::pipe(pipe) != 0 || ::pipe(port_pipe) != 0)
    return 1;
  auto child = ::fork();
  if (child == 0) {
    std::uint16_t port = 0;
    if (::read(port_pipe[0], &port, sizeof port) != sizeof port)
      std::_Exit(1);
    receive(port, sockets, 1, pipe[1]);
  }
  hall people;
  server_options options;
  options.limits.per_address = options.limits.connections;
  server edge{options};
  auto port = *edge.listen({}, people);
  auto before = resident_bytes();
  if (::write(port_pipe[1], &port, sizeof port) != sizeof port)
    return 1;
  while (people.joined.load() < sockets)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  auto after = resident_bytes();
  fmt::print("stoa: {} idle sockets: {:.2f} KiB resident each\n", sockets,
             static_cast<double>(after - before) / 1024.0 / static_cast<double>(sockets));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  return 0;
}

int serve(bool ours) {
  hall people;
  std::unique_ptr<server> edge;
  std::unique_ptr<bench::floor_http> beast;
  if (ours) {
    edge = std::make_unique<server>(server_options{});
    fmt::print("{}\n", *edge->listen({}, people));
  } else {
    beast = std::make_unique<bench::floor_http>(2);
    fmt::print("{}\n", beast->port());
  }
  std::cout.flush();
  std::fflush(stdout);
  std::string line;
  std::getline(std::cin, line);
  fmt::print("cpu {:.2f} s\n", cpu_seconds());
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> said(words + 1, words + count);
  auto ours = said.size() < 2 || said[1] != "beast";
  if (said.size() >= 2 && said[0] == "http")
    return serve(ours);
  if (said.size() >= 5 && said[0] == "fanout")
    return fan_out(ours, std::stoul(said[2]), std::stoi(said[3]), std::stoul(said[4]),
                   said.size() > 5 ? std::stoul(said[5]) : 100);
  if (said.size() == 2 && said[0] == "idle")
    return idle(std::stoul(said[1]));
  fmt::print(stderr, "http stoa|beast, fanout stoa|beast SOCKETS SECONDS WAITING, idle SOCKETS\n");
  return 2;
}
