#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

#include <thread>
#include <vector>

using namespace stoa;
using namespace stoa::testing;

namespace {

std::string begin(http_client& who, const std::string& title,
                  const std::string& category = "forum-cat-1") {
  const auto made = who.post("/api/forum/topics",
                             R"({"title":")" + title + R"(","categoryId":")" + category + R"("})");
  REQUIRE(made.status == 201);
  return made.at("id");
}

http_answer say_in_topic(http_client& who, const std::string& topic, const std::string& text) {
  const auto made =
      who.post("/api/forum/posts", R"({"topicId":")" + topic + R"(","content":")" + text + R"("})");
  REQUIRE(made.status == 201);
  return made;
}

std::string subscription(const std::string& topic) {
  return "/api/forum/topics/" + topic + "/subscription";
}

std::size_t told(http_client& who) {
  const auto all = who.get("/api/notifications");
  REQUIRE(all.status == 200);
  return all.json_at("").size();
}

}  // namespace

TEST_CASE("followers: who began a topic or wrote in it is told of replies, the writer is not",
          "[db][net]") {
  auto ada = new_colleague("follow.ada");
  auto ben = new_colleague("follow.ben");
  auto cleo = new_colleague("follow.cleo");
  const auto topic = begin(ada, "Covoiturage");
  CHECK(ada.get(subscription(topic)).body == R"({"subscribed":true})");
  CHECK(ben.get(subscription(topic)).body == R"({"subscribed":false})");
  REQUIRE(ada.post("/api/forum/posts",
                   R"({"topicId":")" + topic + R"(","content":"Qui vient ?","isFirstPost":true})")
              .status == 201);
  CHECK(told(ada) == 0);
  const auto reply = say_in_topic(ben, topic, "Moi, depuis la gare.");
  CHECK(told(ben) == 0);
  const auto heard = ada.get("/api/notifications");
  REQUIRE(heard.json_at("").size() == 1);
  CHECK(heard.at("0.title") == "Nouvelle follow.ben — Covoiturage");
  CHECK(heard.at("0.message") == "Moi, depuis la gare.");
  CHECK(heard.at("0.data.kind") == "forum_reply");
  CHECK(heard.at("0.data.topicId") == topic);
  CHECK(heard.at("0.data.postId") == reply.at("id"));
  CHECK(heard.at("0.isRead") == "false");
  CHECK(ben.get(subscription(topic)).body == R"({"subscribed":true})");
  say_in_topic(ada, topic, "Huit heures ?");
  CHECK(told(ada) == 1);
  CHECK(told(ben) == 1);
  CHECK(told(cleo) == 0);

  // A notification is its person's alone.
  const auto one = "/api/notifications/" + heard.at("0.id");
  CHECK(ben.patch(one, R"({"isRead":true})").status / 100 == 4);
  CHECK(ada.patch(one, R"({"isRead":true})").at("isRead") == "true");
  CHECK(ben.remove(one).status / 100 == 4);
  CHECK(ada.remove(one).status == 200);
  CHECK(told(ada) == 0);
}

TEST_CASE("followers: one subscribes to a topic, and out of one's own", "[db][net]") {
  auto dora = new_colleague("follow.dora");
  auto elie = new_colleague("follow.elie");
  auto fanny = new_colleague("follow.fanny");
  const auto topic = begin(dora, "Bibliothèque");
  CHECK(elie.put(subscription(topic), "").body == R"({"subscribed":true})");
  CHECK(elie.put(subscription(topic), "").body == R"({"subscribed":true})");
  CHECK(dora.remove(subscription(topic)).body == R"({"subscribed":false})");
  CHECK(dora.get(subscription(topic)).body == R"({"subscribed":false})");
  say_in_topic(fanny, topic, "Des romans ?");
  CHECK(told(elie) == 1);
  CHECK(told(dora) == 0);
  CHECK(elie.remove(subscription(topic)).body == R"({"subscribed":false})");
  say_in_topic(fanny, topic, "Des bandes dessinées ?");
  CHECK(told(elie) == 1);
  CHECK(intranet_visitor().put(subscription(topic), "").status == 401);
  CHECK(elie.put(subscription("nothing"), "").status == 404);
  CHECK(outside_colleague().put(subscription(topic), "").status == 404);
  CHECK(outside_colleague().get(subscription(topic)).status == 404);
}

