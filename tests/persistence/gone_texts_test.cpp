// Notifications and mails say what their source says now, and nothing of what is gone.
#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

using namespace stoa;
using namespace stoa::testing;

namespace {

/// A room with a message and a topic with a reply, of which `bob` was told.
struct told_person {
  told_person() {
    run(owner,
        "insert into establishments (id, name, slug) values ('a', 'A', 'a');"
        "insert into users (id, establishment_id, email, username, password, first_name) values"
        " ('ann', 'a', 'ann@a.example', 'ann', '', 'Ann'),"
        " ('bob', 'a', 'bob@a.example', 'bob', '', 'Bob');"
        "insert into rooms (id, establishment_id, kind, name, created_by) values"
        " ('r', 'a', 'room', 'R', 'ann');"
        "insert into messages (room_id, seq, id, establishment_id, author_id, type, content, "
        "created_at, updated_at)"
        " values ('r', 1, 'm', 'a', 'ann', 'text', 'secret', now(), now());"
        "insert into forum_categories (id, establishment_id, name) values ('c', 'a', 'C');"
        "insert into forum_topics (id, establishment_id, category_id, title, author_id,"
        " author_name) values ('t', 'a', 'c', 'secret title', 'bob', 'Bob');"
        "insert into forum_posts (id, establishment_id, topic_id, category_id, author_id,"
        " author_name, content) values ('p', 'a', 't', 'c', 'ann', 'Ann', 'secret');"
        "select stoa_notify('bob', 'a', 'n1', 'new_announcement', 'Ann — R', 'secret',"
        " '{\"kind\":\"mention\",\"messageId\":\"m\"}');"
        "select count(*) from stoa_tell_followers('p')");
  }
  [[nodiscard]] std::string told(const std::string& about) {
    return first_value(owner, fmt::format("select message || '|' || coalesce(data ->> 'isDeleted',"
                                          " 'there') from notifications where about = '{}'",
                                          about));
  }
  scratch_database database;
  pg::session owner = database.owner_session();
};

}  // namespace

TEST_CASE("a corrected message is told as it is, a removed one not at all", "[db]") {
  told_person here;
  CHECK(here.told("m") == "secret|there");
  run(here.owner, "update messages set content = 'right' where id = 'm'");
  CHECK(here.told("m") == "right|there");
  run(here.owner, "update messages set is_deleted = true where id = 'm'");
  CHECK(here.told("m") == "|true");
  // Numbers of notifications have no gap: it is still there.
  CHECK(first_value(here.owner, "select count(*) from notifications") == "2");
}

TEST_CASE("a post that is corrected, withheld, removed or goes with its topic is told so", "[db]") {
  told_person here;
  CHECK(here.told("p") == "secret|there");
  run(here.owner, "update forum_posts set content = 'right' where id = 'p'");
  CHECK(here.told("p") == "right|there");
  run(here.owner, "update forum_posts set is_approved = false where id = 'p'");
  CHECK(here.told("p") == "|true");
  run(here.owner, "update forum_posts set is_approved = true where id = 'p'");
  CHECK(here.told("p") == "right|there");
  SECTION("removed") {
    run(here.owner, "update forum_posts set is_deleted = true where id = 'p'");
  }
  SECTION("with its topic") {
    run(here.owner, "delete from forum_topics where id = 't'");
    CHECK(first_value(here.owner, "select title from notifications where about = 'p'") == "Ann");
  }
  CHECK(here.told("p") == "|true");
}

TEST_CASE("a mail that waits does not quote what is gone", "[db]") {
  told_person here;
  run(here.owner,
      "insert into forum_posts (id, establishment_id, topic_id, category_id, author_id,"
      " author_name, content) values ('q', 'a', 't', 'c', 'ann', 'Ann', 'secret too')");
  run(here.owner, "delete from notifications; select count(*) from stoa_tell_followers('q')");
  const auto* waits = "select count(*) from jobs where payload::text like '%secret too%'";
  CHECK(first_value(here.owner, waits) == "1");
  run(here.owner, "update forum_posts set is_deleted = true where id = 'q'");
  CHECK(first_value(here.owner, waits) == "0");
}

TEST_CASE("every table whose texts are told elsewhere says what a removal does", "[db]") {
  told_person here;
  // Tables with texts that notifications or mails quote, and those that none does.
  static constexpr std::array quoted{"messages", "forum_posts"};
  auto found = run(here.owner,
                   "select distinct tgrelid::regclass::text from pg_trigger"
                   " where tgname like '%\\_retell' or tgname like '%\\_gone'");
  std::vector<std::string> watched;
  for (std::size_t i = 0; i < found.size(); ++i)
    watched.push_back(found.text(i, 0));
  for (const std::string table : quoted) {
    INFO(table);
    CHECK(std::find(watched.begin(), watched.end(), table) != watched.end());
  }
  // A function that notifies of a row names it, so that the row's removal finds the notification.
  auto writers = run(here.owner,
                     "select proname, prosrc from pg_proc where prosrc like"
                     " '%stoa_notify(%' and proname <> 'stoa_notify'");
  CHECK(writers.size() > 0);
  for (std::size_t i = 0; i < writers.size(); ++i) {
    INFO(writers.text(i, 0));
    const auto body = writers.text(i, 1);
    CHECK((body.find("'messageId'") != std::string::npos ||
           body.find("'postId'") != std::string::npos));
  }
}
