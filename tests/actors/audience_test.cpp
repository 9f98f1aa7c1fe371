#include "actors/core/audience.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace stoa;

namespace {

/// A lane that runs its jobs at once.
class instant_lane final : public lane {
public:
  using lane::post;
  void post(std::unique_ptr<task> job) override { job->run(); }
  bool here() const noexcept override { return true; }
};

class listener final : public outbox {
public:
  explicit listener(std::shared_ptr<stoa::lane> on) : on_(std::move(on)) {}
  bool push(const frame& what, urgency) override {
    heard.emplace_back(what.text());
    return true;
  }
  void close(close_code, std::string) override {}
  std::shared_ptr<stoa::lane> lane() const noexcept override { return on_; }

  std::vector<std::string> heard;

private:
  std::shared_ptr<stoa::lane> on_;
};

using strings = std::vector<std::string>;

}  // namespace

TEST_CASE("whoever leaves without having come silences nobody") {
  auto where = GENERATE(std::shared_ptr<lane>{}, std::shared_ptr<lane>{new instant_lane});
  audience all;
  auto alice = std::make_shared<listener>(where);
  auto bob = std::make_shared<listener>(where);
  all.add(alice);
  all.remove(bob);
  all.remove(bob);
  all.send(frame{"1"});
  CHECK(alice->heard == strings{"1"});
  CHECK(all.size() == 1);
}

TEST_CASE("whoever comes twice hears once and leaves once") {
  auto where = GENERATE(std::shared_ptr<lane>{}, std::shared_ptr<lane>{new instant_lane});
  audience all;
  auto alice = std::make_shared<listener>(where);
  auto bob = std::make_shared<listener>(where);
  all.add(alice);
  all.add(alice);
  all.add(bob);
  all.send(frame{"1"}, urgency::durable, bob);
  CHECK(alice->heard == strings{"1"});
  CHECK(bob->heard.empty());
  all.remove(alice);
  all.send(frame{"2"});
  CHECK(alice->heard == strings{"1"});
  CHECK(bob->heard == strings{"2"});
  all.remove(bob);
  CHECK(all.empty());
}
