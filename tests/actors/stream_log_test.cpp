#include "actors/groups/stream_log.hpp"

#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::testing;

namespace {

struct log_fixture {
  hand_database database;
  plain_view how;
  stream_limits limits{.memory = 4, .memory_bytes = 1000, .batch = 3, .pending = 5, .replay = 3};
  std::optional<stream_log> log;
  std::vector<std::string> answers;  // "a=1" or "a!unavailable"

  log_fixture() { log.emplace("room:1", "est", database.wires(), limits); }

  void wish_for(const std::string& key, std::string data = "{}") {
    wish next;
    next.kind = "message";
    next.author.id = user_id{"alice"};
    next.client_key = key;
    next.subject = "m-" + key;
    next.data = std::move(data);
    next.done = [this, key](outcome<event_ptr> end, std::span<const rows>) {
      answers.push_back(end ? key + "=" + std::to_string((*end)->seq)
                            : key + "!" + name_of(end.error().code));
    };
    log->save(std::move(next));
  }
  results found(rows what) {
    results out;
    out.each.push_back(std::move(what));
    return out;
  }
  std::shared_ptr<kept_outbox> follower(std::optional<std::uint64_t> after) {
    auto out = std::make_shared<kept_outbox>();
    log->follow(out, how, after, [](outcome<followed>) {});
    return out;
  }
  // The numbers that a transaction gives to its events.
  std::string numbers() { return *database.asked.front().first.statements.at(0).params.at(1); }
};

using strings = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(log_fixture, "nothing is answered or announced before its commit") {
  auto alice = follower({});
  wish_for("a");
  CHECK(answers.empty());
  CHECK(alice->frames == strings{"live 0"});
  database.commit();
  CHECK(answers == strings{"a=1"});
  CHECK(alice->frames == strings{"live 0", "1:message"});
}

TEST_CASE_METHOD(log_fixture,
                 "wishes that wait share the next commit, in order and up to a bound") {
  for (const auto* key : {"a", "b", "c", "d", "e"})
    wish_for(key);
  CHECK(database.asked.size() == 1);
  CHECK(numbers() == R"({"1"})");
  database.commit();
  CHECK(numbers() == R"({"2","3","4"})");
  database.commit();
  CHECK(numbers() == R"({"5"})");
  database.commit();
  CHECK(answers == strings{"a=1", "b=2", "c=3", "d=4", "e=5"});
}

TEST_CASE_METHOD(log_fixture,
                 "above its bound the queue answers overloaded and loses nothing else") {
  for (const auto* key : {"a", "b", "c", "d", "e", "f", "g"})
    wish_for(key);
  CHECK(answers == strings{"g!overloaded"});
  // The refused one is not remembered: sent again, it has its own chance.
  database.commit();
  wish_for("g");
  database.commit();
  database.commit();
  CHECK(answers == strings{"g!overloaded", "a=1", "b=2", "c=3", "d=4", "e=5", "f=6", "g=7"});
}

TEST_CASE_METHOD(log_fixture, "repetitions of what is on its way are bounded, too") {
  wish_for("a");
  for (int i = 0; i < 7; ++i)
    wish_for("a");
  CHECK(answers == strings{"a!overloaded", "a!overloaded"});
  database.commit();
  CHECK(answers.size() == 8);
  CHECK(answers.back() == "a=1");
  // Those that were answered have made room.
  wish_for("b");
  wish_for("b");
  database.commit();
  CHECK(answers.back() == "b=2");
}

TEST_CASE_METHOD(log_fixture, "large wishes that wait are bounded by their bytes") {
  limits.pending_bytes = 100;
  log.emplace("room:1", "est", database.wires(), limits);
  const std::string large(60, ' ');
  wish_for("a", large);
  wish_for("b", large);
  wish_for("c", large);
  wish_for("d");
  CHECK(answers == strings{"c!overloaded"});
  // What the database takes makes room again, and an empty queue takes anything.
  database.commit();
  wish_for("c", large);
  wish_for("e", large);
  CHECK(answers == strings{"c!overloaded", "a=1", "e!overloaded"});
  database.commit();
  wish_for("f", std::string(200, ' '));
  database.commit();
  database.commit();
  CHECK(answers == strings{"c!overloaded", "a=1", "e!overloaded", "b=2", "d=3", "c=4", "f=5"});
}

TEST_CASE_METHOD(log_fixture,
                 "a key that is on its way or was seen has one effect and one answer") {
  wish_for("a");
  wish_for("a");
  CHECK(database.asked.size() == 1);
  database.commit();
  CHECK(answers == strings{"a=1", "a=1"});
  wish_for("a");
  CHECK(answers == strings{"a=1", "a=1", "a=1"});
  CHECK(database.asked.empty());
}

TEST_CASE_METHOD(log_fixture, "a key that only the table knows gets the first answer") {
  log->restore(event_rows({{9, "y"}, {8, "x"}}));
  wish_for("old");
  wish_for("new");
  database.fail_with(fault_code::conflict, "23505 stream_events_key: duplicate key");
  // It looks the key up, answers from the row, and saves the rest.
  database.answer(found(event_rows({{3, "old"}})));
  CHECK(answers == strings{"old=3"});
  CHECK(numbers() == R"({"10"})");
  database.commit();
  CHECK(answers == strings{"old=3", "new=10"});
}

TEST_CASE_METHOD(log_fixture, "a key that names something in another stream is refused alone") {
  wish_for("first");
  wish_for("foreign");
  wish_for("good");
  database.commit();
  database.fail_with(fault_code::conflict, "23505 stream_events_key: duplicate key");
  database.answer(found(rows{}));
  // Now each alone.
  database.fail_with(fault_code::conflict, "23505 stream_events_key: duplicate key");
  database.answer(found(rows{}));
  database.commit();
  CHECK(answers == strings{"first=1", "foreign!conflict", "good=2"});
}

TEST_CASE_METHOD(log_fixture, "a wish that does not fit does not take the others with it") {
  wish_for("a");
  wish_for("bad");
  wish_for("c");
  database.commit();
  database.fail_with(fault_code::invalid, "22P02 -: invalid input");
  database.fail_with(fault_code::invalid, "22P02 -: invalid input");
  database.commit();
  CHECK(answers == strings{"a=1", "bad!invalid", "c=2"});
}

TEST_CASE_METHOD(log_fixture,
                 "when PostgreSQL vanishes in a commit, what was kept is found and told") {
  auto alice = follower({});
  wish_for("a");
  wish_for("b");
  database.fail_with(fault_code::unavailable);
  CHECK(answers == strings{"a!unavailable"});
  // Before it numbers anything again, it reads what the table has: "a" was committed after all.
  CHECK(database.asked.front().first.statements.at(0).params.at(1) == "0");
  database.answer(found(event_rows({{1, "a"}})));
  CHECK(alice->frames == strings{"live 0", "1:message"});
  CHECK(numbers() == R"({"2"})");
  database.commit();
  wish_for("a");
  CHECK(answers == strings{"a!unavailable", "b=2", "a=1"});
}

TEST_CASE_METHOD(log_fixture,
                 "while PostgreSQL is away every wish fails, and recovery goes on by itself") {
  wish_for("a");
  database.fail_with(fault_code::unavailable);
  wish_for("b");
  database.fail_with(fault_code::unavailable);
  CHECK(answers == strings{"a!unavailable", "b!unavailable"});
  REQUIRE(database.timers.size() == 1);
  database.timers[0]();
  database.answer(found(rows{}));
  wish_for("c");
  CHECK(numbers() == R"({"1"})");
  database.commit();
  CHECK(answers.back() == "c=1");
}

TEST_CASE_METHOD(log_fixture, "an owner whose number is taken has lost the stream") {
  wish_for("a");
  wish_for("b");
  database.fail_with(fault_code::conflict, "23505 stream_events_pkey: duplicate key");
  CHECK(database.fenced);
  CHECK(answers == strings{"a!unavailable", "b!unavailable"});
}

TEST_CASE_METHOD(log_fixture, "a follower gets what it missed, then what comes, without a gap") {
  log->restore(event_rows({{4, ""}, {3, ""}, {2, ""}, {1, ""}}));
  auto near = follower(2);
  CHECK(near->frames == strings{"live 4", "replay 3 4"});
  wish_for("a");
  database.commit();
  CHECK(near->frames.back() == "5:message");
  auto level = follower(5);
  CHECK(level->frames == strings{"live 5"});
}

TEST_CASE_METHOD(log_fixture, "what memory has forgotten comes from the table") {
  log->restore(event_rows({{8, ""}, {7, ""}, {6, ""}, {5, ""}}));
  auto far = follower(2);
  CHECK(far->frames.empty());
  // While the table is read, a ninth event happens.
  wish_for("a");
  auto read = std::move(database.asked.front());
  database.asked.pop_front();
  database.commit();
  read.second(found(event_rows({{3, ""}, {4, ""}, {5, ""}})));
  CHECK(far->frames == strings{"more 5", "replay 3 4 5"});
  far = follower(5);
  CHECK(far->frames == strings{"more 8", "replay 6 7 8"});
  far = follower(8);
  CHECK(far->frames == strings{"live 9", "replay 9"});
}

TEST_CASE_METHOD(log_fixture, "whoever leaves while its events are being read is not kept") {
  log->restore(event_rows({{8, ""}, {7, ""}, {6, ""}, {5, ""}}));
  auto bob = follower(1);
  REQUIRE(database.asked.size() == 1);
  log->unfollow(bob);
  database.answer(found(event_rows({{2, ""}, {3, ""}, {4, ""}})));
  CHECK(bob->frames.empty());
  CHECK(log->followers() == 0);
}

TEST_CASE_METHOD(log_fixture, "whoever asks twice while its events are being read gets them once") {
  log->restore(event_rows({{8, ""}, {7, ""}, {6, ""}, {5, ""}}));
  auto bob = follower(1);
  log->follow(bob, how, 5, [](outcome<followed>) {});
  database.answer(found(event_rows({{2, ""}, {3, ""}, {4, ""}})));
  CHECK(bob->frames == strings{"live 8", "replay 6 7 8"});
  CHECK(log->followers() == 1);
}

TEST_CASE_METHOD(log_fixture, "a number that does not exist means: load again") {
  auto lost = follower(7);
  CHECK(lost->frames == strings{"reload 0"});
  CHECK(log->followers() == 0);
}

TEST_CASE_METHOD(log_fixture, "an owner that ends tells its followers to come back") {
  auto alice = follower({});
  auto bob = follower({});
  log->unfollow(bob);
  log.reset();
  CHECK(alice->frames.back() == "gap");
  CHECK(bob->frames == strings{"live 0"});
}

TEST_CASE_METHOD(log_fixture, "signals pass to the others only, and may be dropped") {
  auto alice = follower({});
  auto bob = follower({});
  log->signal({"room:1", "typing", {}, "{}", {}}, alice);
  CHECK(alice->frames == strings{"live 0"});
  CHECK(bob->frames == strings{"live 0", "signal typing"});
  CHECK(bob->urgencies.back() == urgency::ephemeral);
  // Whoever says something that must arrive says so.
  log->signal({"room:1", "saved", {}, "{}", {}, urgency::durable}, alice);
  CHECK(bob->urgencies.back() == urgency::durable);
}
