#include "tests/contracts/native_support.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::test;

namespace {

/// The room of that id in somebody's list.
json_value listed(const native_answer& from, const std::string& id) {
  for (auto item : from["rooms"].items())
    if (item["id"].as_string() == id)
      return item;
  return {};
}

std::string say_in(const native_user& who, const std::string& room, const std::string& text) {
  auto done = who.post("/api/v1/rooms/" + room + "/messages", R"({"text":")" + text + "\"}");
  INFO(done.body);
  REQUIRE(done.status == 201);
  return done.text("id");
}

}  // namespace

TEST_CASE("a room is founded, filled, read and archived over REST", "[db][net]") {
  const auto sophie = demo_user("user-sophie");
  const auto lucas = demo_user("user-lucas");
  const auto marie = demo_user("user-marie");
  CHECK(sophie.get("/api/v1/me").text("id") == "user-sophie");

  CHECK(sophie.post("/api/v1/rooms", "{}").status == 400);
  CHECK(sophie.post("/api/v1/rooms", R"({"name":"x","members":["user-claire"]})").status == 400);
  const auto room = fresh_room(sophie, R"(["user-lucas"])");
  const auto address = "/api/v1/rooms/" + room;

  // For outsiders it does not exist, whatever their rank in the same establishment.
  CHECK(marie.get(address).status == 404);
  CHECK(lucas.get(address)["members"].size() == 2);
  CHECK(lucas.post(address + "/members", R"({"user":"user-marie"})").status == 403);
  CHECK(sophie.post(address + "/members", R"({"user":"user-claire"})").status == 404);
  CHECK(sophie.post(address + "/members", R"({"user":"user-marie"})").status == 201);
  CHECK(sophie.post(address + "/members", R"({"user":"user-marie"})").status == 409);
  CHECK(sophie.call("PATCH", address + "/members/user-marie", R"({"role":"moderator"})").status ==
        200);
  CHECK(marie.get(address)["members"].size() == 3);

  say_in(sophie, room, "un");
  say_in(lucas, room, "deux");
  auto rooms = lucas.get("/api/v1/rooms");
  const auto in_list = listed(rooms, room);
  CHECK(in_list["unread"].as_int64() == 1);
  CHECK(in_list["last"].as_int64() == 4);
  CHECK(in_list["role"].as_string() == "member");

  auto page = lucas.get(address + "/messages?limit=2");
  REQUIRE(page["events"].size() == 2);
  CHECK(page.number("last") == 4);
  CHECK(page.text("stream") == "room:" + room);
  CHECK(lucas.get(address + "/messages?after=0")["events"].size() == 4);
  CHECK(lucas.get(address + "/messages?limit=nine").status == 400);

  CHECK(lucas.call("DELETE", address + "/members/user-marie").status == 403);
  CHECK(marie.call("DELETE", address + "/members/user-marie").status == 200);
  CHECK(marie.get(address).status == 404);

  CHECK(lucas.call("PATCH", address, R"({"archived":true})").status == 403);
  CHECK(sophie.call("PATCH", address, R"({"archived":true})").status == 200);
  CHECK(lucas.post(address + "/messages", R"({"text":"trois"})").status == 409);
  CHECK(sophie.call("PATCH", address, R"({"archived":false})").status == 200);
  say_in(lucas, room, "trois");
}

TEST_CASE("a message with a key is one message, and only its author changes it", "[db][net]") {
  const auto sophie = demo_user("user-sophie");
  const auto lucas = demo_user("user-lucas");
  const auto room = fresh_room(sophie, R"(["user-lucas"])");
  const auto address = "/api/v1/rooms/" + room + "/messages";
  const auto key = "Idempotency-Key: " + room + "\r\n";
  auto first = sophie.call("POST", address, R"({"text":"une fois"})", key);
  auto again = sophie.call("POST", address, R"({"text":"une fois"})", key);
  REQUIRE(first.status == 201);
  CHECK(again.status == 201);
  CHECK(first.text("id") == again.text("id"));
  CHECK(first.number("seq") == again.number("seq"));
  CHECK(sophie
            .call("POST", address, R"({"text":"x"})",
                  "Idempotency-Key: " + std::string(129, 'k') + "\r\n")
            .status == 400);

  const auto one = address + "/" + first.text("id");
  CHECK(lucas.call("PATCH", one, R"({"text":"deux"})").status == 403);
  CHECK(sophie.call("PATCH", one, R"({"text":"deux"})").status == 200);
  CHECK(lucas.call("DELETE", one).status == 403);
  CHECK(sophie.call("DELETE", one).status == 200);
  const auto page = lucas.get(address);
  CHECK(page.body.find("une fois") == std::string::npos);
  CHECK(page.body.find("deux") == std::string::npos);
}

