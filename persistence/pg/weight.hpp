#pragma once

#include "persistence/protocol.hpp"

#include <cstddef>

namespace stoa {

/// What a transaction that waits holds in memory: the bytes of its parameters.
[[nodiscard]] inline std::size_t weight_of(const transaction& what) {
  std::size_t out = 0;
  for (const auto& each : what.statements)
    for (const auto& param : each.params)
      out += param ? param->size() : 0;
  return out;
}

}  // namespace stoa
