// Figures that follow from rows: how far somebody is in a course, and who has a seat.
#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace stoa;
using namespace stoa::testing;

namespace {

/// A course with two learners, of whom `ann` has begun.
struct school {
  school() {
    run(owner,
        "insert into establishments (id, name, slug) values ('a', 'A', 'a');"
        "insert into users (id, establishment_id, email, username, password, role) values"
        " ('ann', 'a', 'ann@a.example', 'ann', '', 'learner'),"
        " ('bob', 'a', 'bob@a.example', 'bob', '', 'learner'),"
        " ('cid', 'a', 'cid@a.example', 'cid', '', 'learner');"
        "insert into courses (id, establishment_id, title, category) values ('k', 'a', 'K', 'x');"
        "insert into enrollments (id, establishment_id, user_id, course_id) values"
        " ('e1', 'a', 'ann', 'k'), ('e2', 'a', 'bob', 'k')");
  }
  void add_lesson(const std::string& id, bool required = true) {
    run(owner, fmt::format("insert into lessons (id, establishment_id, course_id, title, content,"
                           " is_required) values ('{}', 'a', 'k', 'L', 'c', {})",
                           id, required));
  }
  void complete(const std::string& lesson) {
    run(owner,
        fmt::format("insert into lesson_progress (id, establishment_id, user_id, lesson_id,"
                    " course_id, is_completed) values ('p{0}', 'a', 'ann', '{0}', 'k', true);"
                    "select stoa_course_progress('ann', 'k')",
                    lesson));
  }
  [[nodiscard]] std::string progress(const std::string& who = "ann") {
    return first_value(owner, fmt::format("select progress || ' ' || status from enrollments where"
                                          " user_id = '{}'",
                                          who));
  }
  void add_training(const std::string& id, int seats) {
    run(owner, fmt::format("insert into trainings (id, establishment_id, title, category, duration,"
                           " max_participants) values ('{}', 'a', 'T', 'safety', 60, {})",
                           id, seats));
  }
  std::string take(const std::string& training, const std::string& who) {
    return first_value(
        owner,
        fmt::format("select stoa_take_seat('{0}', '{1}', '{0}{1}', 'a', true)", training, who));
  }
  /// What the stored figure says, and what a count says.
  [[nodiscard]] std::string seats(const std::string& training) {
    return first_value(
        owner, fmt::format("select t.current_participants || ' ' || (select count(*) from"
                           " training_participants p where p.training_id = t.id and p.status <>"
                           " 'cancelled') from trainings t where t.id = '{}'",
                           training));
  }
  [[nodiscard]] std::string seated(const std::string& training) {
    return first_value(owner, fmt::format("select coalesce(string_agg(user_id, ',' order by"
                                          " user_id), '') from training_participants where"
                                          " training_id = '{}'",
                                          training));
  }

  scratch_database database;
  pg::session owner = database.owner_session();
};

}  // namespace

TEST_CASE("progress follows lessons that go, come and become optional", "[db]") {
  school here;
  for (const auto* id : {"l1", "l2", "l3"})
    here.add_lesson(id);
  here.complete("l1");
  CHECK(here.progress() == "33 in-progress");
  run(here.owner, "update lessons set is_required = false where id = 'l3'");
  CHECK(here.progress() == "50 in-progress");
  here.add_lesson("l4");
  here.add_lesson("l5", false);
  CHECK(here.progress() == "33 in-progress");
  run(here.owner, "update lessons set is_active = false where id = 'l4'");
  CHECK(here.progress() == "50 in-progress");
  run(here.owner, "delete from lessons where id = 'l2'");
  CHECK(here.progress() == "100 completed");
  // Who has finished stays finished, and who has not begun has not.
  here.add_lesson("l6");
  CHECK(here.progress() == "100 completed");
  CHECK(here.progress("bob") == "0 enrolled");
}

TEST_CASE("progress follows quizzes that come, become optional and go", "[db]") {
  school here;
  here.add_lesson("l1");
  here.add_lesson("l2");
  here.complete("l1");
  run(here.owner,
      "insert into quizzes (id, establishment_id, course_id, title, questions,"
      " is_required) values ('q', 'a', 'k', 'Q', '[]', true)");
  CHECK(here.progress() == "33 in-progress");
  run(here.owner, "update quizzes set is_required = false");
  CHECK(here.progress() == "50 in-progress");
  run(here.owner, "update quizzes set is_required = true; delete from quizzes");
  CHECK(here.progress() == "50 in-progress");
}

TEST_CASE("a course that loses all that was required finishes nobody", "[db]") {
  school here;
  here.add_lesson("l1");
  here.add_lesson("l2");
  here.complete("l1");
  run(here.owner, "delete from lessons where course_id = 'k'");
  CHECK(here.progress() != "100 completed");
}

TEST_CASE("a closed or removed account gives its seat to whoever waits", "[db]") {
  school here;
  here.add_training("t", 1);
  CHECK(here.take("t", "ann") == "done");
  CHECK(here.take("t", "bob") == "waiting");
  CHECK(here.take("t", "cid") == "waiting");
  SECTION("closed") {
    run(here.owner, "update users set is_active = false where id = 'ann'");
  }
  SECTION("removed") {
    run(here.owner, "delete from users where id = 'ann'");
  }
  CHECK(here.seated("t") == "bob");
  CHECK(here.seats("t") == "1 1");
  // Whoever waits and is closed waits no more.
  run(here.owner, "update users set is_active = false where id = 'cid'");
  CHECK(first_value(here.owner, "select count(*) from training_waiting") == "0");
}

TEST_CASE("what somebody has completed stays when the account is closed", "[db]") {
  school here;
  here.add_training("t", 2);
  CHECK(here.take("t", "ann") == "done");
  run(here.owner,
      "update training_participants set status = 'completed' where user_id = 'ann';"
      "update users set is_active = false where id = 'ann'");
  CHECK(here.seated("t") == "ann");
  CHECK(here.seats("t") == "1 1");
}

TEST_CASE("a certificate outlives its course", "[db]") {
  school here;
  run(here.owner,
      "insert into certificates (id, establishment_id, user_id, course_id, title)"
      " values ('c', 'a', 'ann', 'k', 'C'); delete from courses where id = 'k'");
  CHECK(first_value(here.owner, "select course_id from certificates where id = 'c'") == "k");
}

TEST_CASE("an end before its start is refused by the database, whoever writes", "[db]") {
  school here;
  here.add_training("t", 1);
  run(here.owner, "update trainings set start_date = '2027-03-02T09:00Z'");
  CHECK_FALSE(here.owner.run("update trainings set end_date = '2027-03-01T09:00Z'"));
  CHECK(here.owner.run("update trainings set end_date = '2027-03-02T09:00Z'"));
  CHECK_FALSE(
      here.owner.run("insert into certificates (id, establishment_id, user_id, course_id,"
                     " title, expires_at) values ('c', 'a', 'ann', 'k', 'C', '2001-01-01')"));
}
