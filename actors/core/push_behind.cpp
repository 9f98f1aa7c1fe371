#include "actors/core/push_behind.hpp"

#include "actors/core/lane.hpp"

namespace stoa {

void push_behind(const outbox_ptr& who, const frame& what) {
  if (const auto where = who->lane())
    where->post([who, what] { who->push(what); });
  else
    who->push(what);
}

}  // namespace stoa
