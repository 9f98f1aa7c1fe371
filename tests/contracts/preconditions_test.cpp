#include "net/routes/editions.hpp"
#include "net/row_guard.hpp"
#include "persistence/database.hpp"
#include "tests/support/emlyon.hpp"
#include "tests/support/intrasphere.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <thread>

using namespace stoa;
using namespace stoa::testing;

namespace {

using asker = std::function<http_answer(std::string_view method, std::string_view path,
                                        std::string_view body, const http_headers& more)>;

asker with_cookie(http_client& client) {
  return [&client](auto method, auto path, auto body, const auto& more) {
    return client.request(method, path, body, more);
  };
}

/// What can be written at an address is written only as its conditions allow.
void check_conditions(const asker& ask, std::string_view method, const std::string& path,
                      const std::array<std::string, 3>& bodies) {
  INFO(method << ' ' << path);
  const auto tag_now = [&] { return ask("GET", path, {}, {}).header("ETag"); };
  const auto first = tag_now();
  REQUIRE(first.size() > 2);
  CHECK(first.front() == '"');
  CHECK(tag_now() == first);
  for (const http_headers& false_one :
       {http_headers{{"If-Match", "\"nope\""}}, http_headers{{"If-Match", "W/" + first}},
        http_headers{{"If-Match", "\"a\""}, {"If-Match", "\"b\""}}, http_headers{{"If-Match", ""}},
        http_headers{{"If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"}},
        http_headers{{"If-Unmodified-Since", "yesterday"}}, http_headers{{"If-None-Match", "*"}},
        http_headers{{"If-None-Match", first}},
        http_headers{{"If-Match", first}, {"If-None-Match", "\"x\", " + first}}}) {
    INFO(false_one.front().first << ": " << false_one.front().second);
    const auto refused = ask(method, path, bodies[0], false_one);
    CHECK(refused.status == 412);
    CHECK_FALSE(refused.at("message") == "(absent)");
    CHECK(tag_now() == first);
  }
  const auto done = ask(method, path, bodies[0], {{"If-Match", "\"x\", " + first}});
  INFO(done.body);
  CHECK(done.status == 200);
  const auto second = tag_now();
  CHECK(second != first);
  CHECK(ask(method, path, bodies[1], {{"If-Match", first}}).status == 412);
  CHECK(tag_now() == second);
  // The packed form's tag means the same row.
  CHECK(
      ask(method, path, bodies[1], {{"If-Match", second.substr(0, second.size() - 1) + "-gzip\""}})
          .status == 200);
  CHECK(ask(method, path, bodies[2], {{"If-Match", "*"}}).status == 200);
  CHECK(ask(method, path, bodies[0], {{"If-None-Match", "\"other\""}}).status == 200);
  CHECK(ask(method, path, bodies[1], {}).status == 200);
  CHECK(ask("GET", path, {}, {{"If-None-Match", tag_now()}}).status == 304);
}

std::array<std::string, 3> three(const std::string& member) {
  const auto body = [&](const char* value) { return "{\"" + member + "\":\"" + value + "\"}"; };
  return {body("Un texte"), body("Deux textes"), body("Trois textes")};
}

}  // namespace

