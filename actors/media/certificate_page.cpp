#include "actors/media/certificate_page.hpp"

#include "schema/text/local_time.hpp"
#include "schema/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cairo-pdf.h>
#include <memory>
#include <pango/pangocairo.h>
#include <vector>

#ifdef __SANITIZE_ADDRESS__
// What fontconfig reads of its files it keeps behind encoded pointers, which look lost.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig\n";
}
#endif

namespace stoa {

namespace {

// A4 on its side, in points.
constexpr double page_width = 841.89;
constexpr double page_height = 595.28;
constexpr double margin = 72;
constexpr double text_width = page_width - 2 * margin;
constexpr std::size_t longest_line = 1000;  // bytes; more would not fit at any size

struct words {
  const char* heading;
  const char* given_to;
  const char* for_course;
  const char* score;
  const char* issued;
  const char* expires;
  const char* number;
  const char* check;
  const char* signature;
  std::array<const char*, 12> months;
};

constexpr words french{
    "Certificat",
    "décerné à",
    "qui a suivi et terminé",
    "Résultat : {} %",
    "Délivré le {}",
    "Valable jusqu'au {}",
    "Certificat n° {}",
    "Vérification : ",
    "Signature Ed25519 : {}",
    {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
     "octobre", "novembre", "décembre"},
};
constexpr words english{
    "Certificate",
    "awarded to",
    "who has completed",
    "Score: {} %",
    "Issued on {}",
    "Valid until {}",
    "Certificate no. {}",
    "Verification: ",
    "Ed25519 signature: {}",
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"},
};

std::string day_of(iso_time at, std::string_view zone, const words& in) {
  const auto text = to_iso(wall_clock(at, zone));  // 2025-08-08T…
  const auto month = static_cast<std::size_t>(std::stoi(text.substr(5, 2))) - 1;
  return fmt::format("{} {} {}", std::stoi(text.substr(8, 2)), in.months.at(month),
                     text.substr(0, 4));
}

// One line, whatever somebody is called.
std::string as_one_line(const std::string& text) {
  auto out = excerpt(text, longest_line);
  for (auto& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      c = ' ';
  return out;
}

struct free_drawing {
  void operator()(cairo_surface_t* what) const { cairo_surface_destroy(what); }
  void operator()(cairo_t* what) const { cairo_destroy(what); }
  void operator()(PangoLayout* what) const { g_object_unref(what); }
  void operator()(PangoContext* what) const { g_object_unref(what); }
  void operator()(PangoFontMap* what) const { g_object_unref(what); }
  void operator()(PangoFontDescription* what) const { pango_font_description_free(what); }
};
template <class T>
using held = std::unique_ptr<T, free_drawing>;

struct color {
  double red, green, blue;
};
constexpr color ink{0.12, 0.16, 0.22};
constexpr color pale{0.42, 0.45, 0.50};
constexpr color accent{0.49, 0.23, 0.93};

struct style {
  const char* family = "DejaVu Serif, serif";
  double size = 12;
  double least = 8;  // how small a long text may become before it is cut
  color in = ink;
  bool bold = false;
};

/// The page while it is drawn, from top to bottom.
class sheet {
public:
  explicit sheet(iso_time issued, const std::string& title);

  void line(const std::string& text, const style& how);
  void link(const std::string& before, const std::string& address, const style& how);
  void frame();
  void move_to(double y) { y_ = y; }
  void skip(double points) { y_ += points; }
  [[nodiscard]] outcome<std::string> finish();

private:
  static cairo_status_t take(void* to, const unsigned char* bytes, unsigned int size) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), size);
    return CAIRO_STATUS_SUCCESS;
  }
  void set_size(const style& how, double points);

  std::string bytes_;
  held<cairo_surface_t> surface_;
  held<cairo_t> pen_;
  held<PangoFontMap> fonts_;  // our own: the thread that draws ends
  held<PangoContext> context_;
  held<PangoLayout> layout_;
  double y_ = margin;
};

sheet::sheet(iso_time issued, const std::string& title)
    : surface_(cairo_pdf_surface_create_for_stream(take, &bytes_, page_width, page_height)),
      pen_(cairo_create(surface_.get())),
      fonts_(pango_cairo_font_map_new()),
      context_(pango_font_map_create_context(fonts_.get())),
      layout_(pango_layout_new(context_.get())) {
  cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
  cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                 to_iso(issued).c_str());
  pango_layout_set_single_paragraph_mode(layout_.get(), TRUE);
  pango_layout_set_alignment(layout_.get(), PANGO_ALIGN_CENTER);
}

