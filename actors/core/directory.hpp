#pragma once

#include "actors/core/caf.hpp"

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stoa {

/// Id → live owner, on this node: starts the owner on first use and forgets it when it goes. Any
/// thread may ask; a look-up costs a lock on one of its shards and no message.
template <class Handle>
class directory {
public:
  /// Starts the owner of an id. It is called with a shard locked, so it only spawns.
  using starter = std::function<Handle(const std::string& id)>;

  explicit directory(starter start) : inside_(std::make_shared<inside>()) {
    inside_->start = std::move(start);
  }

  /// The owner, started if need be.
  [[nodiscard]] Handle get(const std::string& id) {
    auto& part = inside_->part_of(id);
    std::lock_guard lock{part.mutex};
    if (auto found = part.live.find(id); found != part.live.end())
      return found->second;
    auto fresh = inside_->start(id);
    part.live.emplace(id, fresh);
    // Runs when the actor ends, for whatever reason; the table may be gone by then.
    fresh->attach_functor([table = std::weak_ptr{inside_}, id, address = fresh.address()] {
      if (auto alive = table.lock())
        alive->forget(id, address);
    });
    return fresh;
  }

  /// The owner if it is live, else a null handle.
  [[nodiscard]] Handle find(const std::string& id) const {
    auto& part = inside_->part_of(id);
    std::lock_guard lock{part.mutex};
    auto found = part.live.find(id);
    return found == part.live.end() ? Handle{} : found->second;
  }

  /// Takes an owner off the list before it leaves: from now on `get` starts a new one, while what
  /// is already on its way still reaches the old.
  void retire(const std::string& id, const caf::actor_addr& who) { inside_->forget(id, who); }

  [[nodiscard]] std::vector<Handle> all() const {
    std::vector<Handle> out;
    for (auto& part : inside_->parts) {
      std::lock_guard lock{part.mutex};
      for (const auto& [id, handle] : part.live)
        out.push_back(handle);
    }
    return out;
  }

  [[nodiscard]] std::size_t size() const {
    std::size_t count = 0;
    for (auto& part : inside_->parts) {
      std::lock_guard lock{part.mutex};
      count += part.live.size();
    }
    return count;
  }

private:
  struct shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, Handle> live;
  };
  struct inside {
    starter start;
    std::array<shard, 32> parts;

    shard& part_of(const std::string& id) {
      return parts[std::hash<std::string>{}(id) % parts.size()];
    }
    void forget(const std::string& id, const caf::actor_addr& who) {
      Handle last;  // let go after the lock: the last reference may end the actor
      auto& part = part_of(id);
      std::lock_guard lock{part.mutex};
      auto found = part.live.find(id);
      if (found == part.live.end() || found->second.address() != who)
        return;
      last = std::move(found->second);
      part.live.erase(found);
    }
  };
  std::shared_ptr<inside> inside_;
};

}  // namespace stoa
