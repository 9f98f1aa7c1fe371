#pragma once

#include <string>
#include <string_view>

namespace stoa {

/// A fresh session token: 256 random bits in unpadded base64url (43 characters).
[[nodiscard]] std::string fresh_token();

/// What is stored in its place: BLAKE2b-256 in lower-case hex. Empty for what cannot be a token, so
/// a guess costs no look-up.
[[nodiscard]] std::string token_hash(std::string_view token);

}  // namespace stoa
