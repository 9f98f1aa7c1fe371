#pragma once

#include "schema/field_data.hpp"
#include "schema/text/precis.hpp"

namespace stoa::shapes {

[[nodiscard]] bool is_email(std::string_view text);
[[nodiscard]] bool is_slug(std::string_view text);
[[nodiscard]] bool is_web_address(std::string_view text);
[[nodiscard]] bool is_code(std::string_view text);
[[nodiscard]] bool is_harmless_link(std::string_view text);

/// One `@`, a name before it, a dotted host after it, no blanks, at most 254 bytes (RFC 5321).
/// Kept as `precis::mail_address` has it.
inline constexpr text_shape email{is_email, "an e-mail address", "email", "", precis::mail_address};

/// What somebody signs in by, kept as `precis::user_name` has it.
inline constexpr text_shape user_name{nullptr, "", "", "", precis::user_name};

/// The same for an address that may be of any form.
inline constexpr text_shape any_mail_address{nullptr, "", "", "", precis::mail_address};

/// Lower-case words joined by single hyphens: what stands in an address.
inline constexpr text_shape slug{is_slug, "lower-case letters and digits joined by hyphens", "",
                                 "^[a-z0-9]+(-[a-z0-9]+)*$"};

/// `http`, `https` or a path on this server; never `javascript:` and its like.
inline constexpr text_shape web_address{
    is_web_address, "an http or https address or a path on this server", "uri-reference", ""};

/// A word of a permission: lower-case letters joined by underscores, at least three.
inline constexpr text_shape code{is_code, "lower-case letters and underscores", "",
                                 "^[a-z][a-z_]{2,63}$"};

/// Any address but one that runs as a script when it is followed.
inline constexpr text_shape harmless_link{is_harmless_link, "an address that is no script", "", ""};

}  // namespace stoa::shapes
