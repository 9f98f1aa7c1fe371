#pragma once

#include "net/proxies.hpp"
#include "net/request.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stoa {

/// What the trusted proxies in front of us say of a request as it reached the first of them.
struct forwarded_facts {
  std::string client;          ///< numeric address of the client
  std::string host;            ///< name or address with its port, as asked for; empty: unsaid
  std::optional<bool> secure;  ///< whether it came over TLS; nothing: unsaid
};

/// Reads `X-Forwarded-For`, `-Host` and `-Proto`, or the `Forwarded` field of RFC 7239 where none
/// of these is there. Each may come on several lines and with several values, of which every proxy
/// adds one at the end: the one that counts was added by the outermost proxy that `trusted` knows;
/// what stands before it, anybody may have written. Fields of a peer that is not trusted say
/// nothing.
[[nodiscard]] forwarded_facts read_forwarded(const proxy_list& trusted, std::string_view peer,
                                             const header_list& fields);

}  // namespace stoa
