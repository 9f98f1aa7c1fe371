#include "schema/text/icu.hpp"

#include <algorithm>
#include <new>
#include <unicode/uchar.h>

namespace stoa::text {

namespace {

using form_getter = const icu::Normalizer2* (*)(UErrorCode&);

const icu::Normalizer2& form(form_getter get) {
  auto status = U_ZERO_ERROR;
  const auto* found = get(status);
  if (U_FAILURE(status) || found == nullptr)
    throw std::bad_alloc{};
  return *found;
}

icu::UnicodeString normalized(const icu::UnicodeString& text, form_getter get) {
  auto status = U_ZERO_ERROR;
  auto out = form(get).normalize(text, status);
  if (U_FAILURE(status))
    throw std::bad_alloc{};
  return out;
}

}  // namespace

icu::UnicodeString composed(const icu::UnicodeString& text) {
  return normalized(text, icu::Normalizer2::getNFCInstance);
}

icu::UnicodeString decomposed(const icu::UnicodeString& text) {
  return normalized(text, icu::Normalizer2::getNFDInstance);
}

void append_ordinary_width(icu::UnicodeString& out, UChar32 point) {
  const auto kind = u_getIntPropertyValue(point, UCHAR_DECOMPOSITION_TYPE);
  icu::UnicodeString ordinary;
  if ((kind == U_DT_WIDE || kind == U_DT_NARROW) &&
      form(icu::Normalizer2::getNFKCInstance).getRawDecomposition(point, ordinary) != 0)
    out.append(ordinary);
  else
    out.append(point);
}

bool is_plain(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace stoa::text
