#pragma once

#include "schema/outcome.hpp"

#include <string>
#include <string_view>

/// Names and secrets that people type, so that two which look alike are the same or are refused:
/// the profiles of RFC 8265 over the classes of RFC 8264, by ICU's properties of characters.
namespace stoa::precis {

/// A user name as it is kept (UsernameCasePreserved): ordinary width, NFC; `invalid` for an empty
/// one, blanks but single ones inside (RFC 8265, 3.5), what cannot be seen, symbols and punctuation
/// beyond ASCII, letters that stand for others (`ﬁ`), a mix of writing directions, and scripts that
/// are mixed as no language does (UTS 39, 5.2: above « moderately restrictive »). Capitals stay:
/// the database compares without them.
[[nodiscard]] outcome<std::string> user_name(std::string_view typed);

/// An e-mail address as it is kept: no blanks around; the part before `@` as a user name without
/// blanks is, but for scripts; a host of other letters as UTS 46 writes it for people, so that its
/// `xn--` form is the same one. `invalid` for what cannot be in either. Whether it has the form of
/// an address is another question (`shapes::is_email`).
[[nodiscard]] outcome<std::string> mail_address(std::string_view typed);

/// A password as it is hashed (OpaqueString): every blank is U+0020, NFC, nothing else; `invalid`
/// for an empty one and for control characters and code points that are no characters.
[[nodiscard]] outcome<std::string> password(std::string_view typed);

/// What a name that is looked for was meant to be: the profile's form, or what was typed where the
/// profile refuses it (there are names from before). Blanks at the ends are a keyboard's.
[[nodiscard]] std::string wanted_user_name(std::string_view typed);
[[nodiscard]] std::string wanted_mail_address(std::string_view typed);

/// The name in ASCII that a name of other letters is drawn like (« сосо », which is Cyrillic:
/// `coco`), by UTS 39's skeleton; empty for all others.
[[nodiscard]] std::string ascii_double(std::string_view name);

}  // namespace stoa::precis
