#pragma once

#include "net/endpoint.hpp"

#include <string>

namespace stoa::stoa_api {

/// The OpenAPI 3.1 document of a site: its edition's rows and the shared ones.
[[nodiscard]] std::string openapi_document(const site& here);

/// The AsyncAPI 3.0 document of `stoa.v1`, the same on every site.
[[nodiscard]] std::string asyncapi_document();

}  // namespace stoa::stoa_api
