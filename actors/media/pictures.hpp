#pragma once

#include "actors/core/caf.hpp"
#include "actors/media/protocol.hpp"
#include "schema/outcome.hpp"

namespace stoa {

/// Reads a JPEG, PNG, GIF or WebP file of at most 40 megapixels, turns it as its camera was held,
/// makes it fit and writes it anew: without place, camera and whatever else travelled in it.
[[nodiscard]] outcome<shaped_picture> make_picture(const shape_picture& what);

/// Makes one picture on a thread of its own and ends: pictures are rare, and nobody should pay for
/// a thread that waits for them (see actors/README.md).
class picture_state {
public:
  using protocol = picture_actor;
  static inline const char* name = "media.pictures";

  explicit picture_state(protocol::pointer self) : self_(self) {}
  protocol::behavior_type make_behavior();

private:
  protocol::pointer self_;
};

}  // namespace stoa
