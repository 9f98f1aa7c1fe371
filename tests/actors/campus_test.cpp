#include "actors/checkins/campus.hpp"

#include "tests/support/deterministic.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::testing;
using namespace std::chrono_literals;

namespace {

using strings = std::vector<std::string>;
constexpr std::int64_t day = 86'400'000'000;

/// `initial a b | x`, `checkIns a b`, `events x`: names of people and titles.
class plain_campus_view final : public campus_view {
public:
  static std::string names(const check_in_list& all) {
    std::string out;
    for (const auto& each : all)
      out += ' ' + each->row.location_name;
    return out;
  }
  static std::string titles(const event_list& all) {
    std::string out;
    for (const auto& each : all)
      out += ' ' + each.row.title;
    return out;
  }
  frame initial(const campus_lists& what) const override {
    return frame{"initial" + names(*what.check_ins) + " |" + titles(*what.events)};
  }
  frame check_ins(const check_in_list& what) const override {
    return frame{"checkIns" + names(what), "checkIns", {}};
  }
  frame events(const event_list& what) const override {
    return frame{"events" + titles(what), "events", {}};
  }
};

/// A campus over a table that a test fills, and a wall clock that goes with the actors' one.
struct campus_fixture : deterministic {
  std::int64_t present = 1'700'000'000'000'000;
  std::vector<std::string> titles;
  std::vector<std::vector<std::optional<std::string>>> stored;  // check-ins at the start
  int loads = 0;
  int purges = 0;
  bool fails = false;

  database_actor database = start<told_database>(
      [this](const transaction& what) -> outcome<results> { return answer_to(what); });
  campus_actor where;

  void open(campus_pace pace = {}) {
    pace.clock = [this] { return iso_time{present}; };
    where = start<campus_state>(establishment_id{"school"}, database, pace);
  }

  outcome<results> answer_to(const transaction& what) {
    if (fails)
      return fail(fault_code::unavailable, "away");
    results out;
    for (const auto& each : what.statements) {
      const auto text = each.sql.view();
      if (text.starts_with("insert into check_ins")) {
        out.each.push_back(rows_of(0, {}));
      } else if (text.starts_with("delete from check_ins where created_at")) {
        ++purges;
        out.each.push_back(rows_of(0, {}));
      } else if (text.starts_with("select") && text.find("from check_ins") != text.npos) {
        out.each.push_back(rows_of(13, stored));
      } else if (text.starts_with("select") && text.find("from users") != text.npos) {
        out.each.push_back(rows_of(4, {{each.params[0], "The " + *each.params[0], "", "EMI"}}));
      } else if (text.find("event_attendees") != text.npos) {
        out.each.push_back(rows_of(5, {}));
      } else if (text.starts_with("with listed")) {
        ++loads;
        std::vector<std::vector<std::optional<std::string>>> cells;
        for (const auto& each_title : titles)
          cells.push_back({each_title,
                           "school",
                           each_title,
                           "",
                           "2026-01-05 09:00:00+00",
                           {},
                           "social",
                           "ann",
                           "2026-01-01 09:00:00+00",
                           "2026-01-01 09:00:00+00",
                           "ann",
                           "Ann",
                           {},
                           {}});
        out.each.push_back(rows_of(14, cells));
      } else {
        out.each.push_back(rows_of(0, {}));
      }
    }
    return out;
  }

