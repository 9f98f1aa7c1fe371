#pragma once

#include "tools/load/crew.hpp"

#include <cstdint>

namespace stoa::load {

/// A chat in many rooms at a steady rate.
struct chat_options {
  std::uint32_t users = 0;   ///< how many of the file's take part; 0: all
  std::uint32_t groups = 0;  ///< in how many of the file's groups; 0: all
  double rate = 100;         ///< messages per second in total
  std::chrono::milliseconds duration = 30s;
  std::uint32_t payload = 100;  ///< bytes of a message
  std::uint32_t posters = 0;    ///< how many of the users post; 0: all
  double typing_share = 0;      ///< of the messages that are announced by `typing`
};

/// `invalid` when the file has fewer users or groups.
[[nodiscard]] outcome<report> run_chat(const crew_options& how, const people& who,
                                       const chat_options& what);

}  // namespace stoa::load
