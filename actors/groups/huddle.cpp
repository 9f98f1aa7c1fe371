#include "actors/groups/huddle.hpp"

#include "actors/groups/stream_owner.hpp"

#include <algorithm>

namespace stoa {

huddle_state::huddle_state(protocol::pointer self,
                           std::function<void(const caf::actor_addr&)> retire)
    : self_(self), retire_(std::move(retire)) {}

huddle_state::protocol::behavior_type huddle_state::make_behavior() {
  return {
      [this](const scope& who, join_huddle& what) { return join(who, what); },
      [this](leave_huddle& what) { leave(what.who); },
      [this](const tell_huddle& what) { tell_others(what); },
  };
}

caf::result<void> huddle_state::join(const scope& who, join_huddle& what) {
  // It is off the directory already: whoever asks again finds its successor.
  if (closed_)
    return to_error(fail(fault_code::unavailable, "the room has just closed"));
  if (connections_.empty()) {
    how_ = what.how;
    facts_ = {what.room, what.kind, what.resource};
  } else if (facts_.kind != what.kind || facts_.resource != what.resource) {
    return to_error(fail(fault_code::conflict, "the room is about something else"));
  }
  const bool here = people_.contains(who.user.value);
  if (!here && people_.size() >= most_people)
    return to_error(fail(fault_code::conflict, "the room is full"));
  const bool again = connections_.contains(what.who);
  if (!here)
    people_[who.user.value] = present{{who, now()}, 0};
  auto& me = people_.at(who.user.value);
  if (!again) {
    ++me.connections;
    connections_.emplace(what.who, who.user.value);
  }
  std::vector<huddle_person> people;
  people.reserve(people_.size());
  for (const auto& [id, each] : people_)
    people.push_back(each.who);
  std::sort(people.begin(), people.end(), [](const auto& a, const auto& b) {
    return std::tie(a.joined_at, a.who.user) < std::tie(b.joined_at, b.who.user);
  });
  what.who->push(how_->welcome(facts_, people));
  if (!here)
    all_.send(how_->came(facts_, me.who, people_.size()));
  if (!again)
    all_.add(what.who);
  return {};
}

void huddle_state::leave(const outbox_ptr& who) {
  const auto gone = connections_.extract(who);
  if (!gone)
    return;
  all_.remove(who);
  const auto found = people_.find(gone.mapped());
  if (--found->second.connections == 0) {
    const auto person = found->second.who;
    people_.erase(found);
    all_.send(how_->went(facts_, person, people_.size()));
  }
  close_when_empty();
}

void huddle_state::tell_others(const tell_huddle& what) {
  if (connections_.contains(what.who))
    all_.send(what.what, what.how, what.who);
}

void huddle_state::close_when_empty() {
  if (!connections_.empty() || closed_)
    return;
  closed_ = true;
  retire_(self_->address());
  after_delay(self_, owner_farewell, [self = self_] { self->quit(); });
}

}  // namespace stoa
