#pragma once

#include "schema/dialect.hpp"

namespace stoa {

/// StacGate's front end: bare arrays, the error text under two keys, forms that send more members
/// than the server reads and "" for what was left empty, French ranks, pages by number.
extern const dialect stacgate_dialect;

/// Emlyon connect's front end: bare arrays in an envelope, members that nobody asked for are
/// ignored.
extern const dialect emlyon_dialect;
/// IntraSphere's front end: bare arrays, both error keys, an answer to a removal, three ranks.
extern const dialect intrasphere_dialect;

}  // namespace stoa
