#pragma once

#include <string>
#include <string_view>

namespace stoa {

/// What a typed text has in common with all texts that people read as the same one, for comparing
/// and never for keeping. What keyboards and fonts decide does not count: letters with their accent
/// apart (NFD), capitals (full case folding), kinds and runs of blanks and those at the ends,
/// single and double quotation marks that are curled, kinds of dashes, `…` for three dots, full and
/// half width, and what cannot be seen (soft hyphens, zero-width characters). What can be told
/// apart stays so: `é` and `e`, `²` and `2`, `«` and `"`. Sources: Unicode 15, 3.13 D145 and UAX 44
/// (White_Space, Dash, Default_Ignorable_Code_Point). Invalid UTF-8 counts as U+FFFD.
[[nodiscard]] std::string as_seen(std::string_view text);

}  // namespace stoa