TEST_CASE("intranet: what is written under a condition is written only if it holds", "[db][net]") {
  auto& admin = colleague("admin");
  const auto ask = with_cookie(admin);
  const auto made = [&](const char* path, const char* body, const char* id = "id") {
    const auto answer = admin.post(path, body);
    INFO(path << ' ' << answer.body);
    REQUIRE(answer.status == 201);
    return std::string{path} + "/" + answer.at(id);
  };
  const auto announcement =
      made("/api/announcements", R"({"title":"un","content":"c","type":"info"})");
  const auto training = made(
      "/api/trainings", R"({"title":"un","category":"safety","duration":1,"instructorName":"Z"})");
  check_conditions(ask, "PATCH", announcement, three("title"));
  check_conditions(ask, "PUT", announcement, three("title"));
  check_conditions(ask, "PATCH", training, three("title"));
  // Each reading counts a view, which makes no other row of it.
  const auto content =
      made("/api/contents", R"({"title":"un","type":"video","category":"x","fileUrl":"/x"})");
  const auto views = admin.get(content).at("viewCount");
  check_conditions(ask, "PATCH", content, three("title"));
  CHECK(admin.get(content).at("viewCount") != views);
  auto clerk = new_colleague("conditional");
  const auto id = clerk.get("/api/auth/me").at("id");
  check_conditions(ask, "PATCH", "/api/users/" + id, three("position"));
  check_conditions(with_cookie(clerk), "PATCH", "/api/auth/me", three("position"));
  for (const auto& path : {announcement, training, content}) {
    INFO(path);
    CHECK(admin.request("DELETE", path, {}, {{"If-Match", "\"nope\""}}).status == 412);
    CHECK(admin.get(path).status == 200);
    CHECK(admin.request("DELETE", path, {}, {{"If-Match", admin.get(path).header("ETag")}}).status <
          300);
    // Nothing is there, so nothing matches.
    CHECK(admin.request("DELETE", path, {}, {{"If-Match", "*"}}).status == 412);
    CHECK(admin.remove(path).status == 404);
  }
}

TEST_CASE("intranet: topics and posts are changed as their conditions allow", "[db][net]") {
  auto& admin = colleague("admin");
  const auto category = admin.get("/api/forum/categories").at("0.id");
  const auto topic =
      admin.post("/api/forum/topics",
                 R"({"categoryId":")" + category + R"(","title":"Conditions","content":"x"})");
  INFO(topic.body);
  REQUIRE(topic.status == 201);
  check_conditions(with_cookie(admin), "PATCH", "/api/forum/topics/" + topic.at("id"),
                   three("title"));
}

TEST_CASE("StacGate and emlyon: conditions hold or nothing is written", "[db][net]") {
  auto boss = fresh_session("superadmin");
  const auto group = new_group();
  auto marie = fresh_session("marie");
  check_conditions(with_cookie(marie), "PUT", "/api/study-groups/" + group, three("name"));
  check_conditions(with_cookie(boss), "PATCH", "/api/establishments/est-techpro",
                   three("description"));
  auto learner = newcomer("conditional");
  check_conditions(with_cookie(boss), "PATCH",
                   "/api/users/" + learner.get("/api/auth/user").at("id"), three("firstName"));

  const auto alice = new_student("conditional");
  const auto event = alice.post(
      "/api/events",
      R"({"title":"Un","description":"d","location":"Salle 1","date":"2031-05-06T10:00:00Z",)"
      R"("category":"social","type":"social"})");
  INFO(event.body);
  REQUIRE(event.status == 201);
  const auto asks = [&](auto method, auto path, auto body, const auto& more) {
    return alice.request(method, path, body, more);
  };
  check_conditions(asks, "PUT", "/api/events/" + event.at("data.id"), three("title"));
  check_conditions(asks, "PUT", "/api/users/me", three("name"));
}

TEST_CASE("no row of any edition passes a condition over", "[db][net]") {
  auto admin = fresh_colleague("admin");
  auto boss = fresh_session("superadmin");
  const auto& alice = demo_student("alice");
  std::size_t walked = 0;
  for (const auto* edition : editions())
    for (const auto rows : {edition->routes, shared_routes()})
      for (const auto& row : rows) {
        // A form is read by who may send one, and refused before.
        if (row.method == verb::get || row.form)
          continue;
        std::string path;
        for (std::size_t i = 0; i < row.path.size(); ++i)
          if (row.path[i] == '{') {
            path += "nothing";
            i = row.path.find('}', i);
          } else {
            path += row.path[i];
          }
        for (const http_headers& condition :
             {http_headers{{"If-Match", "\"nope\""}},
              http_headers{{"If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"}}}) {
          const auto method = name_of(row.method);
          INFO(edition->name << ' ' << method << ' ' << path);
          const auto answer =
              edition->name == "intrasphere" ? admin.request(method, path, "{}", condition)
              : edition->name == "stacgate"  ? boss.request(method, path, "{}", condition)
                                             : alice.request(method, path, "{}", condition);
          CHECK(answer.status == 412);
          ++walked;
        }
      }
  CHECK(walked > 300);
  // Nobody was signed out by a look.
  CHECK(boss.get("/api/auth/user").status == 200);
  CHECK(admin.get("/api/auth/me").status == 200);
}

