#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace stoa::bench {

/// What a client process is told on its command line, and what it prints: one number a line.
/// They are light on purpose: raw sockets and epoll, no parsing beyond what counts.

/// What came of a loop of requests.
struct http_figures {
  double rate = 0;    ///< answers per second
  double p99_ms = 0;  ///< 99 of 100 answers took at most so long
};

/// `connections` keep one request each under way for `seconds`, taking turns in `requests`; every
/// answer must have this status.
[[nodiscard]] http_figures http_loop(std::uint16_t port, const std::vector<std::string>& requests,
                                     int connections, double seconds, int status = 200);

/// One socket for each token, each posting its next message when the last one is acknowledged;
/// acknowledged messages per second. Socket i posts into rooms[i % rooms.size()].
[[nodiscard]] double post_loop(std::uint16_t port, const std::vector<std::string>& tokens,
                               const std::vector<std::string>& rooms, double seconds);

/// Joins with a socket for each token (or `sockets` anonymous ones when there are none), subscribes
/// to `room` unless it is empty, prints `ready`, and reads until its input ends.
void listen_in(std::uint16_t port, const std::string& path, const std::vector<std::string>& tokens,
               std::size_t sockets, const std::string& room);

/// Starts this program again as a client; reads what it prints.
class client_process {
public:
  explicit client_process(const std::vector<std::string>& arguments);
  ~client_process();
  client_process(const client_process&) = delete;
  client_process& operator=(const client_process&) = delete;

  /// The next line it prints, empty when it has ended.
  [[nodiscard]] std::string line();
  /// Ends its input, which ends it.
  void finish();

private:
  int pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  std::string buffer_;
};

}  // namespace stoa::bench
