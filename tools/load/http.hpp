#pragma once

#include "tools/load/crew.hpp"

#include <string>
#include <vector>

namespace stoa::load {

/// Requests in a closed loop: each connection sends its next one when the last was answered.
struct http_options {
  std::vector<std::string> requests;  ///< `GET /path`; they take turns on every connection
  std::uint32_t connections = 32;
  std::chrono::milliseconds duration = 10s;
  bool guests = false;  ///< without a session
};

/// Requests per second and latency. Broken: an answer of 500 and above, or a connection that ended
/// in the middle of one.
[[nodiscard]] outcome<report> run_http(const crew_options& how, const people& who,
                                       const http_options& what);

}  // namespace stoa::load
