#include "net/path_locks.hpp"

#include <vector>

namespace stoa {

namespace {

constexpr std::size_t most_waiting = 64;

}  // namespace

// Under the lock: one more runs at that place, if it need not wait.
bool path_locks::takes(place& at, mode how) {
  const bool free = at.running == 0 || (!at.alone && how == mode::shared);
  if (!free || !at.next.empty())
    return false;
  ++at.running;
  at.alone = how == mode::alone;
  return true;
}

path_locks::hold path_locks::try_enter(const std::string& path, mode how) {
  std::lock_guard held{guard_};
  return takes(places_[path], how) ? hold{*this, path} : hold{};
}

bool path_locks::enter(const std::string& path, mode how, std::function<void(hold)> go) {
  {
    std::lock_guard held{guard_};
    auto& at = places_[path];
    if (!takes(at, how)) {
      if (at.next.size() >= most_waiting)
        return false;
      at.next.push_back({how, std::move(go)});
      return true;
    }
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
