#pragma once

#include "actors/core/task.hpp"
#include "actors/media/protocol.hpp"
#include "actors/people/protocol.hpp"

#include <cstddef>

namespace stoa {

/// How many pictures this process makes at once; one more is told `overloaded`.
inline constexpr std::size_t most_pictures = 4;

/// Makes a picture on a thread of its own, away from whoever asks. Faults as of `picture_actor`.
[[nodiscard]] task<shaped_picture> shape_apart(session_actor::pointer self, shape_picture what);

}  // namespace stoa
