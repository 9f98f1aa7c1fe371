#pragma once

#include <string>

namespace stoa::testing {

/// A picture of one colour, in the format of the suffix.
[[nodiscard]] std::string picture(const char* suffix, int width, int height, int bands = 3);

/// A JPEG that says where it was taken and by which camera, which was held on its side: it is shown
/// `height` wide and `width` high.
[[nodiscard]] std::string snapshot(int width, int height);

/// What a picture's file says of itself.
struct picture_facts {
  int width = 0;
  int height = 0;
  bool has_exif = false;
  bool has_alpha = false;
  std::string format;  ///< the loader: `jpegload_buffer`, `pngload_buffer` …
};
[[nodiscard]] picture_facts facts_of_picture(const std::string& bytes);

}  // namespace stoa::testing
