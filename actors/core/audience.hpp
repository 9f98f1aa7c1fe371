#pragma once

#include "actors/core/outbox.hpp"

#include <cstddef>
#include <memory>
#include <unordered_set>
#include <vector>

namespace stoa {

/// The outboxes that hear one topic, kept apart by lane, so that a frame costs one job per lane and
/// then a plain loop on the lane's own thread: no lock and no wake-up per receiver. Owned and
/// called by one actor; the lists themselves live on the lanes and follow in order. Outboxes
/// without a lane are pushed to directly.
class audience {
public:
  audience() = default;
  audience(audience&&) noexcept = default;
  audience& operator=(audience&&) noexcept = default;

  /// Adds a receiver, unless it is one already.
  void add(outbox_ptr who);
  /// Removes a receiver, if it is one.
  void remove(const outbox_ptr& who);
  /// Sends to everyone, `except` left out.
  void send(const frame& what, urgency how = urgency::durable, const outbox_ptr& except = nullptr);

  [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }
  [[nodiscard]] bool empty() const noexcept { return members_.empty(); }

private:
  using list = std::vector<outbox_ptr>;
  struct share {
    std::shared_ptr<stoa::lane> where;
    std::shared_ptr<list> members;  // touched on the lane only
    std::size_t count = 0;
  };
  std::vector<share> shares_;
  list without_lane_;
  // The lists are out of reach; without these, removing somebody who is not in them would make a
  // lane look empty and silence those who are.
  std::unordered_set<const outbox*> members_;
};

}  // namespace stoa
