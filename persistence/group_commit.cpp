#include "persistence/group_commit.hpp"

#include "persistence/pg/weight.hpp"

#include <algorithm>

namespace stoa {

namespace {

// The same establishment and the same statements. A text is named by its address: it is alive, and
// therefore unique, as long as a transaction of that kind waits or is under way.
std::string kind_name(const transaction& what) {
  auto out = what.establishment;
  for (const auto& each : what.statements)
    out.append(" ").append(std::to_string(reinterpret_cast<std::uintptr_t>(each.sql.c_str())));
  return out;
}

// Array literals: `{a,b}` and `{c}` become `{a,b,c}`.
void join(transaction& into, const transaction& more) {
  into.within_ms = std::max(into.within_ms, more.within_ms);
  for (std::size_t i = 0; i < into.statements.size(); ++i)
    for (std::size_t k = 0; k < into.statements[i].params.size(); ++k) {
      auto& list = into.statements[i].params[k].value();
      list.back() = ',';
      list.append(more.statements.at(i).params.at(k).value(), 1);
    }
}

}  // namespace

bool group_commit::takes(const transaction& what) {
  return !what.statements.empty() && std::all_of(what.statements.begin(), what.statements.end(),
                                                 [](const auto& each) { return each.bulk; });
}

// A commit begins at once when none is under way; beside another only when it is worth it, since
// small commits cost nearly as much as big ones.
bool group_commit::ready(const kind& what) const {
  return !what.waiting.empty() && (what.under_way == 0 || (what.under_way < limits_.at_once &&
                                                           what.weight >= limits_.early));
}

void group_commit::run(transaction what, clock::time_point deadline, done answer) {
  const auto weight = weight_of(what);
  if (waiting_ >= limits_.waiting ||
      (waiting_ > 0 && waiting_bytes_ + weight > limits_.waiting_bytes)) {
    answer(fail(fault_code::overloaded, "the server is busy; try again"));
    return;
  }
  auto name = kind_name(what);
  auto& mine = kinds_[name];
  ++waiting_;
  mine.weight += weight;
  waiting_bytes_ += weight;
  mine.waiting.push_back({std::move(what), deadline, std::move(answer)});
  if (ready(mine))
    save(name, take_next(mine));
}

void group_commit::save(const std::string& name, std::vector<member> together) {
  ++kinds_[name].under_way;
  auto deadline = together.front().deadline;
  transaction all;
  if (together.size() == 1) {
    all = std::move(together.front().what);  // nobody would try it again alone
  } else {
    all = together.front().what;
    for (std::size_t i = 1; i < together.size(); ++i) {
      join(all, together[i].what);
      deadline = std::max(deadline, together[i].deadline);
    }
  }
  send_(std::move(all), deadline,
        [this, name, together = std::move(together)](outcome<results> end) mutable {
          ended(name, std::move(together), std::move(end));
        });
}

void group_commit::ended(const std::string& name, std::vector<member> together,
                         outcome<results> end) {
  auto found = kinds_.find(name);
  --found->second.under_way;
  if (ready(found->second))
    save(name, take_next(found->second));
  else if (found->second.under_way == 0)
    kinds_.erase(found);
  if (together.size() == 1) {
    together.front().answer(std::move(end));
    return;
  }
  // After `unavailable` nobody knows whether it was saved, so nobody may try again here;
  // `overloaded` says that there is no room for more attempts.
  const bool settled = end || end.error().code == fault_code::unavailable ||
                       end.error().code == fault_code::overloaded;
  for (auto& each : together) {
    if (!settled) {
      send_(std::move(each.what), each.deadline, std::move(each.answer));
    } else if (end) {
      results nothing;
      nothing.each.resize(each.what.statements.size());
      each.answer(std::move(nothing));
    } else {
      each.answer(end.error());
    }
  }
}

std::vector<group_commit::member> group_commit::take_next(kind& from) {
  std::size_t count = 0;
  std::size_t weight = 0;
  while (count < from.waiting.size() && count < limits_.members) {
    const auto next = weight_of(from.waiting[count].what);
    if (count > 0 && weight + next > limits_.weight)
      break;
    weight += next;
    ++count;
  }
  const auto end = from.waiting.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<member> out{std::make_move_iterator(from.waiting.begin()),
                          std::make_move_iterator(end)};
  from.waiting.erase(from.waiting.begin(), end);
  waiting_ -= count;
  waiting_bytes_ -= weight;
  from.weight -= weight;
  return out;
}

std::size_t group_commit::expire(clock::time_point present) {
  std::size_t gone = 0;
  for (auto& [name, each] : kinds_) {
    std::vector<member> late;
    std::erase_if(each.waiting, [&](member& one) {
      if (one.deadline >= present)
        return false;
      each.weight -= weight_of(one.what);
      waiting_bytes_ -= weight_of(one.what);
      late.push_back(std::move(one));
      return true;
    });
    for (auto& one : late)
      one.answer(fail(fault_code::unavailable, "the database does not answer; try again"));
    gone += late.size();
  }
  waiting_ -= gone;
  return gone;
}

void group_commit::fail_all(const fault& why) {
  for (auto& [name, each] : kinds_) {
    each.weight = 0;
    for (auto& one : std::exchange(each.waiting, {}))
      one.answer(why);
  }
  waiting_ = 0;
  waiting_bytes_ = 0;
}

}  // namespace stoa
