#pragma once

#include "net/endpoint.hpp"

#include <span>

namespace stoa {

extern const edition stacgate_edition;
extern const edition emlyon_connect_edition;
extern const edition intrasphere_edition;

/// How large a body may be where neither its row nor a setting says so, in bytes.
[[nodiscard]] std::size_t usual_body_limit(const edition& of);

/// The rows that every site has beside its edition's: the native real-time door and its REST.
[[nodiscard]] std::span<const endpoint> shared_routes();
[[nodiscard]] std::span<const socket_endpoint> shared_sockets();

}  // namespace stoa
