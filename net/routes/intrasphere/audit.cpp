#include "net/routes/intrasphere/audit.hpp"

#include "net/routes/intrasphere/routes.hpp"
#include "schema/audit.hpp"

namespace stoa::intrasphere {

namespace {

const resource& log() {
  static const auto one = [] {
    resource_options more;
    more.acts = act::list | act::read;
    more.limits.usual = 50;
    more.limits.most = 200;
    more.limits.sort = "-seq";
    return resource::of<audit_row>("/api/admin/audit", "audit entry", intrasphere_dialect, {},
                                   more);
  }();
  return one;
}

}  // namespace

std::span<const endpoint> audit_routes() {
  static const auto all = log().rows();
  return all;
}

}  // namespace stoa::intrasphere
