#pragma once

#include "net/reply.hpp"
#include "schema/outcome.hpp"

namespace stoa {

/// The HTTP status that says a fault (RFC 9110 §15), for editions whose page names no other.
[[nodiscard]] int http_status(fault_code code) noexcept;

/// Adds `Retry-After` (RFC 9110 §10.2.3): what the fault asks for, or a second with every 503.
void say_when_to_retry(reply& answer, const fault& why);

}  // namespace stoa
