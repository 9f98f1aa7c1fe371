#pragma once

#include "net/request.hpp"

#include <string>

/// Names that clients give their wishes, so that one that is sent again is done once.
namespace stoa {

/// The client's name for a wish, of at most 128 bytes; throws `invalid` for a longer one.
[[nodiscard]] std::string checked_key(std::string key);

/// The same from `Idempotency-Key`; empty when there is none.
[[nodiscard]] std::string idempotency_key(const request& from);

}  // namespace stoa
