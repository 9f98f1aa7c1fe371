#include "net/routes/emlyon-connect/routes.hpp"
#include "net/routes/emlyon-connect/shapes.hpp"

namespace stoa::emlyon {

void need_campus(const call& c) {
  // The platform's own administrators belong to no campus.
  if (c.who.establishment.value == platform_scope)
    throw refuse(fault_code::forbidden, "Ce compte n'appartient à aucun campus");
}

campus_actor campus_for(call& c) {
  need_campus(c);
  return c.home.campus(c.who.establishment);
}

task<void> tell_campus(call_ptr c) {
  auto campus = campus_for(*c);
  person_changed what;
  what.who = c->who.user;
  co_await ask(c->self, campus, std::move(what));
}

}  // namespace stoa::emlyon
