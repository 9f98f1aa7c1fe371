#include "tools/load/idle.hpp"

namespace stoa::load {

namespace {

class silence final : public script {
public:
  explicit silence(std::chrono::milliseconds hold) : hold_(hold) {}
  std::string text(book::number) const override { return {}; }
  void begin(crew&) override { began_ = steady::now(); }
  bool tick(steady::time_point now) override { return now - began_ >= hold_; }
  void answered(book::number) override {}

private:
  std::chrono::milliseconds hold_;
  steady::time_point began_;
};

}  // namespace

outcome<report> run_idle(const crew_options& how, const people& who, const idle_options& what) {
  if (what.connections == 0 || who.groups.empty())
    return fail(fault_code::invalid, "nobody to connect");
  std::vector<std::uint32_t> group_of(who.users.size(), UINT32_MAX);
  for (std::uint32_t g = 0; g < who.groups.size(); ++g)
    for (const auto index : who.groups[g].members)
      group_of[index] = std::min(group_of[index], g);
  std::vector<seat> seats;
  std::vector<seat> each_user;
  for (std::uint32_t i = 0; i < group_of.size(); ++i)
    if (group_of[i] != UINT32_MAX)
      each_user.push_back({i, group_of[i]});
  if (each_user.empty())
    return fail(fault_code::invalid, "no user is in a group");
  for (std::uint32_t i = 0; i < what.connections; ++i)
    seats.push_back(each_user[i % each_user.size()]);
  silence script{what.hold};
  crew all{"idle", how, who, std::move(seats), who.groups.size(), script};
  auto out = all.run();
  if (out.end == verdict::kept && all.counts.connected > what.connections) {
    out.breaches["idle connections stay"].count = all.counts.connected - what.connections;
    out.end = verdict::broken;
  }
  return out;
}

}  // namespace stoa::load
