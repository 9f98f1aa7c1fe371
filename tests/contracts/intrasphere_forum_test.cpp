#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

#include <thread>
#include <vector>

using namespace stoa;
using namespace stoa::testing;

namespace {

std::string new_topic(http_client& who, const std::string& title,
                      const std::string& category = "forum-cat-1") {
  const auto made =
      who.post("/api/forum/topics", R"({"title":")" + title + R"(","categoryId":")" + category +
                                        R"(","content":"Un long contenu.",)"
                                        R"("isPinned":true,"tags":"[\"a\",\"b\"]"})");
  REQUIRE(made.status == 201);
  return made.at("id");
}

http_answer reply_to(http_client& who, const std::string& topic, const std::string& text) {
  return who.post("/api/forum/posts",
                  R"({"topicId":")" + topic + R"(","content":")" + text + R"("})");
}

}  // namespace

TEST_CASE("forum: a page of the client, from shelves to a reply", "[db][net]") {
  auto& pierre = colleague("pierre.dubois");
  const auto shelves = pierre.get("/api/forum/categories");
  REQUIRE(shelves.status == 200);
  // Other tests put up shelves too.
  const auto of_demo = shelves.body.find(R"("id":"forum-cat-1")");
  REQUIRE(of_demo != std::string::npos);
  const auto end = shelves.body.find('}', of_demo);
  CHECK(shelves.body.substr(of_demo, end - of_demo).find(R"("isVisible":true)") !=
        std::string::npos);
  const auto topic = new_topic(pierre, "Cantine");
  const auto first =
      pierre.post("/api/forum/posts", R"({"topicId":")" + topic +
                                          R"(","content":"Que pensez-vous ?","isFirstPost":true})");
  REQUIRE(first.status == 201);
  CHECK(first.at("isFirstPost") == "true");
  CHECK(first.at("categoryId") == "forum-cat-1");
  CHECK(pierre.get("/api/forum/topics/" + topic).at("replyCount") == "0");

  auto& marie = colleague("marie.martin");
  const auto reply = reply_to(marie, topic, "Très bonne !");
  REQUIRE(reply.status == 201);
  CHECK(reply.at("authorName") == "Marie Martin");
  const auto seen = pierre.get("/api/forum/topics/" + topic);
  CHECK(seen.at("replyCount") == "1");
  CHECK(seen.at("lastReplyByName") == "Marie Martin");
  CHECK(seen.at("postCount") == "2");
  CHECK(seen.at("viewCount") == "2");
  CHECK(seen.at("tags.1") == "b");
  CHECK(pierre.get("/api/forum/topics/" + topic + "/posts").at("1.id") == reply.at("id"));
  CHECK(pierre.get("/api/forum/posts/" + topic).at("0.id") == first.at("id"));
  CHECK(pierre.get("/api/forum/topics/nothing/posts").body == "[]");
  CHECK(pierre.get("/api/forum/topics/nothing").status == 404);
  CHECK(pierre.get("/api/forum/topics?categoryId=forum-cat-4").at("0.categoryId") == "forum-cat-4");
}

TEST_CASE("forum: only who validates topics pins, locks and removes", "[db][net]") {
  auto& pierre = colleague("pierre.dubois");
  auto& admin = colleague("admin");
  const auto topic = new_topic(pierre, "Parking");
  const auto address = "/api/forum/topics/" + topic;
  CHECK(pierre.get(address).at("isPinned") == "false");
  const auto own = pierre.patch(address, R"({"title":"Parking nord","isLocked":true})");
  REQUIRE(own.status == 200);
  CHECK(own.at("title") == "Parking nord");
  CHECK(own.at("isLocked") == "false");
  auto hugo = new_colleague("forum.hugo");
  CHECK(hugo.patch(address, R"({"title":"x"})").status == 403);
  CHECK(hugo.remove(address).status == 403);
  CHECK(admin.request("PUT", address, R"({"isLocked":true})").at("isLocked") == "true");
  CHECK(reply_to(pierre, topic, "trop tard").status == 403);
  CHECK(reply_to(admin, topic, "le dernier mot").status == 201);
  CHECK(pierre.remove(address).status == 403);  // somebody has replied
  CHECK(admin.remove(address).status == 200);
  CHECK(admin.get(address).status == 404);
  CHECK(admin.get(address + "/posts").body == "[]");
}

TEST_CASE("forum: a post is edited and taken back by its author or a validator", "[db][net]") {
  auto& pierre = colleague("pierre.dubois");
  auto& marie = colleague("marie.martin");
  auto hugo = new_colleague("forum.lea");
  const auto topic = new_topic(pierre, "Horaires");
  const auto post = "/api/forum/posts/" + reply_to(pierre, topic, "neuf heures").at("id");
  CHECK(hugo.request("PUT", post, R"({"content":"x"})").at("message") == "Access denied");
  const auto edited = pierre.request("PUT", post, R"({"content":"dix heures"})");
  REQUIRE(edited.status == 200);
  CHECK(edited.at("isEdited") == "true");
  CHECK(edited.at("editedBy") == "user-3");
  CHECK(pierre.get(post + "/history").at("0.content") == "neuf heures");
  CHECK(hugo.get(post + "/history").status == 403);
  CHECK(hugo.remove(post).status == 403);
  CHECK(marie.remove(post).body == R"({"success":true})");
  CHECK(pierre.get("/api/forum/topics/" + topic + "/posts").body == "[]");
  CHECK(pierre.get("/api/forum/topics/" + topic).at("replyCount") == "0");
  CHECK(pierre.request("PUT", post, R"({"content":"x"})").status == 404);
}

