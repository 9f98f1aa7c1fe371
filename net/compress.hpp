#pragma once

#include <string>
#include <string_view>

namespace stoa {

/// The text as a gzip file (RFC 1952), at a speed fit for answering.
[[nodiscard]] std::string gzip(std::string_view text);

/// The text as the payload of a permessage-deflate message without context takeover (RFC 7692
/// §7.2.1): raw deflate, flushed, its last four bytes left off.
[[nodiscard]] std::string deflate_message(std::string_view text);

}  // namespace stoa
