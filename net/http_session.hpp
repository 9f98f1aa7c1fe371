#pragma once

#include "net/connection.hpp"

namespace stoa {

/// Serves HTTP/1.1 on an accepted connection until it ends or becomes something else.
void serve_http(connection&& from);

/// Answers one error (503 when full, 429 for an address with too many connections) and sees the
/// connection off.
void turn_away(connection&& from, int status, const char* text);

}  // namespace stoa
