#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace stoa;
using namespace stoa::testing;

namespace {

// Two establishments, and the application at work in the first.
pg::session settled(const scratch_database& scratch) {
  auto owner = scratch.owner_session();
  run(owner,
      "insert into establishments (id, name, slug) values ('e1', 'One', 'one'), ('e2', 'Two', "
      "'two');"
      "insert into users (id, establishment_id, email, username, password) select u || e, e,"
      " u || e || '@x.org', u, 'x' from unnest(array['ann', 'bob']) u, unnest(array['e1', 'e2']) "
      "e");
  auto app = scratch.app_session();
  run(app, "select set_config('stoa.establishment', 'e1', false)");
  return app;
}

constexpr const char* acting_ann =
    "select set_config('stoa.actor', 'anne1', true), set_config('stoa.address', '10.1.1.1', true)";

}  // namespace

TEST_CASE("a watched change is in the log with who did it, or is not done", "[db]") {
  scratch_database scratch;
  auto app = settled(scratch);
  run(app, std::string{"begin; update users set role = 'manager' where id = 'bobe1';"} +
               acting_ann + "; commit");
  const std::string last =
      "select concat_ws('|', establishment_id, seq, actor_id, actor_name, action, subject_kind,"
      " subject_id, details, address) from audit_entries order by seq desc limit 1";
  CHECK(first_value(app, last) == R"(e1|1|anne1|ann|user.role|user|bobe1|)"
                                  R"({"role": {"to": "manager", "from": "learner"}}|10.1.1.1)");
  // What was said of one transaction does not stay for the next.
  run(app, "update users set is_active = false where id = 'bobe1'");
  CHECK(first_value(app, last) ==
        R"(e1|2|user.active|user|bobe1|{"is_active": {"to": false, "from": true}})");
  run(app, "update users set role = 'manager', first_name = 'B' where id = 'bobe1'");
  run(app, "begin; update users set role = 'admin' where id = 'bobe1'; rollback");
  CHECK(first_value(app, "select count(*) from audit_entries") == "2");
  // A password is told without being told; a sign-in's new hash of the old one is none.
  run(app, "update users set password = 'y' where id = 'bobe1'");
  CHECK(first_value(app, last) == "e1|3|user.password|user|bobe1|{}");
  run(app, "update users set password = 'z', last_login_at = now() where id = 'bobe1'");
  CHECK(first_value(app, "select count(*) from audit_entries") == "3");
  // What goes with something else is not told apart.
  run(app,
      "insert into courses (id, establishment_id, title, category) values ('c', 'e1', 'C', 'x');"
      "insert into lessons (id, establishment_id, course_id, title, content) values"
      " ('l', 'e1', 'c', 'L', 'x');"
      "delete from courses where id = 'c'");
  CHECK(first_value(app, last) == R"(e1|4|course.removed|course|c|{"title": "C"})");

  auto owner = scratch.owner_session();
  run(owner, "alter table audit_entries add constraint closed check (seq < 5)");
  CHECK_FALSE(app.run("update users set is_active = true where id = 'bobe1'"));
  CHECK(first_value(app, "select is_active from users where id = 'bobe1'") == "f");
}

TEST_CASE("of the deeds of several people in one transaction each is told of its own", "[db]") {
  scratch_database scratch;
  auto app = settled(scratch);
  run(app,
      "insert into forum_categories (id, establishment_id, name) values ('k', 'e1', 'K');"
      "insert into forum_topics (id, establishment_id, category_id, title, author_id, author_name)"
      " values ('t', 'e1', 'k', 'T', 'bobe1', 'bob'), ('u', 'e1', 'k', 'U', 'bobe1', 'bob');"
      "insert into forum_posts (id, establishment_id, topic_id, category_id, author_id,"
      " author_name, content) values ('p', 'e1', 't', 'k', 'bobe1', 'bob', 'x')");
  run(app, std::string{"begin; update forum_posts set is_deleted = true, deleted_by = 'bobe1';"
                       "delete from forum_topics where id = 'u';"} +
               acting_ann + "; commit");
  CHECK(first_value(app,
                    "select string_agg(action || '|' || actor_id, ' ' order by action) from"
                    " audit_entries") == "forum_post.removed|bobe1 forum_topic.removed|anne1");
}

TEST_CASE("the application adds to its own log and touches nothing in it", "[db]") {
  scratch_database scratch;
  auto app = settled(scratch);
  // It cannot choose the place either.
  run(app,
      "insert into audit_entries (establishment_id, seq, at, action, previous_hash, hash)"
      " values ('e1', 900, '1990-01-01', 'sign_in', 'x', 'y')");
  CHECK(first_value(app,
                    "select seq || ' ' || (at > now() - interval '1 hour') || ' ' || length(hash)"
                    " from audit_entries") == "1 true 64");
  for (const auto* forbidden :
       {"update audit_entries set action = 'x'", "delete from audit_entries",
        "truncate audit_entries", "update audit_heads set seq = 0", "delete from audit_heads",
        "insert into audit_heads (establishment_id) values ('e1')"}) {
    CAPTURE(forbidden);
    CHECK(first_value(app, forbidden).find("permission denied") != std::string::npos);
  }
  CHECK_FALSE(app.run("insert into audit_entries (establishment_id, action) values ('e2', 'x')"));
  run(app, "select set_config('stoa.establishment', 'e2', false)");
  CHECK(first_value(app, "select count(*) from audit_entries") == "0");
}

TEST_CASE("transactions that act at the same time form one chain", "[db]") {
  scratch_database scratch;
  auto one = settled(scratch);
  auto other = scratch.app_session();
  run(other, "select set_config('stoa.establishment', 'e1', false)");
  run(one, "begin; update users set role = 'manager' where id = 'anne1'");
  run(other, "begin; update users set role = 'manager' where id = 'bobe1'");
  run(other, "commit");
  run(one, "commit");
  CHECK(first_value(one, "select string_agg(subject_id, ' ' order by seq) from audit_entries") ==
        "bobe1 anne1");
  CHECK(first_value(one,
                    "select count(*) from audit_entries a join audit_entries b on b.seq = a.seq + 1"
                    " and b.previous_hash = a.hash") == "1");
  CHECK(first_value(one,
                    "select seq || ' ' || (hash = (select hash from audit_entries where seq = 2))"
                    " from audit_heads") == "2 true");
}
