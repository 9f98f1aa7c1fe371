#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace stoa {

/// What an Argon2 hash of version 1.3 says about itself: `$argon2id$v=19$m=65536,t=2,p=1$SALT$TAG`
/// (RFC 9106; the text form is that of the reference program).
struct argon2_form {
  bool is_id = true;         ///< Argon2id; else Argon2i
  std::uint32_t memory = 0;  ///< KiB
  std::uint32_t passes = 0;
  std::uint32_t lanes = 0;
  std::uint32_t salt = 0;  ///< characters of its base64
  std::uint32_t tag = 0;
};

/// Reads one; nothing where it is of another form or version, or would take more than 1 GiB, 64
/// passes or 16 lanes: who brings hashes along must not choose how long a sign-in takes.
[[nodiscard]] std::optional<argon2_form> read_argon2(std::string_view hash);

}  // namespace stoa
