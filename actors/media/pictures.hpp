#pragma once

#include "actors/core/caf.hpp"
#include "actors/media/place.hpp"
#include "actors/media/protocol.hpp"
#include "schema/outcome.hpp"

#include <cstddef>

namespace stoa {

/// Reads a JPEG, PNG, GIF or WebP file of at most 40 megapixels, turns it as its camera was held,
/// makes it fit and writes it anew: without place, camera and whatever else travelled in it.
[[nodiscard]] outcome<shaped_picture> make_picture(const shape_picture& what);

/// Starts an actor that makes one picture or page on a thread of its own and ends: they are rare,
/// and nobody should pay for a thread that waits for them (see actors/README.md).
[[nodiscard]] picture_actor start_picture_maker(caf::actor_system& host);

/// How many pictures and pages this process makes at once; one more is told `overloaded`.
inline constexpr std::size_t most_pictures = 4;

/// A place among them.
class picture_place : bounded_place {
public:
  picture_place();
};

/// Makes a picture away from whoever asks, which is not held up.
template <class Self>
task<shaped_picture> shape_apart(Self* self, shape_picture what) {
  picture_place taken;
  auto maker = start_picture_maker(self->system());
  co_return co_await ask(self, maker, std::move(what));
}

/// Draws a certificate in the same way.
template <class Self>
task<drawn_certificate> draw_apart(Self* self, draw_certificate what) {
  picture_place taken;
  auto maker = start_picture_maker(self->system());
  co_return co_await ask(self, maker, std::move(what));
}

}  // namespace stoa
