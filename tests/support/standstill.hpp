#pragma once

#include <sys/types.h>
#include <vector>

namespace stoa::testing {

/// Stops every process of a PostgreSQL as a disk or a network does that no longer answers; lets
/// them go on in the end.
class standstill {
public:
  explicit standstill(pid_t postmaster);
  ~standstill();
  standstill(const standstill&) = delete;
  standstill& operator=(const standstill&) = delete;

private:
  std::vector<pid_t> stopped_;
};

}  // namespace stoa::testing
