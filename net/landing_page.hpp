#pragma once

#include "net/endpoint.hpp"

namespace stoa {

/// What a browser finds at `/` of a site without a front end: what this is, which contract it
/// speaks, where its documents are and how a front end is served; the demo's accounts while there
/// is a demo. In French or English, as `Accept-Language` prefers. It loads nothing, and its policy
/// allows nothing but its own style.
[[nodiscard]] reply landing_page(const site& at, const request& head);

/// Whether the client prefers French to English; English when it names neither.
[[nodiscard]] bool prefers_french(std::string_view accept_language) noexcept;

}  // namespace stoa
