#pragma once

#include "config/settings.hpp"
#include "net/endpoint.hpp"

#include <span>
#include <string>
#include <vector>

namespace stoa {

/// What an operator should know about sites that are each fine by themselves, a sentence each:
/// cookies that sites on one host name take from each other, and links that lead to this machine
/// though a proxy stands before it.
[[nodiscard]] std::vector<std::string> site_advice(const settings& how,
                                                   std::span<const site* const> sites);

}  // namespace stoa
