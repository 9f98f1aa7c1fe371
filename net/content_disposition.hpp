#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stoa {

/// What a browser does with a file: shows it in its place, or saves it.
enum class disposition : std::uint8_t { shown, saved };

/// The value of `Content-Disposition` for a file of this name (RFC 6266): `filename` for old
/// clients, and `filename*` (RFC 8187) besides where that cannot say the whole name. The name may
/// be anybody's: folders, line breaks, quotes, marks that turn the direction of writing and bytes
/// that are no UTF-8 are not passed on, and of a long one the beginning and the extension stay.
[[nodiscard]] std::string content_disposition(disposition how, std::string_view name);

}  // namespace stoa
