#pragma once

#include "actors/core/frame.hpp"
#include "actors/core/lane.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace stoa {

/// What happens to a frame when its receiver is slow.
enum class urgency : std::uint8_t {
  durable,    ///< has a stream number or answers a wish: delivered, or the connection closes
  ephemeral,  ///< typing, cursors, presence: skipped first
  latest,     ///< a whole state: takes the place of a waiting one with the same event name
};

/// Why the server ends a connection: RFC 6455 §7.4.1 codes and the editions' own (4000–4999).
enum class close_code : std::uint16_t {
  normal = 1000,
  going_away = 1001,     ///< the server stops; reconnect elsewhere
  policy = 1008,         ///< too many frames, or frames that make no sense
  too_big = 1009,        ///< a frame above the limit
  restart = 1012,        ///< the node drains; reconnect and resume
  try_later = 1013,      ///< the receiver is too slow; reconnect and resume from the last number
  session_ended = 4401,  ///< signed out, disabled, expired
};

/// Where an actor puts what a client shall see. It never shows a socket; every member is safe from
/// any thread. Implemented by net (WebSocket, SSE) and by a vector in tests.
class outbox {
public:
  virtual ~outbox() = default;

  /// Queues a frame. `false` when the connection is over or the frame was skipped; a durable frame
  /// that does not fit closes the connection with `close_code::try_later`.
  virtual bool push(const frame& what, urgency how = urgency::durable) = 0;

  /// Sends what is queued, then closes with this code and reason (at most 123 bytes).
  virtual void close(close_code code, std::string reason) = 0;

  /// The lane this outbox lives on; null when it has none. `push` from that lane takes no lock and
  /// is written with everything else of the same batch of jobs, so one job per lane is the cheap
  /// way to reach thousands (see `audience`).
  [[nodiscard]] virtual std::shared_ptr<stoa::lane> lane() const noexcept { return nullptr; }
};

using outbox_ptr = std::shared_ptr<outbox>;

}  // namespace stoa
