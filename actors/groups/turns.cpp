#include "actors/groups/turns.hpp"

#include <utility>

namespace stoa {

bool turns::enter(const std::string& whose, std::size_t bytes, std::function<void()> turn,
                  const std::string& about) {
  const auto before =
      std::size_t{people_.contains(whose)} + std::size_t{!about.empty() && things_.contains(about)};
  // Who need not wait takes no place.
  if (before > 0 && (count_ >= most_ || (count_ > 0 && bytes_ + bytes > most_bytes_)))
    return false;
  auto mine = std::make_shared<place>(place{std::move(turn), bytes, about, before, before > 0});
  people_[whose].push_back(mine);
  if (!about.empty())
    things_[about].push_back(mine);
  if (before == 0) {
    ready_.push_back(std::move(mine));
    go_on();
    return true;
  }
  ++count_;
  bytes_ += bytes;
  return true;
}

void turns::let_pass(const std::string& whose) {
  const auto name = std::exchange(people_.at(whose).front()->about, {});
  if (name.empty())
    return;
  step_out(things_, name);
  go_on();
}

// Whoever runs is the first of its person's line.
void turns::leave(const std::string& whose) {
  const auto mine = people_.at(whose).front();
  step_out(people_, whose);
  if (!mine->about.empty())
    step_out(things_, mine->about);
  go_on();
}

void turns::step_out(lines& of, const std::string& name) {
  const auto line = of.find(name);
  line->second.pop_front();
  if (line->second.empty())
    of.erase(line);
  else if (--line->second.front()->behind == 0)
    ready_.push_back(line->second.front());
}

// A turn may end at once or later: whoever is in the loop goes on with it.
void turns::go_on() {
  if (std::exchange(looping_, true))
    return;
  while (!ready_.empty()) {
    const auto now = std::move(ready_.front());
    ready_.pop_front();
    if (now->counted) {
      --count_;
      bytes_ -= now->bytes;
    }
    std::exchange(now->turn, nullptr)();
  }
  looping_ = false;
}

}  // namespace stoa
