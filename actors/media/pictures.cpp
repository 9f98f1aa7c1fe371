#include "actors/media/pictures.hpp"

#include "actors/media/certificate_page.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <mutex>
#include <vips/vips.h>

namespace stoa {

namespace {

constexpr std::int64_t most_pixels = 40'000'000;
constexpr int quality = 85;  // of JPEG and WebP

void prepare_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (VIPS_INIT("stoa") != 0)
      return;
    // Our actors are the parallelism, files come once, and formats that hold programs stay out.
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    vips_block_untrusted_set(TRUE);
    // What a broken file is warned of comes back as an error, which says it once.
    g_log_set_handler(
        "VIPS", G_LOG_LEVEL_WARNING, [](const gchar*, GLogLevelFlags, const gchar*, gpointer) {},
        nullptr);
  });
}

struct free_picture {
  void operator()(VipsImage* what) const { g_object_unref(what); }
};
using image = std::unique_ptr<VipsImage, free_picture>;

fault failed(fault_code code, const char* text) {
  std::string why{vips_error_buffer()};
  vips_error_clear();
  return fail(code, text, std::move(why));
}

std::string extension_of(const shape_picture& wanted, VipsImage* head, VipsImage* made) {
  const char* loader = nullptr;
  if (wanted.keeps_format && vips_image_get_typeof(head, VIPS_META_LOADER) != 0 &&
      vips_image_get_string(head, VIPS_META_LOADER, &loader) == 0) {
    const std::string_view of{loader};
    if (of.starts_with("webp"))
      return ".webp";
    if (of.starts_with("png") || of.starts_with("gif"))
      return ".png";
  }
  return vips_image_hasalpha(made) != 0 ? ".png" : ".jpg";
}

// Without what travelled in the file: place, camera, comments.
int save(VipsImage* what, const std::string& file) {
  if (file.ends_with(".png"))
    return vips_pngsave(what, file.c_str(), "strip", TRUE, nullptr);
  if (file.ends_with(".webp"))
    return vips_webpsave(what, file.c_str(), "strip", TRUE, "Q", quality, nullptr);
  return vips_jpegsave(what, file.c_str(), "strip", TRUE, "Q", quality, nullptr);
}

}  // namespace

outcome<shaped_picture> make_picture(const shape_picture& what) {
  prepare_library();
  // Only the head is read here; the pixels are counted before there is memory for them.
  const image head{
      vips_image_new_from_file(what.source.c_str(), "access", VIPS_ACCESS_SEQUENTIAL, nullptr)};
  if (!head)
    return failed(fault_code::invalid, "no picture");
  const auto width = vips_image_get_width(head.get());
  const auto height = vips_image_get_height(head.get());
  const std::int64_t pixels = std::int64_t{width} * height;
  if (pixels <= 0 || pixels > most_pixels)
    return failed(fault_code::too_large, "a picture of too many pixels");
  VipsImage* made = nullptr;
  auto side = static_cast<int>(what.side);
  if (what.square)
    side = std::min({side, width, height});
  if (vips_thumbnail(what.source.c_str(), &made, side, "height", side, "size", VIPS_SIZE_DOWN,
                     "crop", what.square ? VIPS_INTERESTING_CENTRE : VIPS_INTERESTING_NONE,
                     "fail_on", VIPS_FAIL_ON_ERROR, nullptr) != 0)
    return failed(fault_code::invalid, "no picture");
  const image small{made};
  shaped_picture out;
  out.width = static_cast<std::uint32_t>(vips_image_get_width(small.get()));
  out.height = static_cast<std::uint32_t>(vips_image_get_height(small.get()));
  out.extension = extension_of(what, head.get(), small.get());
  const auto file = what.target + out.extension;
  // Pixels are decoded while they are written, so a broken file may show here.
  if (save(small.get(), file) != 0) {
    std::remove(file.c_str());
    return failed(fault_code::invalid, "no picture");
  }
  return out;
}

namespace {

/// Makes one picture or page on its own thread and ends.
class picture_state {
public:
  using protocol = picture_actor;
  static inline const char* name = "media.pictures";

  explicit picture_state(protocol::pointer self) : self_(self) {}
  protocol::behavior_type make_behavior();

private:
  protocol::pointer self_;
};

picture_state::protocol::behavior_type picture_state::make_behavior() {
  return {
      [this](const shape_picture& what) -> caf::result<shaped_picture> {
        self_->quit();
        auto made = make_picture(what);
        if (!made)
          return to_error(made.error());
        return std::move(*made);
      },
      [this](const draw_certificate& what) -> caf::result<drawn_certificate> {
        self_->quit();
        auto drawn = draw_page(what);
        if (!drawn)
          return to_error(drawn.error());
        return drawn_certificate{std::move(*drawn)};
      },
  };
}

std::atomic<std::size_t> being_made{0};

}  // namespace

picture_actor start_picture_maker(caf::actor_system& host) {
  return launch_detached<picture_state>(host);
}

picture_place::picture_place()
    : bounded_place(being_made, most_pictures, "too many pictures at once; try again") {}

}  // namespace stoa
