#pragma once

#include "net/routes/intrasphere/routes.hpp"
#include "schema/learning.hpp"

#include <optional>

namespace stoa::intrasphere {

[[nodiscard]] std::span<const endpoint> waiting_routes();

/// Whether the body of a registration asks for a place on the list of a training that is full.
/// Throws 400 for anything but a boolean.
[[nodiscard]] bool wants_to_wait(const json_value& body);

/// 202 with somebody's place on the list of a training; nothing for who is not on it.
task<std::optional<reply>> place_in_line(call_ptr c, training_id training, user_id who);

}  // namespace stoa::intrasphere
