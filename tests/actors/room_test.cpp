#include "actors/groups/room.hpp"

#include "tests/support/deterministic.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::testing;
using namespace std::chrono_literals;

namespace {

using strings = std::vector<std::string>;

struct room_fixture : deterministic {
  bool exists = true;
  strings retired;
  static inline const plain_view how{};  // owners end after the fixture, and still tell through it
  database_actor database = start<told_database>([this](const transaction& what) {
    results out;
    // What is written is kept; all other questions are those of a room that loads itself.
    if (what.statements.at(0).sql.view().starts_with("insert into stream_events")) {
      out.each.resize(what.statements.size());
      return outcome<results>{out};
    }
    std::vector<std::vector<std::optional<std::string>>> row;
    if (exists)
      row.push_back({"school", "room", "Salle", "t", "f", "f", "t", "t", "t", "ann"});
    const std::string then = "2026-01-05 09:00:00+00";
    out.each.push_back(rows_of(10, row));
    out.each.push_back(
        rows_of(10, {{"m1", "admin", "0", then, then, "ann", "Ann", "", "ann@x", std::nullopt}}));
    out.each.push_back(event_rows({}));
    return outcome<results>{out};
  });
  room_actor room;

  void open() {
    room_surroundings around;
    around.notified = [](const user_id&, const std::string&) {};
    around.retire = [this](const std::string& id, const caf::actor_addr&) {
      retired.push_back(id);
    };
    room = start<room_state>(room_id{"r"}, database, around);
  }
  scope who(const std::string& establishment = "school") {
    scope out;
    out.user = user_id{"ann"};
    out.establishment = establishment_id{establishment};
    out.rank = role::learner;
    return out;
  }
};

}  // namespace

TEST_CASE_METHOD(room_fixture,
                 "a room that nobody needs leaves memory, and still answers on its way") {
  open();
  auto ann = std::make_shared<kept_outbox>();
  say(room, who(), follow_stream{ann, &how, {}});
  advance(300s);
  CHECK(retired.empty());
  CHECK(ann->frames.front() == "live 0");
  CHECK(ann->frames.back() == "beat 0");
  say(room, unfollow_stream{ann});
  advance(20s);
  CHECK(retired.empty());
  // A question keeps it for another while.
  REQUIRE(answer<room_state_view>(room, who(), list_members{}));
  while (retired.empty())
    advance(1s);
  CHECK(retired == strings{"r"});
  CHECK(answer<room_state_view>(room, who(), list_members{}));
  advance(6s);
  auto late = answer<room_state_view>(room, who(), list_members{});
  REQUIRE_FALSE(late);
  CHECK(late.error().code == fault_code::unavailable);
}

TEST_CASE_METHOD(room_fixture, "every beat of a room tells the newest number") {
  open();
  auto ann = std::make_shared<kept_outbox>();
  say(room, who(), follow_stream{ann, &how, {}});
  const auto post = [this] {
    say_in_room what;
    what.text = "hello";
    return answer<posted>(room, who(), std::move(what));
  };
  advance(26s);
  REQUIRE(ann->frames == strings{"live 0", "beat 0"});
  REQUIRE(post());
  REQUIRE(post());
  advance(25s);
  CHECK(ann->frames == strings{"live 0", "beat 0", "1:message", "2:message", "beat 2"});
  REQUIRE(post());
  advance(50s);
  CHECK(ann->frames.at(5) == "3:message");
  CHECK(ann->frames.at(6) == "beat 3");
  CHECK(ann->frames.back() == "beat 3");
  CHECK(ann->frames.size() == 8);
}

TEST_CASE_METHOD(room_fixture,
                 "a room of another establishment does not exist, nor does one without a row") {
  open();
  auto foreign = answer<room_state_view>(room, who("other"), list_members{});
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().code == fault_code::not_found);
  exists = false;
  open();
  auto none = answer<room_state_view>(room, who(), list_members{});
  REQUIRE_FALSE(none);
  CHECK(none.error().code == fault_code::not_found);
  advance(120s);
  CHECK(retired == strings{"r", "r"});
}
