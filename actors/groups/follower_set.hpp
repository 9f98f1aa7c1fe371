#pragma once

#include "actors/core/audience.hpp"
#include "actors/groups/events.hpp"

#include <utility>
#include <vector>

namespace stoa {

/// Who follows one stream, kept apart by the way they read it, so that each frame is made once per
/// way. Owned and called by one actor.
class follower_set {
public:
  /// Adds a follower; one that reads this way already stays as it is.
  void add(const outbox_ptr& who, const view& how) {
    for (auto& [reading, all] : audiences_)
      if (reading == &how)
        return all.add(who);
    audiences_.emplace_back(&how, audience{}).second.add(who);
  }

  /// Takes a follower out, whatever way it reads; a stranger changes nothing.
  void remove(const outbox_ptr& who) {
    for (auto& [reading, all] : audiences_)
      all.remove(who);
  }

  /// Sends everyone but `except` the frame that `make(view)` makes of each way of reading; an empty
  /// frame is not sent.
  template <class Make>
  void send(Make make, urgency how = urgency::durable, const outbox_ptr& except = nullptr) {
    for (auto& [reading, who] : audiences_)
      if (!who.empty())
        if (auto bytes = make(*reading); bytes.size() > 0)
          who.send(bytes, how, except);
  }

  [[nodiscard]] bool empty() const noexcept {
    for (const auto& [reading, all] : audiences_)
      if (!all.empty())
        return false;
    return true;
  }

private:
  std::vector<std::pair<const view*, audience>> audiences_;
};

}  // namespace stoa
