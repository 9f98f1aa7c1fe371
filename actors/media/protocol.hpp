#pragma once

#include "actors/core/wire.hpp"
#include "schema/certificates.hpp"

#include <caf/fwd.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <string>

namespace stoa {

/// Make a small picture of a file that somebody sent.
struct shape_picture {
  std::string source;      ///< the file; its content says what it is
  std::string target;      ///< where the picture goes, without its extension
  std::uint32_t side = 0;  ///< pixels that neither side may exceed
  bool square = false;     ///< cut to a square around its middle
  /// PNG and WebP stay what they are, and a GIF becomes its first picture as PNG; else it is a
  /// JPEG, or a PNG when something shows through.
  bool keeps_format = false;
};

/// A picture that was made.
struct shaped_picture {
  std::string extension;  ///< `.jpg`, `.png` or `.webp`
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

/// Draw a certificate for paper.
struct draw_certificate {
  certificate_facts facts;
  bool in_english = false;  ///< else French
  std::string address;      ///< where anybody can have it checked
  std::string signature;
  std::string zone;  ///< where its days begin, as `wall_clock` names it
};

/// A certificate that was drawn: the bytes of a PDF file.
struct drawn_certificate {
  std::string pdf;
};

/// Do the errand that this actor was made for (`bucket.hpp`).
struct run_bucket_errand {};

/// Have a file read by clamd before it is kept.
struct scan_file {
  std::string clamd;  ///< where it listens: the path of its socket, or `host:port`
  std::string file;
};

/// What clamd says of a file.
struct scan_verdict {
  std::string found;  ///< the name of what is in it; empty: nothing
};

template <class Inspector>
bool inspect(Inspector& f, shape_picture& x) {
  return f.object(x).fields(f.field("source", x.source), f.field("target", x.target),
                            f.field("side", x.side), f.field("square", x.square),
                            f.field("keeps_format", x.keeps_format));
}
template <class Inspector>
bool inspect(Inspector& f, shaped_picture& x) {
  return f.object(x).fields(f.field("extension", x.extension), f.field("width", x.width),
                            f.field("height", x.height));
}
template <class Inspector>
bool inspect(Inspector& f, run_bucket_errand& x) {
  return f.object(x).fields();
}

}  // namespace stoa

CAF_BEGIN_TYPE_ID_BLOCK(stoa_media, stoa::wire::media_first)
CAF_ADD_TYPE_ID(stoa_media, (stoa::shape_picture))
CAF_ADD_TYPE_ID(stoa_media, (stoa::shaped_picture))
CAF_ADD_TYPE_ID(stoa_media, (stoa::draw_certificate))
CAF_ADD_TYPE_ID(stoa_media, (stoa::drawn_certificate))
CAF_ADD_TYPE_ID(stoa_media, (stoa::run_bucket_errand))
CAF_ADD_TYPE_ID(stoa_media, (stoa::scan_file))
CAF_ADD_TYPE_ID(stoa_media, (stoa::scan_verdict))
CAF_END_TYPE_ID_BLOCK(stoa_media)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::draw_certificate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::drawn_certificate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::scan_file)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::scan_verdict)

namespace stoa {

/// Makes one picture or one certificate on a thread of its own. `invalid` for what is no picture,
/// `too_large` for one of too many pixels.
using picture_actor = caf::typed_actor<caf::result<shaped_picture>(shape_picture),
                                       caf::result<drawn_certificate>(draw_certificate)>;

/// Moves one object between a file and a bucket, on a thread of its own.
using bucket_actor = caf::typed_actor<caf::result<void>(run_bucket_errand)>;

/// Asks clamd on a thread of its own, and waits there. `too_large` for what clamd does not read to
/// its end, `unavailable` without a verdict.
using scanner_actor = caf::typed_actor<caf::result<scan_verdict>(scan_file)>;

}  // namespace stoa