TEST_CASE("forum: what waits for approval is seen by its author and validators", "[db][net]") {
  auto& pierre = colleague("pierre.dubois");
  auto& admin = colleague("admin");
  auto hugo = new_colleague("forum.max");
  const auto topic = new_topic(pierre, "Règlement", "forum-cat-2");
  CHECK(pierre.get("/api/forum/topics/" + topic).status == 200);
  CHECK(hugo.get("/api/forum/topics/" + topic).status == 404);
  CHECK(admin.post("/api/forum/topics/" + topic + "/approve", "{}").status == 200);
  CHECK(hugo.get("/api/forum/topics/" + topic).status == 200);
  const auto post = reply_to(pierre, topic, "en attente").at("id");
  CHECK(hugo.get("/api/forum/topics/" + topic + "/posts").body == "[]");
  CHECK(admin.get("/api/forum/posts/waiting").body.find(post) != std::string::npos);
  CHECK(hugo.get("/api/forum/posts/waiting").status == 403);
  CHECK(pierre.get("/api/forum/topics/" + topic).at("replyCount") == "0");
  CHECK(hugo.post("/api/forum/posts/" + post + "/approve", "{}").status == 403);
  CHECK(admin.post("/api/forum/posts/" + post + "/approve", "{}").status == 200);
  CHECK(hugo.get("/api/forum/topics/" + topic + "/posts").at("0.id") == post);
  CHECK(pierre.get("/api/forum/topics/" + topic).at("replyCount") == "1");
}

TEST_CASE("forum: a like is taken back by the next one, and counted exactly", "[db][net]") {
  auto& pierre = colleague("pierre.dubois");
  const auto topic = new_topic(pierre, "Compteurs");
  const auto post = reply_to(pierre, topic, "aimez-moi").at("id");
  const auto address = "/api/forum/posts/" + post + "/like";
  CHECK(pierre.post(address, R"({"reactionType":"like"})").body ==
        R"({"liked":true,"message":"Post liked"})");
  CHECK(pierre.post(address, "{}").body == R"({"liked":false,"message":"Like removed"})");
  CHECK(pierre.post(address, R"({"reactionType":"rubbish"})").status == 400);

  // Several people press the button at the same time, an odd number of times.
  std::vector<http_client> people;
  for (const auto* name : {"l1", "l2", "l3", "l4"})
    people.push_back(new_colleague("forum.like." + std::string{name}));
  std::vector<std::thread> pressing;
  for (auto& each : people)
    pressing.emplace_back([&each, &address] {
      for (int i = 0; i < 25; ++i)
        each.post(address, "{}");
    });
  for (auto& each : pressing)
    each.join();
  CHECK(pierre.get("/api/forum/posts/" + topic).at("0.likeCount") == "4");
}

TEST_CASE("forum: a like that is sent again has one effect and learns what is", "[db][net]") {
  auto& pierre = colleague("pierre.dubois");
  const auto topic = new_topic(pierre, "Encore une fois");
  const auto address = "/api/forum/posts/" + reply_to(pierre, topic, "oui").at("id") + "/like";
  const auto press = [&](const std::string& key) {
    return pierre.request("POST", address, "{}", {{"Idempotency-Key", topic + key}}).at("liked");
  };
  CHECK(press("-1") == "true");
  CHECK(press("-1") == "true");
  CHECK(pierre.get("/api/forum/posts/" + topic).at("0.likeCount") == "1");
  CHECK(press("-2") == "false");
  CHECK(press("-2") == "false");
  CHECK(pierre.get("/api/forum/posts/" + topic).at("0.likeCount") == "0");
}

TEST_CASE("forum: a topic may go while people write in it", "[db][net]") {
  auto& admin = colleague("admin");
  auto hugo = new_colleague("forum.late");
  const auto topic = new_topic(hugo, "Bientôt fini");
  const auto post = reply_to(hugo, topic, "vite").at("id");
  std::vector<int> seen;
  std::thread writing{[&] {
    int status = 0;
    while (status != 404) {
      status = hugo.post("/api/forum/posts", R"({"topicId":")" + topic + R"(","content":"et",)" +
                                                 R"("parentPostId":")" + post + R"("})")
                   .status;
      seen.push_back(status);
    }
  }};
  CHECK(admin.remove("/api/forum/topics/" + topic).status == 200);
  writing.join();
  for (const auto status : seen)
    CHECK((status == 201 || status == 404));
}

TEST_CASE("forum: nobody outside an establishment sees its forum", "[db][net]") {
  auto& pierre = colleague("pierre.dubois");
  const auto topic = new_topic(pierre, "Entre nous");
  const auto post = reply_to(pierre, topic, "secret").at("id");
  auto& other = outside_colleague();
  CHECK(other.get("/api/forum/topics/" + topic).status == 404);
  CHECK(other.get("/api/forum/topics/" + topic + "/posts").body == "[]");
  CHECK(other.get("/api/forum/topics").body.find(topic) == std::string::npos);
  CHECK(reply_to(other, topic, "coucou").status == 404);
  CHECK(other.post("/api/forum/posts/" + post + "/like", "{}").status == 404);
  CHECK(other.remove("/api/forum/posts/" + post).status == 404);
}

TEST_CASE("forum: what somebody did is counted from the rows", "[db][net]") {
  auto hugo = new_colleague("forum.zoe");
  const auto before = hugo.get("/api/forum/stats/me");
  REQUIRE(before.status == 200);
  CHECK(before.at("postCount") == "0");
  CHECK(before.at("badges") == "[]");
  const auto topic = new_topic(hugo, "Mes débuts");
  reply_to(hugo, topic, "bonjour");
  const auto after = hugo.get("/api/forum/stats/me");
  CHECK(after.at("postCount") == "1");
  CHECK(after.at("topicCount") == "1");
  CHECK(after.at("reputationScore") == "7");
}
