#pragma once

#include "net/endpoint.hpp"

#include <span>

/// The native edition: what every site speaks beside its own edition.
namespace stoa::stoa_api {

[[nodiscard]] std::span<const endpoint> routes();
[[nodiscard]] std::span<const socket_endpoint> sockets();

// Each area's rows; `routes` joins them.
[[nodiscard]] std::span<const endpoint> event_routes();
[[nodiscard]] std::span<const endpoint> document_routes();
[[nodiscard]] std::span<const endpoint> metric_routes();
[[nodiscard]] std::span<const endpoint> room_routes();
[[nodiscard]] std::span<const endpoint> message_routes();

/// Opens a `stoa.v1` socket for a session.
[[nodiscard]] std::shared_ptr<socket_listener> open_realtime(call_ptr what, session_actor session);

}  // namespace stoa::stoa_api
