#include "actors/core/audience.hpp"

#include <algorithm>

namespace stoa {

void audience::add(outbox_ptr who) {
  if (!who || !members_.insert(who.get()).second)
    return;
  auto where = who->lane();
  if (!where) {
    without_lane_.push_back(std::move(who));
    return;
  }
  auto at = std::find_if(shares_.begin(), shares_.end(),
                         [&](const share& x) { return x.where == where; });
  if (at == shares_.end())
    at = shares_.insert(at, share{where, std::make_shared<list>(), 0});
  ++at->count;
  where->post([members = at->members, who = std::move(who)]() mutable {
    members->push_back(std::move(who));
  });
}

void audience::remove(const outbox_ptr& who) {
  if (!who || members_.erase(who.get()) == 0)
    return;
  auto where = who->lane();
  if (!where) {
    std::erase(without_lane_, who);
    return;
  }
  auto at = std::find_if(shares_.begin(), shares_.end(),
                         [&](const share& x) { return x.where == where; });
  if (at == shares_.end() || at->count == 0)
    return;
  --at->count;
  where->post([members = at->members, who] {
    auto found = std::find(members->begin(), members->end(), who);
    if (found == members->end())
      return;
    *found = std::move(members->back());
    members->pop_back();
  });
}

void audience::send(const frame& what, urgency how, const outbox_ptr& except) {
  for (auto& who : without_lane_)
    if (who != except)
      who->push(what, how);
  for (auto& part : shares_) {
    if (part.count == 0)
      continue;
    part.where->post([members = part.members, what, how, except] {
      for (auto& who : *members)
        if (who != except)
          who->push(what, how);
    });
  }
}

}  // namespace stoa
