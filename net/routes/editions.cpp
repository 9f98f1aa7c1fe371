#include "net/routes/editions.hpp"

#include "net/routes/stoa/routes.hpp"

namespace stoa {

std::span<const edition* const> editions() {
  static const edition* const all[] = {&stacgate_edition, &intrasphere_edition,
                                       &emlyon_connect_edition};
  return all;
}

std::size_t usual_body_limit(const edition& of) {
  // StacGate's contract names its own.
  return (&of == &stacgate_edition ? 10 : 1) * std::size_t{1024 * 1024};
}

std::span<const endpoint> shared_routes() {
  return stoa_api::routes();
}
std::span<const socket_endpoint> shared_sockets() {
  return stoa_api::sockets();
}

}  // namespace stoa
