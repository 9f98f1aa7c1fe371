#pragma once

#include <cstdint>
#include <vector>

namespace stoa::load {

/// What a process has used, from /proc (proc(5)); zeros for one that is gone.
struct usage {
  double cpu_seconds = 0;      ///< user and system, of all threads
  std::uint64_t resident = 0;  ///< bytes of memory in use (RSS)
  std::uint64_t own = 0;       ///< the same with shared pages divided among their users (PSS)
};

/// Of one process.
[[nodiscard]] usage usage_of(int process);
/// Of all its descendants together: a private PostgreSQL, for one.
[[nodiscard]] usage usage_of_descendants(int process);

}  // namespace stoa::load
