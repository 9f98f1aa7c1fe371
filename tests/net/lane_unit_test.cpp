#include "actors/core/lane_unit.hpp"

#include "actors/core/caf.hpp"
#include "actors/core/off_the_lane.hpp"
#include "actors/root.hpp"
#include "net/server.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <catch2/catch.hpp>

#include <future>
#include <memory>
#include <mutex>

using namespace stoa;

namespace {

std::once_flag types_announced;

/// An edge without ports, and CAF's way onto its one thread.
struct lane_fixture {
  lane_fixture() {
    std::call_once(types_announced, announce_types);
    system = std::make_unique<caf::actor_system>(config);
    unit = std::make_unique<lane_unit>(*system, lane);
    unit->settle();
  }
  ~lane_fixture() { edge.stop(std::chrono::milliseconds{0}); }

  /// Notes of a number whether it was handled on the lane. Like all here not ready before its first
  /// message: who is would handle it where it became so.
  caf::actor teller() {
    return system->spawn<caf::lazy_init>([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](int) { where.set_value(lane->here()); }};
    });
  }

  bool heard_on_lane() {
    auto heard = where.get_future();
    REQUIRE(heard.wait_for(std::chrono::seconds{10}) == std::future_status::ready);
    const bool out = heard.get();
    where = {};
    return out;
  }

  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  server edge{{.threads = 1}};
  std::shared_ptr<stoa::lane> lane = edge.lanes().front();
  std::unique_ptr<lane_unit> unit;
  std::promise<bool> where;
};

}  // namespace

TEST_CASE("what a lane tells an actor is handled on that lane") {
  lane_fixture at;
  const auto actor = at.teller();
  at.lane->post([actor] { tell_anonymously(actor, 1); });
  CHECK(at.heard_on_lane());
  tell_anonymously(at.teller(), 2);  // from here it is CAF's workers
  CHECK_FALSE(at.heard_on_lane());
}

TEST_CASE("an actor woken by one on a lane has its turn there too") {
  lane_fixture at;
  const auto last = at.teller();
  const auto first =
      at.system->spawn<caf::lazy_init>([last](caf::event_based_actor* self) -> caf::behavior {
        return {[self, last](int number) { self->send(last, number); }};
      });
  at.lane->post([first] { tell_anonymously(first, 1); });
  CHECK(at.heard_on_lane());
}

TEST_CASE("off the lane a task goes on among the workers, and its actor keeps order") {
  lane_fixture at;
  std::promise<bool> before;
  std::promise<bool> done;
  const auto actor =
      at.system->spawn<caf::lazy_init>([&](caf::event_based_actor* self) -> caf::behavior {
        return {[&, self](int) {
          const auto work = [](lane_fixture& where, std::promise<bool>& first,
                               caf::event_based_actor* me) -> task<void> {
            first.set_value(where.lane->here());
            co_await off_the_lane(me);
            where.where.set_value(where.lane->here());
          };
          start(work(at, before, self),
                [&](const outcome<void>& end) { done.set_value(bool(end)); });
        }};
      });
  at.lane->post([actor] { tell_anonymously(actor, 1); });
  CHECK_FALSE(at.heard_on_lane());
  CHECK(before.get_future().get());
  CHECK(done.get_future().get());
}

TEST_CASE("an actor whose lane has ended is run by the workers") {
  lane_fixture at;
  const auto actor = at.teller();
  at.edge.stop(std::chrono::milliseconds{0});
  caf::actor_cast<caf::strong_actor_ptr>(actor)->enqueue(nullptr, caf::make_message_id(),
                                                         caf::make_message(1), at.unit.get());
  CHECK_FALSE(at.heard_on_lane());
}

TEST_CASE("a cleared edge keeps its threads for who lives on them until it is stopped") {
  lane_fixture at;
  at.edge.clear(std::chrono::milliseconds{0});
  const auto actor = at.teller();
  at.lane->post([actor] { tell_anonymously(actor, 1); });
  CHECK(at.heard_on_lane());
}