TEST_CASE("of writers with one tag exactly one succeeds", "[db][net]") {
  auto& admin = colleague("admin");
  auto boss = fresh_session("superadmin");
  const auto announcement =
      admin.post("/api/announcements", R"({"title":"un","content":"c","type":"info"})").at("id");
  struct row {
    http_client* who;
    std::string path;
    std::string member;
  };
  const row rows[] = {{&admin, "/api/announcements/" + announcement, "title"},
                      {&boss, "/api/establishments/est-digital", "description"}};
  for (const auto& row : rows)
    for (int round = 0; round < 5; ++round) {
      INFO(row.path << ' ' << round);
      const auto tag = row.who->get(row.path).header("ETag");
      std::atomic<int> won{0};
      std::atomic<int> lost{0};
      std::vector<std::thread> writers;
      for (int i = 0; i < 4; ++i)
        writers.emplace_back([&, i, client = *row.who]() mutable {
          const auto status = client
                                  .request("PATCH", row.path,
                                           "{\"" + row.member + "\":\"" + std::to_string(round) +
                                               "-" + std::to_string(i) + "\"}",
                                           {{"If-Match", tag}})
                                  .status;
          won += status == 200 ? 1 : 0;
          lost += status == 412 ? 1 : 0;
        });
      for (auto& each : writers)
        each.join();
      CHECK(won == 1);
      CHECK(lost == 3);
    }
}

TEST_CASE("a guarded transaction writes nothing when its row has changed meanwhile", "[db]") {
  auto& here = stacgate_node();
  const auto run = [&](transaction what) {
    return run_and_wait(here.system(), here.actors().database(), std::move(what));
  };
  const auto scope = std::string{"est-techpro"};
  row_guard guard{"establishments", "id", scope, {}};
  auto seen = run(in_establishment("*", guard.version()));
  REQUIRE(seen);
  const auto name = [&] {
    return run(in_establishment("*",
                                prepared("select name from establishments where id = $1", scope)))
        ->each[0]
        .text(0, 0);
  };
  const auto before = name();
  const auto write = [&](row_guard& by, const char* text) {
    auto what = in_establishment(
        "*", prepared("update establishments set name = $2 where id = $1", scope, text));
    REQUIRE(by.join(what));
    return run(std::move(what));
  };
  guard.expect(seen->each[0].text(0, 0));
  auto stale = guard;
  CHECK(write(guard, "Changed once"));
  const auto refused = write(stale, "Changed twice");
  REQUIRE_FALSE(refused);
  CHECK(row_guard::failed(refused.error()));
  CHECK(name() == "Changed once");
  // Its own write is not looked at again.
  transaction more = in_establishment("*", prepared("select 1"));
  CHECK_FALSE(guard.join(more));
  CHECK(more.statements.size() == 1);
  row_guard gone{"establishments", "id", "nowhere", {}};
  gone.expect("x");
  CHECK_FALSE(write(gone, "x"));
  // What reading counts makes no other row.
  const std::string_view counters[] = {"name"};
  row_guard counted{"establishments", "id", scope, counters};
  counted.expect(run(in_establishment("*", counted.version()))->each[0].text(0, 0));
  REQUIRE(run(in_establishment(
      "*", prepared("update establishments set name = $2 where id = $1", scope, before))));
  CHECK(write(counted, before.c_str()));
}
