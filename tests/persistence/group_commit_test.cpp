#include "persistence/group_commit.hpp"

#include <catch2/catch.hpp>

#include <deque>

using namespace stoa;
using namespace std::chrono_literals;

namespace {

const sql_text insert_rows{"insert into rows select * from unnest($1::text[])"};
const sql_text insert_more{"insert into more select * from unnest($1::text[])"};

transaction rows_for(const std::string& tenant, const std::string& list,
                     const sql_text& text = insert_rows) {
  statement bulk{text, {list}};
  bulk.bulk = true;
  return in_establishment(tenant, std::move(bulk));
}

/// A database that answers when the test says so.
struct fixture {
  struct sent {
    transaction what;
    group_commit::done answer;

    std::string list() const { return what.statements.at(0).params.at(0).value(); }
  };

  std::deque<sent> under_way;
  std::vector<std::string> answers;
  group_commit commits{
      [this](transaction what, group_commit::clock::time_point, group_commit::done answer) {
        under_way.push_back({std::move(what), std::move(answer)});
      },
      {.at_once = 2,
       .early = 64,
       .waiting = 4,
       .waiting_bytes = 5000,
       .members = 3,
       .weight = 1000}};

  void save(const std::string& name, transaction what,
            group_commit::clock::time_point deadline = group_commit::clock::time_point::max()) {
    commits.run(std::move(what), deadline, [this, name](outcome<results> end) {
      answers.push_back(name + (end ? " saved " + std::to_string(end->each.size())
                                    : ": " + std::string{end.error().text}));
    });
  }
  void save(const std::string& name) { save(name, rows_for("t", "{\"" + name + "\"}")); }
  void finish(outcome<results> how) {
    auto first = std::move(under_way.front());
    under_way.pop_front();
    first.answer(std::move(how));
  }
  static results good() {
    results out;
    out.each.resize(1);
    return out;
  }
};

using strings = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(fixture, "what waits during a commit shares the next one") {
  save("a");
  save("b");
  save("c");
  REQUIRE(under_way.size() == 1);
  CHECK(under_way[0].list() == R"({"a"})");
  finish(good());
  CHECK(answers == strings{"a saved 1"});
  REQUIRE(under_way.size() == 1);
  CHECK(under_way[0].list() == R"({"b","c"})");
  finish(good());
  CHECK(answers == strings{"a saved 1", "b saved 1", "c saved 1"});
  CHECK(commits.waiting() == 0);
}

TEST_CASE_METHOD(fixture, "establishments and statements are never mixed") {
  save("a");
  save("b", rows_for("t", R"({"b"})", insert_more));
  save("c", rows_for("u", R"({"c"})"));
  CHECK(under_way.size() == 3);
}

TEST_CASE_METHOD(fixture, "a second commit begins beside the first when enough waits") {
  save("a");
  save("b", rows_for("t", "{\"" + std::string(70, 'b') + "\"}"));
  CHECK(under_way.size() == 2);
  save("c", rows_for("t", "{\"" + std::string(70, 'c') + "\"}"));
  CHECK(under_way.size() == 2);
}

TEST_CASE_METHOD(fixture, "after a refusal each is tried alone") {
  save("a");
  save("b");
  save("c");
  finish(good());
  finish(fail(fault_code::conflict, "taken"));
  REQUIRE(under_way.size() == 2);
  CHECK(under_way[0].list() == R"({"b"})");
  CHECK(under_way[1].list() == R"({"c"})");
  finish(good());
  finish(fail(fault_code::conflict, "taken"));
  CHECK(answers == strings{"a saved 1", "b saved 1", "c: taken"});
  CHECK(under_way.empty());
}

TEST_CASE_METHOD(fixture, "nobody tries again what may have been saved") {
  save("a");
  save("b");
  save("c");
  finish(good());
  finish(fail(fault_code::unavailable, "gone"));
  CHECK(under_way.empty());
  CHECK(answers == strings{"a saved 1", "b: gone", "c: gone"});
}

TEST_CASE_METHOD(fixture, "one commit has a bound, and so has the queue") {
  for (const auto* name : {"a", "b", "c", "d", "e", "f"})
    save(name);
  CHECK(answers == strings{"f: the server is busy; try again"});
  finish(good());
  CHECK(under_way.at(0).list() == R"({"b","c","d"})");
  CHECK(commits.waiting() == 1);
}

TEST_CASE_METHOD(fixture,
                 "what waits is bounded by its bytes as well, and may be large when alone") {
  const auto large = [](std::size_t bytes) {
    return rows_for("t", "{\"" + std::string(bytes, 'x') + "\"}");
  };
  save("a");
  save("b", large(9000));  // worth a commit of its own beside the first
  save("c", large(4000));
  save("d", large(4000));
  CHECK(answers == strings{"d: the server is busy; try again"});
  finish(good());
  save("e", large(4000));
  finish(good());
  finish(good());
  finish(good());
  CHECK(answers.size() == 5);
  CHECK(answers.back() == "e saved 1");
}

TEST_CASE_METHOD(fixture, "what waits too long is given up") {
  const auto present = group_commit::clock::now();
  save("a");
  save("b", rows_for("t", R"({"b"})"), present - 1ms);
  save("c", rows_for("t", R"({"c"})"), present + 1h);
  CHECK(commits.expire(present) == 1);
  CHECK(answers == strings{"b: the database does not answer; try again"});
  finish(good());
  CHECK(under_way.at(0).list() == R"({"c"})");
}

TEST_CASE("only bulk statements are saved together") {
  CHECK(group_commit::takes(rows_for("t", "{}")));
  CHECK_FALSE(group_commit::takes(in_establishment("t", prepared("select 1"))));
  CHECK_FALSE(group_commit::takes(transaction{}));
}
