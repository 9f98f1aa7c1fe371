#include "actors/root.hpp"
#include "net/node.hpp"
#include "persistence/database.hpp"
#include "tests/net/support.hpp"
#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

using namespace stoa;
using namespace stoa::testing;

namespace {

/// A node of its own, without limits: who looks again and again would use up everybody's.
node& newsroom() {
  static const auto one = [] {
    settings how;
    how.ephemeral = true;
    how.demo = true;
    how.rate_limits = false;
    how.site.push_back({"intrasphere", 0});
    auto begun = node::start(how);
    if (!begun)
      FAIL(begun.error().text << ": " << begun.error().cause);
    return std::move(*begun);
  }();
  return *one;
}

http_client reader() {
  return http_client{newsroom().sites().at(0).port};
}

http_client editor() {
  auto out = reader();
  REQUIRE(out.post("/api/auth/login", R"({"username":"admin","password":"admin123"})").status ==
          200);
  return out;
}

std::string publish_news(http_client& who, const std::string& title) {
  const auto made = who.post("/api/announcements", R"({"title":")" + title + R"(","content":"c"})");
  REQUIRE(made.status == 201);
  return made.at("id");
}

bool shows(http_client& who, const std::string& id) {
  const auto list = who.get("/api/announcements");
  REQUIRE(list.status == 200);
  return list.body.find(id) != std::string::npos;
}

}  // namespace

TEST_CASE("news: the list has an ETag, and 304 for who has it", "[db][net]") {
  auto& pierre = colleague("pierre.dubois");
  const auto id = publish_news(colleague("admin"), "Étiquette");
  const auto first = pierre.get("/api/announcements");
  const auto tag = first.header("ETag");
  REQUIRE_FALSE(tag.empty());
  CHECK(first.header("Cache-Control") == "no-cache");
  const auto again = pierre.request("GET", "/api/announcements", "", {{"If-None-Match", tag}});
  CHECK(again.status == 304);
  CHECK(again.body.empty());
  CHECK(intranet_visitor().get("/api/announcements").body == first.body);
  REQUIRE(colleague("admin").remove("/api/announcements/" + id).status == 200);
  const auto changed = pierre.request("GET", "/api/announcements", "", {{"If-None-Match", tag}});
  CHECK(changed.status == 200);
  CHECK(changed.header("ETag") != tag);
}

TEST_CASE("news: a change that was answered is in every list from then on", "[db][net]") {
  auto admin = editor();
  std::atomic<bool> done{false};
  std::vector<std::thread> reading;
  for (int i = 0; i < 3; ++i)
    reading.emplace_back([&] {
      auto visitor = reader();
      while (!done)
        visitor.get("/api/announcements");
    });
  auto visitor = reader();
  int stale = 0;
  for (int i = 0; i < 25; ++i) {
    const auto id = publish_news(admin, "Course " + std::to_string(i));
    stale += shows(visitor, id) ? 0 : 1;
    REQUIRE(admin.patch("/api/announcements/" + id, R"({"title":"Tournée"})").status == 200);
    const auto list = visitor.get("/api/announcements");
    stale += list.at("0.title") == "Tournée" ? 0 : 1;
    REQUIRE(admin.remove("/api/announcements/" + id).status == 200);
    stale += shows(visitor, id) ? 1 : 0;
  }
  done = true;
  for (auto& each : reading)
    each.join();
  CHECK(stale == 0);
}

TEST_CASE("news: establishments have lists of their own, and questions are answered anew",
          "[db][net]") {
  const auto id = publish_news(colleague("admin"), "Chez nous");
  CHECK(shows(colleague("pierre.dubois"), id));
  CHECK_FALSE(shows(outside_colleague(), id));
  CHECK(shows(colleague("pierre.dubois"), id));
  const auto one = intranet_visitor().get("/api/announcements?limit=1");
  CHECK(one.json_at("").size() == 1);
  CHECK_FALSE(one.header("X-Total-Count").empty());
  REQUIRE(colleague("admin").remove("/api/announcements/" + id).status == 200);
}

TEST_CASE("news: what somebody else writes into the table is seen soon", "[db][net]") {
  auto visitor = reader();
  CHECK(visitor.get("/api/announcements").status == 200);
  auto& node = newsroom();
  const auto run = [&](statement what) {
    return run_and_wait(node.system(), node.actors().database(),
                        in_establishment("est-intrasphere", std::move(what)));
  };
  REQUIRE(
      run(prepared("insert into announcements (id, establishment_id, title, content)"
                   " values ('news-by-hand', 'est-intrasphere', 'Par la porte de service',"
                   " 'c')")));
  CHECK(test::until([&] { return shows(visitor, "news-by-hand"); }));
  REQUIRE(run(prepared("delete from announcements where id = 'news-by-hand'")));
}
