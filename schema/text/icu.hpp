#pragma once

#include <string>
#include <string_view>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

/// What the files of this folder share of ICU; nobody else includes it.
namespace stoa::text {

[[nodiscard]] inline icu::UnicodeString from_utf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
}

[[nodiscard]] inline std::string to_utf8(const icu::UnicodeString& text) {
  std::string out;
  return text.toUTF8String(out);
}

/// Composed (NFC) or decomposed (NFD) as UAX 15 has it. Without ICU's data, which are linked into
/// its library, there is no server: throws `std::bad_alloc`, the only other cause.
[[nodiscard]] icu::UnicodeString composed(const icu::UnicodeString& text);
[[nodiscard]] icu::UnicodeString decomposed(const icu::UnicodeString& text);

/// Appends the ordinary form of a character that is full or half width (RFC 8265's width mapping),
/// any other as it is.
void append_ordinary_width(icu::UnicodeString& out, UChar32 point);

/// Whether every byte is printable ASCII or a blank: then nothing here has work to do.
[[nodiscard]] bool is_plain(std::string_view text) noexcept;

}  // namespace stoa::text
