#pragma once

#include <string>
#include <string_view>

namespace stoa {

/// A strong validator of these bytes (RFC 9110 §8.8.3), the same on every node; with its quotes.
[[nodiscard]] std::string strong_tag(std::string_view text);

/// A weak validator: the same rows, whatever their spelling in bytes may be another time.
[[nodiscard]] std::string weak_tag(std::string_view text);

/// The tag of the same thing in gzip: `"x"` is `"x-gzip"`, since a strong tag names bytes (RFC 9110
/// §8.8.3.3). A weak tag holds for each coding.
[[nodiscard]] std::string tag_in_gzip(std::string_view tag);

/// The tag of the same thing in an envelope, which is another text: `"x-envelope"`.
[[nodiscard]] std::string tag_in_envelope(std::string_view tag);

/// Whether an If-None-Match list names this tag in whichever coding (weak comparison, `*` names
/// any).
[[nodiscard]] bool names_tag(std::string_view list, std::string_view tag) noexcept;

/// Whether an If-Match list names this tag, or another form of the same thing: whoever writes means
/// the thing, not its bytes on the way. Strong comparison: a weak tag matches nothing; `*` matches.
[[nodiscard]] bool matches_tag(std::string_view list, std::string_view tag) noexcept;

}  // namespace stoa
