#pragma once

#include "net/endpoint.hpp"
#include "net/routes/client_key.hpp"
#include "persistence/protocol.hpp"

#include <optional>
#include <string>
#include <string_view>

/// What a client asks for again because it has not heard the answer, and gets once. Wishes to an
/// owner carry their key into its log; this is for what is founded, which has no owner yet.
namespace stoa {

/// Something to found: its id is fresh, and `making` writes its rows.
struct founding {
  const char* kind = "";  ///< `room`, `group`
  std::string id;
  transaction making;
};

/// What the caller's key has founded before; nothing without a key, or when it is new. Throws
/// `conflict` when it has named something else.
task<std::optional<std::string>> founded_before(call_ptr c, const char* kind, std::string key);

/// Founds it, unless the same wish did at the same time, and answers the id of what is there.
task<std::string> found_once(call_ptr c, founding what, std::string key);

}  // namespace stoa
