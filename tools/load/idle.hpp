#pragma once

#include "tools/load/crew.hpp"

namespace stoa::load {

/// Sockets that do nothing.
struct idle_options {
  std::uint32_t connections = 1000;  ///< the file's users take turns
  std::chrono::milliseconds hold = 10s;
};

/// Opens them, holds them and says what each costs the server. A connection that breaks while it is
/// held breaks a promise.
[[nodiscard]] outcome<report> run_idle(const crew_options& how, const people& who,
                                       const idle_options& what);

}  // namespace stoa::load
