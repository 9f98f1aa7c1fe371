#include "net/path_locks.hpp"

#include <vector>

namespace stoa {

namespace {

constexpr std::size_t most_waiting = 64;

}  // namespace

bool path_locks::enter(const std::string& path, mode how, std::function<void(hold)> go) {
  {
    std::lock_guard held{guard_};
    auto& at = places_[path];
    const bool free = at.running == 0 || (!at.alone && how == mode::shared);
    if (!free || !at.next.empty()) {
      if (at.next.size() >= most_waiting)
        return false;
      at.next.push_back({how, std::move(go)});
      return true;
    }
    ++at.running;
    at.alone = how == mode::alone;
  }
  go(hold{*this, path});
  return true;
}

void path_locks::leave(const std::string& path) {
  std::vector<waiting> ready;
  {
    std::lock_guard held{guard_};
    const auto found = places_.find(path);
    auto& at = found->second;
    --at.running;
    while (!at.next.empty() &&
           (at.running == 0 || (!at.alone && at.next.front().how == mode::shared))) {
      ++at.running;
      at.alone = at.next.front().how == mode::alone;
      ready.push_back(std::move(at.next.front()));
      at.next.pop_front();
    }
    if (at.running == 0)
      places_.erase(found);
  }
  // Outside of the lock: who goes on may enter somewhere or leave at once.
  for (auto& each : ready)
    each.go(hold{*this, path});
}

}  // namespace stoa
