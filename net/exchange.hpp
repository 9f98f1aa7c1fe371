#pragma once

#include "net/path_locks.hpp"
#include "net/preconditions.hpp"
#include "net/session_cookie.hpp"

#include <spdlog/fwd.h>

#include <functional>
#include <string>

namespace stoa {

/// One request on its way to the function of its row.
struct exchange_plan {
  call_ptr what;
  const endpoint& row;
  role least;         ///< the row's own, or what the site asks for besides
  const rate& limit;  ///< the row's own, or the one that is set
  shown_sessions shown;
  bool is_written = false;                      ///< something writes what this row reads
  std::function<look(const call&)> judge = {};  ///< what is there, of a write under a condition
  path_locks* writes = nullptr;                 ///< where a write waits for its turn; else null
  std::string path = {};                        ///< by which address it waits there
};

/// Carries out a request in the session that it shows: counts it, asks for its rights, runs its row
/// and shapes what comes back.
void carry_out(exchange_plan what, reply_sink answer, const spdlog::logger& log);

/// Opens a socket in the session that it shows: the listener is made where the identity is known.
void carry_out(call_ptr what, const socket_endpoint& row, upgrade_sink decide, shown_sessions shown,
               const spdlog::logger& log);

/// Adds what pages of allowed origins need, and what browsers are told over TLS.
void add_cors(const site& at, const request& head, reply& answer);

}  // namespace stoa
