#pragma once

#include <cstddef>

namespace stoa {

/// Takes what a server says to libcurl, for those who look at the status only.
inline std::size_t ignore_answer(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

}  // namespace stoa
