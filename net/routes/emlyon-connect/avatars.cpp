#include "net/routes/emlyon-connect/routes.hpp"
#include "net/routes/emlyon-connect/shapes.hpp"

namespace stoa::emlyon {
void remove_picture(const call&, const std::string&) {}
std::span<const endpoint> avatar_routes() {
  return {};
}
}  // namespace stoa::emlyon
