#pragma once

#include "tools/load/crew.hpp"

#include <string>

namespace stoa::load {

/// One campus: everybody follows it, and some say where they are.
struct checkins_options {
  std::uint32_t users = 0;  ///< how many follow; 0: all
  double rate = 50;         ///< check-ins per second in total, each of the next user
  std::chrono::milliseconds duration = 30s;
  std::uint32_t watchers = 32;     ///< followers that read what they get, to time it
  int receive_buffer = 64 * 1024;  ///< bytes the kernel holds for each follower
};

/// What a push of whole lists costs, and whether everybody ends up with the same one. Broken: a
/// check-in that was not accepted, a follower that was cut off, and, when all is quiet, a follower
/// whose last list is not the server's.
[[nodiscard]] outcome<report> run_checkins(const crew_options& how, const people& who,
                                           const checkins_options& what);

}  // namespace stoa::load