void sheet::set_size(const style& how, double points) {
  const held<PangoFontDescription> font{pango_font_description_from_string(how.family)};
  pango_font_description_set_weight(font.get(), how.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(font.get(), points * PANGO_SCALE);
  pango_layout_set_font_description(layout_.get(), font.get());
}

void sheet::line(const std::string& text, const style& how) {
  auto* what = layout_.get();
  pango_layout_set_text(what, text.c_str(), static_cast<int>(text.size()));
  // As wide as it wants to be, to know by how much it is too wide.
  pango_layout_set_width(what, -1);
  set_size(how, how.size);
  int wide = 0;
  int high = 0;
  pango_layout_get_size(what, &wide, &high);
  const auto wanted = static_cast<double>(wide) / PANGO_SCALE;
  if (wanted > text_width)
    set_size(how, std::max(how.least, how.size * text_width / wanted));
  pango_layout_set_width(what, static_cast<int>(text_width * PANGO_SCALE));
  pango_layout_set_height(what, -1);
  pango_layout_set_ellipsize(what, PANGO_ELLIPSIZE_END);
  pango_layout_get_size(what, &wide, &high);
  cairo_set_source_rgb(pen_.get(), how.in.red, how.in.green, how.in.blue);
  cairo_move_to(pen_.get(), margin, y_);
  pango_cairo_show_layout(pen_.get(), what);
  // A name may pile up marks without end; the next line stays where it belongs.
  y_ += std::min(static_cast<double>(high) / PANGO_SCALE, how.size * 1.6);
}

void sheet::link(const std::string& before, const std::string& address, const style& how) {
  // In an attribute's value a quote and a backslash are escaped.
  std::string target = "uri='";
  for (const char c : address) {
    if (c == '\'' || c == '\\')
      target += '\\';
    target += c;
  }
  target += '\'';
  const bool leads = address.starts_with("https://") || address.starts_with("http://");
  if (leads)
    cairo_tag_begin(pen_.get(), CAIRO_TAG_LINK, target.c_str());
  line(before + address, how);
  if (leads)
    cairo_tag_end(pen_.get(), CAIRO_TAG_LINK);
}

void sheet::frame() {
  auto* pen = pen_.get();
  cairo_set_source_rgb(pen, accent.red, accent.green, accent.blue);
  cairo_set_line_width(pen, 3);
  cairo_rectangle(pen, 28, 28, page_width - 56, page_height - 56);
  cairo_stroke(pen);
  cairo_set_line_width(pen, 0.75);
  cairo_rectangle(pen, 36, 36, page_width - 72, page_height - 72);
  cairo_stroke(pen);
}

outcome<std::string> sheet::finish() {
  cairo_show_page(pen_.get());
  auto state = cairo_status(pen_.get());
  cairo_surface_finish(surface_.get());
  if (state == CAIRO_STATUS_SUCCESS)
    state = cairo_surface_status(surface_.get());
  if (state != CAIRO_STATUS_SUCCESS)
    return fail(fault_code::unavailable, "the certificate cannot be drawn",
                cairo_status_to_string(state));
  return std::move(bytes_);
}

}  // namespace

outcome<std::string> draw_page(const draw_certificate& what) {
  const auto& in = what.in_english ? english : french;
  const auto& facts = what.facts;
  const auto title = as_one_line(facts.title);
  const auto course = as_one_line(facts.course);
  constexpr style small{.size = 13, .in = pale};
  constexpr style fine{.family = "DejaVu Sans, sans", .size = 9, .least = 6, .in = pale};
  sheet page{facts.issued_at, title};
  page.frame();
  page.line(as_one_line(facts.issuer), {.size = 16, .in = pale});
  page.skip(22);
  page.line(in.heading, {.size = 40, .in = accent, .bold = true});
  page.skip(22);
  page.line(in.given_to, small);
  page.skip(8);
  page.line(as_one_line(facts.holder), {.size = 34, .least = 12, .bold = true});
  page.skip(14);
  page.line(in.for_course, small);
  page.skip(8);
  page.line(course, {.size = 24, .least = 10});
  if (title != course) {
    page.skip(4);
    page.line(title, {.size = 15, .least = 9});
  }
  page.skip(20);
  if (facts.score) {
    page.line(fmt::format(fmt::runtime(in.score), *facts.score), {.size = 13});
    page.skip(4);
  }
  page.line(fmt::format(fmt::runtime(in.issued), day_of(facts.issued_at, what.zone, in)),
            {.size = 13});
  if (facts.expires_at)
    page.line(fmt::format(fmt::runtime(in.expires), day_of(*facts.expires_at, what.zone, in)),
              {.size = 13});
  page.move_to(page_height - margin - 36);
  page.line(fmt::format(fmt::runtime(in.number), as_one_line(facts.number)), fine);
  page.link(in.check, as_one_line(what.address), fine);
  page.line(fmt::format(fmt::runtime(in.signature), what.signature), fine);
  return page.finish();
}

}  // namespace stoa
