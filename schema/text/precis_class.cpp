#include "schema/text/precis_class.hpp"

#include "schema/text/icu.hpp"
#include "schema/text/precis.hpp"

#include <memory>
#include <new>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

namespace stoa::precis {

namespace {

enum class exception : std::uint8_t { none, allowed, refused };

// The characters whose properties say one thing and RFC 5892, 2.6 another: 8264, 9.6 takes its
// list. What depends on neighbours counts as allowed.
exception exception_of(UChar32 point) {
  switch (point) {
    case 0x00DF:
    case 0x03C2:
    case 0x06FD:
    case 0x06FE:
    case 0x0F0B:
    case 0x3007:
    case 0x00B7:
    case 0x0375:
    case 0x05F3:
    case 0x05F4:
    case 0x30FB:
      return exception::allowed;
    case 0x0640:
    case 0x07FA:
    case 0x302E:
    case 0x302F:
    case 0x3031:
    case 0x3032:
    case 0x3033:
    case 0x3034:
    case 0x3035:
    case 0x303B:
      return exception::refused;
    default:
      return exception::none;
  }
}

bool has_compatible(UChar32 point) {
  auto status = U_ZERO_ERROR;
  const auto* form = icu::Normalizer2::getNFKCInstance(status);
  if (U_FAILURE(status))
    throw std::bad_alloc{};
  const icu::UnicodeString self{point};
  return form->normalize(self, status) != self;
}

bool is_old_jamo(UChar32 point) {
  const auto kind = u_getIntPropertyValue(point, UCHAR_HANGUL_SYLLABLE_TYPE);
  return kind == U_HST_LEADING_JAMO || kind == U_HST_VOWEL_JAMO || kind == U_HST_TRAILING_JAMO;
}

// RFC 8264, 8 in its order; what is left are the properties that the two classes judge alike.
exception common_judgement(UChar32 point) {
  if (const auto known = exception_of(point); known != exception::none)
    return known;
  if (u_charType(point) == U_UNASSIGNED)
    return exception::refused;
  if (point >= 0x21 && point <= 0x7E)
    return exception::allowed;
  if (u_hasBinaryProperty(point, UCHAR_JOIN_CONTROL) != 0)
    return exception::allowed;
  if (is_old_jamo(point) || u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 ||
      u_hasBinaryProperty(point, UCHAR_NONCHARACTER_CODE_POINT) != 0 ||
      u_charType(point) == U_CONTROL_CHAR)
    return exception::refused;
  return exception::none;
}

constexpr std::uint32_t letters_and_digits = U_GC_LU_MASK | U_GC_LL_MASK | U_GC_LO_MASK |
                                             U_GC_LM_MASK | U_GC_MN_MASK | U_GC_MC_MASK |
                                             U_GC_ND_MASK;
constexpr std::uint32_t others_of_freeform = U_GC_LT_MASK | U_GC_NL_MASK | U_GC_NO_MASK |
                                             U_GC_ME_MASK | U_GC_ZS_MASK | U_GC_S_MASK |
                                             U_GC_P_MASK;

/// UTS 39's checks, which are safe to share once they are set.
struct spoof_closer {
  void operator()(USpoofChecker* what) const { uspoof_close(what); }
};
const USpoofChecker* spoof() {
  static const auto one = [] {
    auto status = U_ZERO_ERROR;
    std::unique_ptr<USpoofChecker, spoof_closer> made{uspoof_open(&status)};
    if (U_FAILURE(status))
      throw std::bad_alloc{};
    uspoof_setRestrictionLevel(made.get(), USPOOF_MODERATELY_RESTRICTIVE);
    uspoof_setChecks(made.get(), USPOOF_RESTRICTION_LEVEL, &status);
    if (U_FAILURE(status))
      throw std::bad_alloc{};
    return made;
  }();
  return one.get();
}

bool has_letters_beyond_latin(const icu::UnicodeString& name) {
  for (std::int32_t i = 0; i < name.length(); i = name.moveIndex32(i, 1)) {
    auto status = U_ZERO_ERROR;
    const auto script = uscript_getScript(name.char32At(i), &status);
    if (script != USCRIPT_LATIN && script != USCRIPT_COMMON && script != USCRIPT_INHERITED)
      return true;
  }
  return false;
}

}  // namespace

bool in_identifier_class(UChar32 point) {
  const auto judged = common_judgement(point);
  if (judged != exception::none)
    return judged == exception::allowed;
  return (U_GET_GC_MASK(point) & letters_and_digits) != 0 && !has_compatible(point);
}

bool in_freeform_class(UChar32 point) {
  const auto judged = common_judgement(point);
  if (judged != exception::none)
    return judged == exception::allowed;
  return (U_GET_GC_MASK(point) & (letters_and_digits | others_of_freeform)) != 0 ||
         has_compatible(point);
}

bool mixes_scripts(std::string_view name) {
  if (text::is_plain(name))
    return false;
  auto status = U_ZERO_ERROR;
  const auto found = uspoof_check2UTF8(spoof(), name.data(), static_cast<std::int32_t>(name.size()),
                                       nullptr, &status);
  if (U_FAILURE(status))
    throw std::bad_alloc{};
  return found != 0;
}

std::string ascii_double(std::string_view name) {
  const auto given = text::from_utf8(name);
  if (text::is_plain(name) || !has_letters_beyond_latin(given))
    return {};
  icu::UnicodeString drawn;
  auto status = U_ZERO_ERROR;
  uspoof_getSkeletonUnicodeString(spoof(), 0, given, drawn, &status);
  if (U_FAILURE(status))
    throw std::bad_alloc{};
  auto out = text::to_utf8(drawn);
  return text::is_plain(out) ? out : std::string{};
}

}  // namespace stoa::precis
