#pragma once

#include "actors/core/outbox.hpp"

namespace stoa {

/// Sends to one receiver behind all that audiences have sent it so far: what they send waits for
/// the lane's next turn, which a plain `push` from the lane's own thread would overtake.
void push_behind(const outbox_ptr& who, const frame& what);

}  // namespace stoa
