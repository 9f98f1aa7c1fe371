#include "actors/people/presence.hpp"

#include "tests/support/deterministic.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace stoa;
using namespace stoa::testing;
using namespace std::chrono_literals;

namespace {

using strings = std::vector<std::string>;

/// Shows what a signal says.
class telling_view final : public view {
public:
  frame event(const stream_event&) const override { return {}; }
  frame signal(const stream_signal& what) const override { return frame{what.data}; }
  frame greeting(const std::string& stream, const followed&) const override {
    return frame{"hello " + stream};
  }
  frame heartbeat(const std::string&, std::uint64_t last) const override {
    return frame{"beat " + std::to_string(last)};
  }
  frame gap(const std::string&) const override { return frame{"gap"}; }
  frame replay(std::span<const event_ptr>) const override { return {}; }
};

struct presence_fixture : deterministic {
  presence_actor where = start<presence_state>(establishment_id{"school"}, presence_pace{5s, 1s});
  static inline const telling_view
      how{};  // owners end after the fixture, and still tell through it

  scope who(const std::string& user, const std::string& establishment = "school") {
    scope out;
    out.user = user_id{user};
    out.establishment = establishment_id{establishment};
    out.rank = role::learner;
    return out;
  }
  void note(const std::string& user, const std::string& session, bool here) {
    say(where, note_presence{user_id{user}, session_id{session}, "The " + user, here});
  }
  std::shared_ptr<kept_outbox> follower() {
    auto out = std::make_shared<kept_outbox>();
    say(where, who("watcher"), follow_stream{out, &how, {}});
    return out;
  }
};

/// How many frames told something, heartbeats aside.
std::size_t told(const std::shared_ptr<kept_outbox>& who) {
  return static_cast<std::size_t>(
      std::count_if(who->frames.begin(), who->frames.end(),
                    [](const std::string& each) { return !each.starts_with("beat"); }));
}

const std::string nobody = R"({"all":true,"version":0,"online":[],"offline":[]})";

}  // namespace

TEST_CASE_METHOD(presence_fixture, "presence tells changes of a second in one frame") {
  auto watcher = follower();
  REQUIRE(watcher->frames == strings{"hello presence", nobody});
  note("ann", "s1", true);
  note("bob", "s2", true);
  advance(900ms);
  CHECK(told(watcher) == 2);
  advance(200ms);
  REQUIRE(told(watcher) == 3);
  CHECK(watcher->frames.back() ==
        R"({"version":1,"online":[{"id":"ann","name":"The ann"},{"id":"bob","name":"The bob"}],)"
        R"("offline":[]})");
  // A new follower gets everybody who has been told.
  CHECK(follower()->frames.back() ==
        R"({"all":true,"version":1,"online":[{"id":"ann","name":"The ann"},)"
        R"({"id":"bob","name":"The bob"}],"offline":[]})");
}

TEST_CASE_METHOD(presence_fixture, "who comes back within the grace never was away") {
  note("ann", "s1", true);
  advance(2s);
  auto watcher = follower();
  note("ann", "s1", false);
  advance(4s);
  note("ann", "s9", true);
  advance(20s);
  CHECK(told(watcher) == 2);
  note("ann", "s9", false);
  advance(4900ms);
  CHECK(told(watcher) == 2);
  advance(1200ms);
  REQUIRE(told(watcher) == 3);
  CHECK(watcher->frames.back() == R"({"version":2,"online":[],"offline":["ann"]})");
}

TEST_CASE_METHOD(presence_fixture, "several devices are one person") {
  note("ann", "phone", true);
  note("ann", "laptop", true);
  advance(2s);
  auto watcher = follower();
  note("ann", "phone", false);
  advance(20s);
  CHECK(told(watcher) == 2);
  // Twice the same, or an end that nobody began, changes nothing.
  note("ann", "phone", false);
  note("bob", "never", false);
  advance(20s);
  CHECK(told(watcher) == 2);
  note("ann", "laptop", false);
  advance(7s);
  CHECK(watcher->frames.back() == R"({"version":2,"online":[],"offline":["ann"]})");
}

TEST_CASE_METHOD(presence_fixture, "who comes and goes within a second was not there") {
  auto watcher = follower();
  note("ann", "s1", true);
  note("ann", "s1", false);
  advance(900ms);
  CHECK(told(watcher) == 2);
}

TEST_CASE_METHOD(presence_fixture, "presence belongs to one establishment and tells itself") {
  auto out = std::make_shared<kept_outbox>();
  auto foreign = answer<followed>(where, who("eve", "other"), follow_stream{out, &how, {}});
  REQUIRE(!foreign);
  CHECK(foreign.error().code == fault_code::not_found);
  CHECK(out->frames.empty());
  auto history = answer<history_page>(where, who("ann"), read_history{});
  REQUIRE(!history);
  CHECK(history.error().code == fault_code::invalid);
}

TEST_CASE_METHOD(presence_fixture,
                 "who has left hears nothing; the others get the version every 25 seconds") {
  auto stays = follower();
  auto leaves = follower();
  say(where, unfollow_stream{leaves});
  advance(26s);
  CHECK(stays->frames.back() == "beat 0");
  CHECK(leaves->frames == strings{"hello presence", nobody});
  note("ann", "s1", true);
  advance(2s);
  note("bob", "s2", true);
  advance(25s);
  CHECK(told(stays) == 4);
  CHECK(stays->frames.back() == "beat 2");
}

TEST_CASE_METHOD(deterministic,
                 "a new follower of many people gets them in pages, and the count of the rest") {
  static const telling_view shown{};
  presence_pace pace{5s, 1s, 2, 5};
  auto where = start<presence_state>(establishment_id{"school"}, pace);
  scope me;
  me.user = user_id{"watcher"};
  me.establishment = establishment_id{"school"};
  const auto frames_with = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      const auto name = "u" + std::to_string(i);
      say(where, note_presence{user_id{name}, session_id{"s" + name}, name, true});
    }
    advance(1100ms);
    auto out = std::make_shared<kept_outbox>();
    say(where, me, follow_stream{out, &shown, {}});
    say(where, unfollow_stream{out});
    return out->frames;
  };
  const auto person = [](const char* name) {
    return R"({"id":")" + std::string{name} + R"(","name":")" + name + R"("})";
  };
  CHECK(frames_with(0, 2) ==
        strings{"hello presence", R"({"all":true,"version":1,"online":[)" + person("u0") + "," +
                                      person("u1") + R"(],"offline":[]})"});
  CHECK(frames_with(2, 7) == strings{"hello presence",
                                     R"({"all":true,"version":2,"online":[)" + person("u0") + "," +
                                         person("u1") + R"(],"offline":[]})",
                                     R"({"continues":true,"version":2,"online":[)" + person("u2") +
                                         "," + person("u3") + R"(],"offline":[]})",
                                     R"({"continues":true,"version":2,"online":[)" + person("u4") +
                                         R"(],"offline":[],"others":2})"});
}