TEST_CASE("followers: a reply that waits for approval is told of when it is approved, once",
          "[db][net]") {
  auto& admin = colleague("admin");
  auto gus = new_colleague("follow.gus");
  auto hana = new_colleague("follow.hana");
  const auto topic = begin(gus, "Le règlement du parking", "forum-cat-2");  // moderated
  REQUIRE(admin.post("/api/forum/topics/" + topic + "/approve", "{}").status == 200);
  const auto post = say_in_topic(hana, topic, "Et les vélos ?").at("id");
  CHECK(told(gus) == 0);
  REQUIRE(admin.post("/api/forum/posts/" + post + "/approve", "{}").status == 200);
  CHECK(told(gus) == 1);
  REQUIRE(admin.post("/api/forum/posts/" + post + "/approve", "{}").status == 200);
  CHECK(told(gus) == 1);
}

TEST_CASE("followers: who may no longer read the topic, or is gone, is not told", "[db][net]") {
  auto& admin = colleague("admin");
  auto ilia = new_colleague("follow.ilia");
  auto june = new_colleague("follow.june");
  const auto shelf =
      admin.post("/api/forum/categories", R"({"name":"Bientôt fermé","accessLevel":"all"})");
  REQUIRE(shelf.status == 201);
  const auto topic = begin(admin, "Réservé", shelf.at("id"));
  for (auto* each : {&ilia, &june})
    REQUIRE(each->put(subscription(topic), "").status == 200);
  const auto gone = june.get("/api/auth/me").at("id");
  REQUIRE(admin.remove("/api/users/" + gone).status == 200);
  say_in_topic(colleague("marie.martin"), topic, "Encore ouvert.");
  CHECK(told(ilia) == 1);
  REQUIRE(admin.patch("/api/forum/categories/" + shelf.at("id"), R"({"accessLevel":"moderator"})")
              .status == 200);
  say_in_topic(colleague("marie.martin"), topic, "Entre nous.");
  CHECK(told(ilia) == 1);
  REQUIRE(admin.put("/api/users/" + gone + "/activate", "").status == 200);
  auto back = intranet_visitor();
  REQUIRE(
      back.post("/api/auth/login", R"({"username":"follow.june","password":"Secret1!"})").status ==
      200);
  CHECK(told(back) == 0);
}

TEST_CASE("followers: open pages hear it live, those of followers and no others", "[db][net]") {
  auto kim = new_colleague("follow.kim");
  auto lea = new_colleague("follow.lea");
  auto& marie = colleague("marie.martin");
  const auto topic = begin(kim, "En direct");
  ws_client hers{kim, "/ws"};
  ws_client others{lea, "/ws"};
  // The socket joined its bulletin when it answers.
  for (auto* each : {&hers, &others}) {
    each->say(R"({"type":"JOIN_CHANNEL","payload":{"channel":"here"}})");
    CHECK(each->heard("CHANNEL_JOINED").root()["payload"]["channel"].as_string() == "here");
  }
  const auto post = say_in_topic(marie, topic, "Coucou").at("id");
  const auto heard = hers.heard("NOTIFICATION");
  const auto payload = heard.root()["payload"];
  CHECK(payload["data"]["postId"].as_string() == post);
  CHECK(payload["message"].as_string() == "Coucou");
  CHECK(payload["isRead"].as_bool() == false);
  CHECK(payload["id"].as_string() == kim.get("/api/notifications").at("0.id"));
  // What everybody hears comes behind it, so it would have been heard before.
  REQUIRE(
      colleague("admin").post("/api/announcements", R"({"title":"Après","content":"x"})").status ==
      201);
  for (;;) {
    const auto next = others.heard();
    const std::string type{next.root()["type"].as_string().value_or("")};
    CHECK(type != "NOTIFICATION");
    if (type == "NEW_ANNOUNCEMENT")
      break;
  }
}

TEST_CASE("followers: busy topics with the same people tell every one of every reply",
          "[db][net]") {
  std::vector<http_client> people;
  for (const auto* name : {"a", "b", "c", "d"})
    people.push_back(new_colleague("follow.busy." + std::string{name}));
  std::vector<std::string> topics;
  for (auto& each : people) {
    topics.push_back(begin(each, "Occupé"));
    for (auto& other : people)
      REQUIRE(other.put(subscription(topics.back()), "").status == 200);
  }
  constexpr int replies = 12;
  std::vector<std::thread> writing;
  std::vector<int> refused(people.size());
  for (std::size_t i = 0; i < people.size(); ++i)
    writing.emplace_back([&, i] {
      for (int k = 0; k < replies; ++k) {
        const auto& topic = topics[(i + static_cast<std::size_t>(k)) % topics.size()];
        const auto made = people[i].post("/api/forum/posts",
                                         R"({"topicId":")" + topic + R"(","content":"et encore"})");
        refused[i] += made.status != 201;
      }
    });
  for (auto& each : writing)
    each.join();
  for (std::size_t i = 0; i < people.size(); ++i) {
    CHECK(refused[i] == 0);
    CHECK(people[i].get("/api/notifications?limit=100").json_at("").size() == 3 * replies);
  }
}
