#pragma once

#include "tools/load/crew.hpp"

#include <string>
#include <vector>

namespace stoa::load {

/// Requests in a closed loop: each connection sends its next one when the last was answered.
struct http_options {
  /// `GET /path`, or `POST /path {"a":1}` with a JSON body; they take turns on every connection.
  std::vector<std::string> requests;
  std::uint32_t connections = 32;
  std::chrono::milliseconds duration = 10s;
  std::uint64_t count = 0;             ///< at most so many; 0: as many as fit
  std::string cookie = "connect.sid";  ///< that carries the session; empty: `Authorization: Bearer`
  bool guests = false;                 ///< without a session
};

/// Requests per second and latency. Broken: an answer of 500 and above, or a connection that ended
/// in the middle of one.
[[nodiscard]] outcome<report> run_http(const crew_options& how, const people& who,
                                       const http_options& what);

}  // namespace stoa::load
