#include "actors/people/session.hpp"

#include "tests/support/deterministic.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::testing;
using namespace std::chrono_literals;

namespace {

using strings = std::vector<std::string>;

/// Presence that writes down what it is told.
class noting_presence {
public:
  using protocol = presence_actor;
  static inline const char* name = "tests.presence";
  noting_presence(protocol::pointer, strings& notes) : notes_(notes) {}
  protocol::behavior_type make_behavior() {
    return {
        [](const scope&, follow_stream&) -> caf::result<followed> { return followed{}; },
        [](unfollow_stream&) {},
        [](const scope&, signal_stream&) -> caf::result<void> { return {}; },
        [](const scope&, read_history&) -> caf::result<history_page> { return history_page{}; },
        [this](note_presence& what) {
          notes_.push_back(what.user.value + (what.here ? " here" : " gone"));
        },
    };
  }

private:
  strings& notes_;
};

/// Writes down whom it ran for.
class noted_errand final : public errand {
public:
  explicit noted_errand(strings& notes) : notes_(notes) {}
  void run(visitor& who) override { notes_.push_back("ran for " + who.who.name); }
  void refuse(const fault& why) override { notes_.push_back(name_of(why.code)); }

private:
  strings& notes_;
};

struct session_fixture : deterministic {
  bool known = true;
  bool away = false;
  std::string rank = "learner";
  std::string school = "school";
  strings presence_notes;
  strings errands;
  strings retired;
  database_actor database = start<told_database>([this](const transaction&) -> outcome<results> {
    if (away)
      return fail(fault_code::unavailable, "away");
    results out;
    std::vector<std::vector<std::optional<std::string>>> found;
    if (known)
      found.push_back({"s1", "u1", rank, school, "Ann", "Ash", "ann@example.org",
                       "2099-01-01 00:00:00+00", "2099-01-01 00:00:00+00", "{manage_events}"});
    out.each.push_back(rows_of(10, found));
    return out;
  });
  presence_actor presence = start<noting_presence>(presence_notes);
  session_actor session;

  void open() {
    session_surroundings around;
    around.retire = [this](const std::string& hash, const caf::actor_addr&) {
      retired.push_back(hash);
    };
    around.presence = [this](const establishment_id&) { return presence; };
    session = start<session_state>(std::string{"hash"}, database, around);
  }
  void run_one() { say(session, run_errand{std::make_shared<noted_errand>(errands)}); }
};

}  // namespace

TEST_CASE_METHOD(session_fixture, "presence hears of the first socket and of the last") {
  open();
  auto one = std::make_shared<kept_outbox>();
  auto two = std::make_shared<kept_outbox>();
  say(session, attach_socket{one});
  say(session, attach_socket{two});
  CHECK(presence_notes == strings{"u1 here"});
  say(session, detach_socket{one});
  CHECK(presence_notes == strings{"u1 here"});
  say(session, detach_socket{two});
  CHECK(presence_notes == strings{"u1 here", "u1 gone"});
}

TEST_CASE_METHOD(session_fixture, "an ended session closes its sockets and refuses") {
  open();
  auto socket = std::make_shared<kept_outbox>();
  say(session, attach_socket{socket});
  run_one();
  say(session, end_session{"signed out"});
  run_one();
  CHECK(socket->closed == close_code::session_ended);
  CHECK(errands == strings{"ran for Ann Ash", "unauthenticated"});
  CHECK(retired == strings{"hash"});
  CHECK(presence_notes == strings{"u1 here", "u1 gone"});
  auto late = std::make_shared<kept_outbox>();
  say(session, attach_socket{late});
  CHECK(late->closed == close_code::session_ended);
}

TEST_CASE_METHOD(session_fixture, "a session that dies takes its person off the list") {
  open();
  say(session, attach_socket{std::make_shared<kept_outbox>()});
  caf::anon_send_exit(session, caf::exit_reason::kill);
  run();
  CHECK(presence_notes == strings{"u1 here", "u1 gone"});
}

TEST_CASE_METHOD(session_fixture, "a token that nobody has is refused") {
  known = false;
  open();
  run_one();
  CHECK(errands == strings{"unauthenticated"});
}

TEST_CASE_METHOD(session_fixture,
                 "without a database nobody is let in, and sockets come back later") {
  away = true;
  open();
  CHECK(retired == strings{"hash"});
  run_one();
  CHECK(errands == strings{"unavailable"});
}

TEST_CASE_METHOD(session_fixture,
                 "an idle session leaves after two minutes; one with a socket stays") {
  open();
  auto socket = std::make_shared<kept_outbox>();
  say(session, attach_socket{socket});
  advance(600s);
  CHECK(retired.empty());
  say(session, detach_socket{socket});
  advance(100s);
  CHECK(retired.empty());
  advance(150s);
  CHECK(retired == strings{"hash"});
}

TEST_CASE_METHOD(session_fixture, "who is somebody else now comes back with each socket") {
  open();
  auto socket = std::make_shared<kept_outbox>();
  const auto looks_again = [&] {
    socket = std::make_shared<kept_outbox>();
    say(session, attach_socket{socket});
    say(session, refresh_session{});
  };
  looks_again();
  CHECK_FALSE(socket->closed);
  presence_notes.clear();
  school = "other";
  looks_again();
  CHECK(socket->closed == close_code::try_later);
  CHECK(presence_notes == strings{"u1 gone"});
  rank = "manager";
  looks_again();
  CHECK(socket->closed == close_code::try_later);
  looks_again();
  CHECK_FALSE(socket->closed);
  run_one();
  CHECK(errands == strings{"ran for Ann Ash"});
}
