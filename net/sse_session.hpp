#pragma once

#include "net/connection.hpp"
#include "net/handler.hpp"

#include <memory>

namespace stoa {

/// Turns a connection whose head has been written into an event stream on its loop.
void open_event_stream(connection&& from, std::shared_ptr<socket_listener> listener);

}  // namespace stoa
