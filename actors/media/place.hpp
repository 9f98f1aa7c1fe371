#pragma once

#include "schema/outcome.hpp"

#include <atomic>
#include <cstddef>
#include <string>

namespace stoa {

/// A place among the few that do something costly at the same time. Its counter is the process's,
/// so a frame that is freed late does no harm.
class bounded_place {
public:
  /// Throws `overloaded` with this text when all are taken.
  bounded_place(std::atomic<std::size_t>& taken, std::size_t most, const char* full)
      : taken_(taken) {
    if (taken_.fetch_add(1) < most)
      return;
    taken_.fetch_sub(1);
    throw fault_error(fault_code::overloaded, full);
  }
  bounded_place(const bounded_place&) = delete;
  bounded_place& operator=(const bounded_place&) = delete;
  ~bounded_place() { taken_.fetch_sub(1); }

private:
  std::atomic<std::size_t>& taken_;
};

}  // namespace stoa
