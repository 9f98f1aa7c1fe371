#pragma once

#include <string_view>
#include <unicode/utypes.h>

namespace stoa::precis {

/// Whether a character may be in a string of RFC 8264's IdentifierClass (4.2): letters and digits
/// of all scripts and printable ASCII without the blank. What only counts beside certain neighbours
/// (RFC 5892, appendix A) is in; whoever asks looks at the neighbours.
[[nodiscard]] bool in_identifier_class(UChar32 point);

/// Whether it may be in a string of the FreeformClass (4.3): blanks, symbols and punctuation as
/// well.
[[nodiscard]] bool in_freeform_class(UChar32 point);

/// Whether a name mixes scripts in a way that no language does (UTS 39, 5.2: it is not even
/// « moderately restrictive »): Latin letters with Cyrillic or Greek ones, say.
[[nodiscard]] bool mixes_scripts(std::string_view name);

}  // namespace stoa::precis
