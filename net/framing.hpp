#pragma once

#include "actors/core/frame.hpp"
#include "actors/core/outbox.hpp"

#include <string>
#include <string_view>

namespace stoa {

/// A text message as one unmasked RFC 6455 frame.
[[nodiscard]] std::string websocket_text(std::string_view text);
/// The same, compressed (RSV1); the plain frame when compressing does not pay.
[[nodiscard]] std::string websocket_deflated(std::string_view text);
/// A close frame; the reason is cut to 123 bytes at a character's border.
[[nodiscard]] std::string websocket_close(close_code code, std::string_view reason);
/// A ping without payload.
inline constexpr std::string_view websocket_ping{"\x89\x00", 2};

/// A frame as a block of `text/event-stream`: `id:`, `event:`, a `data:` per line, an empty line.
[[nodiscard]] std::string event_block(const frame& what);

}  // namespace stoa
