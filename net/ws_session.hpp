#pragma once

#include "net/connection.hpp"
#include "net/handler.hpp"
#include "net/request.hpp"

#include <string>

namespace stoa {

/// What the handshake needs of the request.
struct upgrade_facts {
  std::string key;         ///< Sec-WebSocket-Key
  std::string extensions;  ///< Sec-WebSocket-Extensions
  std::string host;
};

/// Turns a connection into a WebSocket: answers 101, then lives on the connection's loop. `early`
/// are bytes the client sent behind its request.
void open_websocket(connection&& from, upgrade_facts facts, upgrade_answer answer,
                    std::string early);

}  // namespace stoa
