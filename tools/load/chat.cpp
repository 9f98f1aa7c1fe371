#include "tools/load/chat.hpp"

#include <algorithm>

namespace stoa::load {

namespace {

constexpr std::size_t most_unanswered = 100;  // of one client: its user waits rather than types

class chat final : public script {
public:
  chat(const chat_options& how, std::uint64_t most) : how_(how), most_(most) {}

  std::string text(book::number message) const override {
    auto out = "message " + std::to_string(message) + ' ';
    if (out.size() < how_.payload)
      out.append(how_.payload - out.size(), static_cast<char>('a' + message % 26));
    return out;
  }

  void begin(crew& who) override {
    who_ = &who;
    began_ = steady::now();
    for (auto& each : who.members())
      if (!each->slow())
        posters_.push_back(each.get());
    std::shuffle(posters_.begin(), posters_.end(), who.dice());
    if (how_.posters > 0 && posters_.size() > how_.posters)
      posters_.resize(how_.posters);
  }

  bool tick(steady::time_point now) override {
    const auto spent = now - began_;
    if (spent >= how_.duration || posters_.empty())
      return true;
    const auto due =
        static_cast<std::uint64_t>(how_.rate * std::chrono::duration<double>(spent).count());
    std::bernoulli_distribution types{how_.typing_share};
    for (; said_ < due && said_ < most_; ++said_) {
      auto& next = *posters_[said_ % posters_.size()];
      if (next.lost() || next.unanswered() >= most_unanswered)
        continue;
      if (how_.typing_share > 0 && types(who_->dice()))
        next.typing();
      who_->say(next);
    }
    return said_ >= most_;
  }

  void answered(book::number) override {}

private:
  chat_options how_;
  std::uint64_t most_;
  crew* who_ = nullptr;
  std::vector<member*> posters_;
  steady::time_point began_;
  std::uint64_t said_ = 0;
};

}  // namespace

outcome<report> run_chat(const crew_options& how, const people& who, const chat_options& what) {
  constexpr std::uint64_t most_messages = 50'000'000;
  const auto groups = what.groups == 0 ? who.groups.size() : what.groups;
  if (groups > who.groups.size() || what.users > who.users.size() || groups == 0)
    return fail(fault_code::invalid, "the file has fewer users or groups than that");
  std::vector<seat> seats;
  std::vector<bool> taken(who.users.size(), false);
  const auto wanted = what.users == 0 ? who.users.size() : what.users;
  // Group by group, one member of each at a time, so that few users still fill all groups.
  for (std::size_t place = 0, found = 1; found > 0 && seats.size() < wanted; ++place) {
    found = 0;
    for (std::uint32_t g = 0; g < groups && seats.size() < wanted; ++g) {
      const auto& members = who.groups[g].members;
      if (place >= members.size())
        continue;
      ++found;
      if (!taken[members[place]]) {
        taken[members[place]] = true;
        seats.push_back({members[place], g});
      }
    }
  }
  if (seats.empty() || (what.users > 0 && seats.size() < what.users))
    return fail(fault_code::invalid, "these groups have fewer members than that");
  if (how.slow_readers >= seats.size())
    return fail(fault_code::invalid, "somebody has to post and read");
  chat script{what, most_messages};
  crew all{"chat", how, who, std::move(seats), groups, script};
  return all.run();
}

}  // namespace stoa::load