  void pass(std::chrono::milliseconds time) {
    while (time.count() > 0) {
      const auto step = std::min(time, std::chrono::milliseconds{60'000});
      present += std::chrono::microseconds{step}.count();
      advance(step);
      time -= step;
    }
  }

  static scope who(const std::string& user) {
    scope out;
    out.user = user_id{user};
    out.establishment = establishment_id{"school"};
    out.rank = role::learner;
    return out;
  }
  check_in_ptr check_in_at(const std::string& user, const std::string& place) {
    check_in_here what;
    what.what.location_name = place;
    auto made = answer<check_in_ptr>(where, who(user), what);
    REQUIRE(made);
    return *made;
  }
  std::shared_ptr<kept_outbox> follower() {
    static const auto how = std::make_shared<plain_campus_view>();
    auto out = std::make_shared<kept_outbox>();
    say(where, follow_campus{out, how});
    return out;
  }
  strings listed() {
    auto got = answer<campus_lists>(where, read_campus{});
    REQUIRE(got);
    strings out;
    for (const auto& each : *got->check_ins)
      out.push_back(each->row.location_name);
    return out;
  }
};

}  // namespace

TEST_CASE_METHOD(campus_fixture, "a follower gets everything, then whole lists as they change") {
  titles = {"Picnic"};
  open();
  check_in_at("ann", "park");
  auto ann = follower();
  CHECK(ann->frames == strings{"initial park | Picnic"});
  pass(100ms);
  ann->frames.clear();
  check_in_at("bob", "bar");
  pass(100ms);
  CHECK(ann->frames == strings{"checkIns bar park"});
  CHECK(ann->urgencies.back() == urgency::latest);
  titles.push_back("Match");
  say(where, events_changed{});
  pass(100ms);
  CHECK(ann->frames.back() == "events Picnic Match");
  // Who left hears nothing; who comes gets the present.
  say(where, unfollow_campus{ann});
  check_in_at("cid", "gym");
  pass(1s);
  CHECK(ann->frames.size() == 2);
  CHECK(follower()->frames == strings{"initial gym bar park | Picnic Match"});
}

TEST_CASE_METHOD(campus_fixture, "one check-in a person, the newest one") {
  open();
  const auto first = check_in_at("ann", "park");
  const auto second = check_in_at("ann", "bar");
  CHECK(second->row.created_at > first->row.created_at);
  CHECK(listed() == strings{"bar"});
  CHECK(second->who.name == "The ann");
  // The first one is gone: taking it back takes nothing.
  caf::scoped_actor asker{system};
  const auto out = [&](const std::string& user, const check_in_id& which) {
    auto handle = asker->request(where, caf::infinite, who(user), check_out{which});
    run();
    std::string why = "done";
    handle.receive([] {}, [&](caf::error& e) { why = to_fault(e).text; });
    return why;
  };
  CHECK(out("ann", first->row.id) == "no such check-in");
  CHECK(out("bob", second->row.id) == "not one's own check-in");
  CHECK(out("ann", second->row.id) == "done");
  CHECK(listed().empty());
}

TEST_CASE_METHOD(campus_fixture, "a check-in holds a day, and its end is told") {
  open();
  check_in_at("ann", "park");
  pass(std::chrono::hours{2});
  check_in_at("bob", "bar");
  auto told = follower();
  pass(1s);
  told->frames.clear();
  pass(std::chrono::hours{22} - 2s);
  CHECK(told->frames.empty());
  CHECK(listed() == strings{"bar", "park"});
  pass(2s);
  CHECK(told->frames == strings{"checkIns bar"});
  CHECK(purges == 1);
  pass(std::chrono::hours{2});
  CHECK(told->frames.back() == "checkIns");
  CHECK(purges == 2);
  auto gone = answer<check_in_ptr>(where, where_is{user_id{"bob"}});
  REQUIRE(gone);
  CHECK_FALSE(*gone);
}

TEST_CASE_METHOD(campus_fixture, "a reader never sees what is over, whether or not a timer ran") {
  open();
  check_in_at("ann", "park");
  present += day;  // the wall clock alone was set
  CHECK(listed().empty());
  auto gone = answer<check_in_ptr>(where, where_is{user_id{"ann"}});
  REQUIRE(gone);
  CHECK_FALSE(*gone);
}

TEST_CASE_METHOD(campus_fixture, "what was stored comes back, but for what is over") {
  const auto row = [](const char* user, const char* at) {
    return std::vector<std::optional<std::string>>{std::string{"id-"} + user,
                                                   "school",
                                                   user,
                                                   std::string{user} + "'s",
                                                   "45.5",
                                                   "4.5",
                                                   std::nullopt,
                                                   at,
                                                   at,
                                                   user,
                                                   std::string{"The "} + user,
                                                   std::nullopt,
                                                   "EMI"};
  };
  // The clock says 2023-11-14 22:13:20.
  stored = {row("old", "2023-11-13 22:13:20+00"), row("ann", "2023-11-13 22:13:21+00"),
            row("bob", "2023-11-14 20:00:00+00")};
  open();
  CHECK(listed() == strings{"bob's", "ann's"});
  pass(1s);
  CHECK(listed() == strings{"bob's"});
}

TEST_CASE_METHOD(campus_fixture, "a burst is one push, and a push waits for the one before") {
  open();
  auto told = follower();
  told->frames.clear();
  for (int i = 0; i < 50; ++i)
    check_in_at("p" + std::to_string(i), "x");
  CHECK(told->frames.empty());
  // The first goes out at once with all that is there; then one in 100 ms at most.
  pass(1ms);
  CHECK(told->frames.size() == 1);
  for (int i = 0; i < 10; ++i) {
    check_in_at("q" + std::to_string(i), "y");
    pass(50ms);
  }
  CHECK(told->frames.size() <= 1 + 6);
  pass(1s);
  const auto count = told->frames.size();
  CHECK(told->frames.back().size() == 8 + 2 * 60);
  pass(10s);
  CHECK(told->frames.size() == count);
}

TEST_CASE_METHOD(campus_fixture, "pushes of many bytes are further apart") {
  campus_pace pace;
  pace.bytes_per_second = 10;
  open(pace);
  auto told = follower();
  check_in_at("ann", "0123456789");  // a frame of 19 bytes: nearly two seconds
  pass(1ms);
  const auto before = told->frames.size();
  check_in_at("bob", "x");
  pass(1s);
  CHECK(told->frames.size() == before);
  pass(1s);
  CHECK(told->frames.size() == before + 1);
}

TEST_CASE_METHOD(campus_fixture,
                 "events are read once for everybody who waits, and again after a change") {
  titles = {"Picnic"};
  open();
  CHECK(loads == 0);
  auto a = follower();
  auto b = follower();
  CHECK(loads == 1);
  CHECK(a->frames == b->frames);
  for (int i = 0; i < 20; ++i)
    say(where, events_changed{});
  pass(1s);
  CHECK(loads <= 3);
  // A reader sees what was committed before it asked, without waiting for a push.
  titles.push_back("Match");
  say(where, events_changed{});
  const auto got = answer<campus_lists>(where, read_campus{});
  REQUIRE(got);
  CHECK(got->events->size() == 2);
}

TEST_CASE_METHOD(campus_fixture, "a new name is in both lists") {
  open();
  check_in_at("ann", "park");
  auto told = follower();
  pass(1s);
  told->frames.clear();
  say(where, person_changed{user_id{"ann"}});
  pass(1s);
  REQUIRE(told->frames.size() == 2);
  CHECK(told->frames[0] == "checkIns park");
  CHECK(told->frames[1] == "events");
}

TEST_CASE_METHOD(campus_fixture, "a database that is away keeps nobody in the dark for long") {
  open();
  fails = true;
  auto early = follower();
  CHECK(early->frames.empty());
  CHECK(early->closed == close_code::try_later);
  CHECK_FALSE(answer<campus_lists>(where, read_campus{}));
  check_in_here what;
  what.what.location_name = "park";
  CHECK_FALSE(answer<check_in_ptr>(where, who("ann"), what));
  fails = false;
  CHECK(listed().empty());
  auto told = follower();
  fails = true;
  titles = {"Picnic"};
  say(where, events_changed{});
  pass(1s);
  fails = false;
  pass(3s);
  CHECK(told->frames.back() == "events Picnic");
}

TEST_CASE_METHOD(campus_fixture, "a campus that ends sends its followers away to come back") {
  open();
  auto told = follower();
  caf::anon_send_exit(where, caf::exit_reason::kill);
  run();
  CHECK(told->closed == close_code::try_later);
}
