#include "schema/text/precis.hpp"

#include "schema/text/icu.hpp"
#include "schema/text/precis_class.hpp"

#include <memory>
#include <new>
#include <unicode/idna.h>
#include <unicode/uchar.h>

namespace stoa::precis {

namespace {

// Names travel in URLs, mails and tables of pages; beyond that ICU's lengths would not hold either.
constexpr std::size_t longest = 4096;  // bytes

const icu::IDNA& idna() {
  static const auto one = [] {
    auto status = U_ZERO_ERROR;
    std::unique_ptr<icu::IDNA> made{icu::IDNA::createUTS46Instance(
        UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_CHECK_CONTEXTO |
            UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
        status)};
    if (U_FAILURE(status))
      throw std::bad_alloc{};
    return made;
  }();
  return *one;
}

// The rules about neighbours (RFC 5892, appendix A) and writing directions (RFC 5893) are those of
// a label of a host name.
bool fits_together(icu::UnicodeString text) {
  constexpr std::uint32_t about_neighbours =
      UIDNA_ERROR_BIDI | UIDNA_ERROR_CONTEXTJ | UIDNA_ERROR_CONTEXTO_PUNCTUATION |
      UIDNA_ERROR_CONTEXTO_DIGITS | UIDNA_ERROR_LEADING_COMBINING_MARK;
  // What ASCII a name may have and a label may not.
  for (std::int32_t i = 0; i < text.length(); ++i)
    if (const auto unit = text.charAt(i); unit < 0x80 && u_isalnum(unit) == 0)
      text.setCharAt(i, u'-');
  icu::UnicodeString ignored;
  icu::IDNAInfo info;
  auto status = U_ZERO_ERROR;
  idna().labelToUnicode(text, ignored, info, status);
  if (U_FAILURE(status))
    throw std::bad_alloc{};
  return (info.getErrors() & about_neighbours) == 0;
}

icu::UnicodeString of_ordinary_width(const icu::UnicodeString& text) {
  icu::UnicodeString out;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1))
    text::append_ordinary_width(out, text.char32At(i));
  return out;
}

outcome<std::string> identifier(const icu::UnicodeString& typed, const char* refused) {
  const auto out = text::composed(of_ordinary_width(typed));
  UChar32 before = u' ';
  for (std::int32_t i = 0; i < out.length(); i = out.moveIndex32(i, 1)) {
    const auto point = out.char32At(i);
    // One blank between two parts of a name.
    if (point == u' ' ? before == u' ' : !in_identifier_class(point))
      return fail(fault_code::invalid, refused);
    before = point;
  }
  if (before == u' ' || !fits_together(out))
    return fail(fault_code::invalid, refused);
  return text::to_utf8(out);
}

icu::UnicodeString without_blanks_around(std::string_view typed) {
  auto out = text::from_utf8(typed.substr(0, longest));
  std::int32_t end = out.length();
  while (end > 0 && u_isUWhiteSpace(out.char32At(end - 1)) != 0)
    --end;
  out.truncate(end);
  std::int32_t start = 0;
  while (start < out.length() && u_isUWhiteSpace(out.char32At(start)) != 0)
    ++start;
  return out.remove(0, start);
}

constexpr const char* odd_name =
    "must have letters, digits and signs that can be told apart, and single blanks inside only";
constexpr const char* odd_address = "must be an e-mail address without unseen or odd characters";

}  // namespace

outcome<std::string> user_name(std::string_view typed) {
  if (typed.size() > longest)
    return fail(fault_code::invalid, odd_name);
  auto out = identifier(text::from_utf8(typed), odd_name);
  if (out && mixes_scripts(*out))
    return fail(fault_code::invalid, "must not mix letters of several scripts");
  return out;
}

outcome<std::string> mail_address(std::string_view typed) {
  if (typed.size() > longest)
    return fail(fault_code::invalid, odd_address);
  const auto all = without_blanks_around(typed);
  const auto at = all.lastIndexOf(u'@');
  const auto mailbox = at < 0 ? all : all.tempSubString(0, at);
  auto out = identifier(mailbox, odd_address);
  if (out && out->find(' ') != std::string::npos)
    return fail(fault_code::invalid, odd_address);
  if (!out || at < 0)
    return out;
  auto host = text::to_utf8(all.tempSubString(at + 1));
  if (text::is_plain(host) && host.find("xn--") == std::string::npos) {
    if (host.find(' ') != std::string::npos)
      return fail(fault_code::invalid, odd_address);
  } else {
    icu::UnicodeString shown;
    icu::IDNAInfo info;
    auto status = U_ZERO_ERROR;
    idna().nameToUnicode(text::from_utf8(host), shown, info, status);
    if (U_FAILURE(status) || info.hasErrors())
      return fail(fault_code::invalid, odd_address);
    host = text::to_utf8(shown);
  }
  return *out + "@" + host;
}

outcome<std::string> password(std::string_view typed) {
  constexpr const char* refused = "must be made of characters, without control characters";
  if (typed.size() > longest)
    return fail(fault_code::invalid, "is too long");
  const auto given = text::from_utf8(typed);
  icu::UnicodeString out;
  for (std::int32_t i = 0; i < given.length(); i = given.moveIndex32(i, 1)) {
    const auto point = given.char32At(i);
    out.append(u_charType(point) == U_SPACE_SEPARATOR ? u' ' : point);
  }
  out = text::composed(out);
  if (out.isEmpty())
    return fail(fault_code::invalid, refused);
  for (std::int32_t i = 0; i < out.length(); i = out.moveIndex32(i, 1))
    if (!in_freeform_class(out.char32At(i)))
      return fail(fault_code::invalid, refused);
  return text::to_utf8(out);
}

std::string wanted_user_name(std::string_view typed) {
  const auto bare = text::to_utf8(without_blanks_around(typed));
  auto name = user_name(bare);
  return name ? std::move(*name) : std::string{typed};
}

std::string wanted_mail_address(std::string_view typed) {
  auto address = mail_address(typed);
  return address ? std::move(*address) : std::string{typed};
}

}  // namespace stoa::precis
