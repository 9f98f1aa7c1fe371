#pragma once

#include "actors/core/audience.hpp"
#include "actors/groups/events.hpp"

#include <cstddef>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stoa {

/// Who follows one stream, kept apart by the way they read it, so that each frame is made once per
/// way. It knows its members: adding one twice or removing a stranger changes nothing. Owned and
/// called by one actor.
class follower_set {
public:
  /// Adds a follower; one that is there already stays as it is.
  void add(const outbox_ptr& who, const view& how) {
    if (who && members_.emplace(who, &how).second)
      audience_of(how).add(who);
  }

  void remove(const outbox_ptr& who) {
    const auto found = members_.find(who);
    if (found == members_.end())
      return;
    audience_of(*found->second).remove(who);
    members_.erase(found);
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

  [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }
  [[nodiscard]] bool empty() const noexcept { return members_.empty(); }

private:
  audience& audience_of(const view& how) {
    for (auto& [key, who] : audiences_)
      if (key == &how)
        return who;
    return audiences_.emplace_back(&how, audience{}).second;
  }

  std::unordered_map<outbox_ptr, const view*> members_;
  std::vector<std::pair<const view*, audience>> audiences_;
};

}  // namespace stoa
