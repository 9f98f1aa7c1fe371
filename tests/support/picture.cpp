#include "tests/support/picture.hpp"

#include <memory>
#include <stdexcept>
#include <vips/vips.h>

namespace stoa::testing {

namespace {

struct release {
  void operator()(VipsImage* what) const { g_object_unref(what); }
};
using image = std::unique_ptr<VipsImage, release>;

image plain(int width, int height, int bands) {
  if (VIPS_INIT("tests") != 0)
    throw std::runtime_error("no libvips");
  VipsImage* black = nullptr;
  VipsImage* out = nullptr;
  if (vips_black(&black, width, height, "bands", bands, nullptr) != 0)
    throw std::runtime_error(vips_error_buffer());
  const image held{black};
  if (vips_copy(black, &out, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr) != 0)
    throw std::runtime_error(vips_error_buffer());
  return image{out};
}

std::string written(VipsImage* what, const char* suffix) {
  void* bytes = nullptr;
  std::size_t size = 0;
  if (vips_image_write_to_buffer(what, suffix, &bytes, &size, nullptr) != 0)
    throw std::runtime_error(vips_error_buffer());
  std::string out{static_cast<const char*>(bytes), size};
  g_free(bytes);
  return out;
}

}  // namespace

std::string picture(const char* suffix, int width, int height, int bands) {
  return written(plain(width, height, bands).get(), suffix);
}

std::string snapshot(int width, int height) {
  const auto what = plain(width, height, 3);
  vips_image_set_int(what.get(), VIPS_META_ORIENTATION, 6);
  vips_image_set_string(what.get(), "exif-ifd0-Make", "Stoa camera (Stoa camera, ASCII, 12)");
  vips_image_set_string(what.get(), "exif-ifd3-GPSLatitude", "48/1 51/1 24/1 (48, 51, 24)");
  return written(what.get(), ".jpg");
}

picture_facts facts_of_picture(const std::string& bytes) {
  const image read{vips_image_new_from_buffer(bytes.data(), bytes.size(), "", nullptr)};
  if (!read)
    throw std::runtime_error(vips_error_buffer());
  picture_facts out;
  out.width = vips_image_get_width(read.get());
  out.height = vips_image_get_height(read.get());
  out.has_exif = vips_image_get_typeof(read.get(), VIPS_META_EXIF_NAME) != 0 ||
                 bytes.find("Stoa camera") != std::string::npos;
  out.has_alpha = vips_image_hasalpha(read.get()) != 0;
  const char* loader = nullptr;
  if (vips_image_get_string(read.get(), VIPS_META_LOADER, &loader) == 0)
    out.format = loader;
  return out;
}

}  // namespace stoa::testing
