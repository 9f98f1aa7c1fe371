#include "schema/text/fold.hpp"

#include "schema/text/icu.hpp"

#include <unicode/uchar.h>

namespace stoa {

namespace {

bool is_dash(UChar32 point) {
  // Those that are raised or lowered stand in formulas.
  const auto kind = u_getIntPropertyValue(point, UCHAR_DECOMPOSITION_TYPE);
  return u_hasBinaryProperty(point, UCHAR_DASH) != 0 && kind != U_DT_SUPER && kind != U_DT_SUB;
}

// What a keyboard makes of an apostrophe, of a quotation mark and of three dots by itself has no
// property of its own.
void append_as_typed(icu::UnicodeString& out, UChar32 point) {
  switch (point) {
    case 0x2018:  // ‘
    case 0x2019:  // ’
    case 0x201B:  // ‛
    case 0x02BC:  // modifier letter apostrophe
      out.append(u'\'');
      return;
    case 0x201C:  // “
    case 0x201D:  // ”
    case 0x201F:  // ‟
      out.append(u'"');
      return;
    case 0x2026:  // …
      out.append(u"...", 3);
      return;
    default:
      text::append_ordinary_width(out, point);
  }
}

}  // namespace

std::string as_seen(std::string_view text) {
  const auto apart = text::decomposed(text::from_utf8(text)).foldCase();
  icu::UnicodeString plain;
  bool blank = false;
  for (std::int32_t i = 0; i < apart.length(); i = apart.moveIndex32(i, 1)) {
    const auto point = apart.char32At(i);
    if (u_isUWhiteSpace(point) != 0) {
      blank = !plain.isEmpty();
      continue;
    }
    if (u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0)
      continue;
    if (blank)
      plain.append(u' ');
    blank = false;
    if (is_dash(point))
      plain.append(u'-');
    else
      append_as_typed(plain, point);
  }
  // Canonical: half width kana and their marks come together here.
  return text::to_utf8(text::composed(plain));
}

}  // namespace stoa
