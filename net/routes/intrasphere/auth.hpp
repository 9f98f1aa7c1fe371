#pragma once

#include "net/endpoint.hpp"

#include <cstdint>

/// What the files of this area share.
namespace stoa::intrasphere {

/// 429 with the seconds to wait.
[[nodiscard]] reply too_many_sign_ins(std::uint32_t wait);

/// Sends a link to whoever has the address; the answer is the same when nobody has.
task<reply> forgot_password(call_ptr c);
/// A new password for who shows the token of such a link.
task<reply> reset_password(call_ptr c);

}  // namespace stoa::intrasphere