TEST_CASE("two people have one direct room, whoever asks and however often", "[db][net]") {
  const auto paul = demo_user("user-paul");
  const auto lucas = demo_user("user-lucas");
  auto first = paul.post("/api/v1/direct", R"({"user":"user-lucas"})");
  auto again = lucas.post("/api/v1/direct", R"({"user":"user-paul"})");
  REQUIRE(first.status == 201);
  CHECK(again.status == 200);
  CHECK(first.text("id") == again.text("id"));
  CHECK(first.text("name") == "Lucas Étudiant");
  CHECK(again.text("name") == "Paul Instructeur");
  auto rooms = paul.get("/api/v1/rooms");
  CHECK(listed(rooms, first.text("id"))["name"].as_string() == "Lucas Étudiant");
  CHECK(demo_user("user-marie").get("/api/v1/rooms/" + first.text("id")).status == 404);
  CHECK(paul.call("DELETE", "/api/v1/rooms/" + first.text("id") + "/members/user-paul").status ==
        409);
  CHECK(paul.post("/api/v1/direct", R"({"user":"user-paul"})").status == 400);
  CHECK(paul.post("/api/v1/direct", R"({"user":"user-claire"})").status == 404);
}

TEST_CASE("search finds words as they are typed, in one's own rooms only", "[db][net]") {
  const auto sophie = demo_user("user-sophie");
  const auto lucas = demo_user("user-lucas");
  const auto marie = demo_user("user-marie");
  const auto room = fresh_room(sophie, R"(["user-lucas"])");
  say_in(sophie, room, "L'éléphant préfère la zébrure turquoise");
  const auto gone = say_in(sophie, room, "zébrure oubliée");
  CHECK(sophie.call("DELETE", "/api/v1/rooms/" + room + "/messages/" + gone).status == 200);

  const std::string everywhere = "/api/v1/search/messages?q=";
  auto found = lucas.get(everywhere + "prefere+zebr");
  INFO(found.body);
  REQUIRE(found["messages"].size() == 1);
  for (auto each : found["messages"].items()) {
    CHECK(each["text"].as_string() == "L'éléphant préfère la zébrure turquoise");
    CHECK(each["stream"].as_string() == "room:" + room);
    CHECK(each["by"]["id"].as_string() == "user-sophie");
  }
  CHECK(marie.get(everywhere + "turquoise")["messages"].size() == 0);
  CHECK(demo_user("user-claire").get(everywhere + "turquoise")["messages"].size() == 0);
  CHECK(lucas.get("/api/v1/rooms/" + room + "/search?q=TURQUOISE")["messages"].size() == 1);
  CHECK(lucas.get("/api/v1/rooms/" + room + "/search?q=turquois+elephant")["messages"].size() == 0);
  CHECK(marie.get("/api/v1/rooms/" + room + "/search?q=turquoise").status == 404);
  say_in(sophie, room, "écrire à jean.dupont@exemple.fr, du C++ en TP1");
  for (const auto* inside : {"dupont", "exemple.fr", "c%2B%2B", "tp+1"}) {
    CAPTURE(inside);
    CHECK(lucas.get(everywhere + inside)["messages"].size() == 1);
  }
  // What looks like an operator is a word.
  CHECK(lucas.get(everywhere + "a%27%29+%7C+%21b%5C").status == 200);
  CHECK(lucas.get(everywhere + "%26+%7C").status == 200);
  CHECK(lucas.get(everywhere).status == 400);
}

TEST_CASE("a page that cannot be meant is refused by name, and so is a text that nobody can see",
          "[db][net]") {
  const auto lucas = demo_user("user-lucas");
  const auto messages = "/api/v1/rooms/" + fresh_room(lucas) + "/messages";
  for (const auto* query : {"?before=5&after=2", "?limit=0"}) {
    INFO(query);
    const auto said = lucas.get(messages + query);
    CHECK(said.status == 400);
    CHECK(said.body.find(query[1] == 'b' ? "before" : "limit") != std::string::npos);
  }
  for (const auto* text : {" ", R"(\n\n)", R"(\u200b)"})
    CHECK(lucas.post(messages, R"({"text":")" + std::string{text} + R"("})").status == 400);
  CHECK(lucas.get(messages + "?limit=1").status == 200);
}
