#include "actors/groups/turns.hpp"

#include <utility>

namespace stoa {

bool turns::enter(const std::string& whose, std::size_t bytes, std::function<void()> turn) {
  // Who need not wait takes no place.
  if (!free(whose) && (count_ >= most_ || (count_ > 0 && bytes_ + bytes > most_bytes_)))
    return false;
  lines_[whose].next.push_back({std::move(turn), bytes});
  ++count_;
  bytes_ += bytes;
  go_on(whose);
  return true;
}

void turns::leave(const std::string& whose) {
  lines_.at(whose).taken = false;
  go_on(whose);
}

// A turn may end at once or later: whoever is in the loop goes on with it.
void turns::go_on(std::string whose) {
  auto& mine = lines_.at(whose);
  if (std::exchange(mine.looping, true))
    return;
  while (!mine.taken && !mine.next.empty()) {
    auto now = std::move(mine.next.front());
    mine.next.pop_front();
    --count_;
    bytes_ -= now.bytes;
    mine.taken = true;
    now.turn();
  }
  mine.looping = false;
  if (!mine.taken)
    lines_.erase(whose);
}

}  // namespace stoa
