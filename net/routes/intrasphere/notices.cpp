#include "net/routes/intrasphere/notices.hpp"

#include "net/routes/intrasphere/routes.hpp"
#include "schema/notices.hpp"

namespace stoa::intrasphere {

namespace {

const resource& notices() {
  static const auto one = [] {
    resource_options more;
    more.acts = act::list | act::change | act::remove;
    more.limits = sorted_by("-createdAt");
    more.limits.usual = 50;
    return resource::of<notification_row>("/api/notifications", "notification", intrasphere_dialect,
                                          {}, more);
  }();
  return one;
}

}  // namespace

std::span<const endpoint> notice_routes() {
  static const auto all = notices().rows();
  return all;
}

}  // namespace stoa::intrasphere
