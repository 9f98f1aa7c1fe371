#include "schema/ids.hpp"
#include "tests/contracts/native_support.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace stoa;
using namespace stoa::test;

namespace {

std::string text_or_nothing(const json& from, std::string_view name) {
  return std::string{from.root()[name].as_string().value_or("")};
}

/// A room with one message, and a socket of its author.
struct wishes_scene {
  native_user sophie = demo_user("user-sophie");
  std::string room = fresh_room(sophie, R"(["user-lucas"])");
  std::string address = "/api/v1/rooms/" + room;
  std::string message = post(R"({"text":"Bonjour"})").text("id");
  native_socket socket{sophie};
  std::size_t keys = 0;

  native_answer post(const std::string& body) const {
    auto out = sophie.post(address + "/messages", body);
    INFO(out.body);
    REQUIRE(out.status == 201);
    return out;
  }
  /// Says one wish, under a fresh key.
  void wish(const std::string& type, const std::string& more) {
    const auto about = type == "post" ? "" : R"("message":")" + message + "\",";
    socket.say(R"({"type":")" + type + R"(","stream":"room:)" + room + R"(","key":")" + room +
               std::to_string(++keys) + "\"," + about + more + "}");
  }
  /// The numbers under which these many wishes are saved, in the order in which they were said.
  std::vector<std::int64_t> acks(std::size_t count) {
    std::map<std::string, std::int64_t> found;
    while (found.size() < count) {
      const auto next = socket.next("ack");
      found[text_or_nothing(next, "key")] = next.root()["seq"].as_int64().value_or(-1);
    }
    std::vector<std::int64_t> out;
    for (auto i = keys - count + 1; i <= keys; ++i)
      out.push_back(found.at(room + std::to_string(i)));
    return out;
  }
  /// What is refused next: its `ref`, code and text.
  std::string refused() {
    const auto next = socket.next("refused");
    return text_or_nothing(next, "ref") + ' ' + text_or_nothing(next, "code") + ": " +
           text_or_nothing(next, "message");
  }
  void say(const std::string& type, const std::string& more) const {
    socket.say(R"({"type":")" + type + R"(","stream":"room:)" + room + "\"," + more + "}");
  }
};

}  // namespace

TEST_CASE_METHOD(wishes_scene, "wishes sent back to back are numbered in the order they came",
                 "[db][net]") {
  constexpr int rounds = 20;
  for (int i = 0; i < rounds; ++i) {
    wish("react", R"("emoji":"+")");
    wish("unreact", R"("emoji":"+")");
    wish("edit", R"("text":"A")");
    wish("edit", R"("text":"B")");
    wish("post", R"("text":"et")");
    wish("react", R"("emoji":"!")");
    wish("react", R"("emoji":"!")");  // there already: no event
    wish("unreact", R"("emoji":"!")");
  }
  const auto numbers = acks(rounds * 8);
  const auto first = post(R"({"text":"Fin"})").number("seq") - rounds * 7;
  auto expected = first;
  for (int i = 0; i < rounds; ++i)
    for (int each = 0; each < 8; ++each) {
      INFO("round " << i << ", wish " << each);
      if (each == 6)
        CHECK(numbers[static_cast<std::size_t>(i * 8 + each)] < first);
      else
        CHECK(numbers[static_cast<std::size_t>(i * 8 + each)] == expected++);
    }
  const auto page = sophie.get(address + "/messages?after=0&limit=200");
  std::string text;
  for (auto each : page["events"].items())
    if (each["kind"].as_string() == "edit")
      text = each["data"]["text"].as_string().value_or("");
  CHECK(text == "B");
}

TEST_CASE_METHOD(wishes_scene,
                 "a wish sent again gets the first answer, though it could not be done now",
                 "[db][net]") {
  const auto with = [&](const std::string& key) {
    return "Idempotency-Key: " + room + key + "\r\n";
  };
  const auto one = address + "/messages/" + message;
  auto posted = sophie.call("POST", address + "/messages", R"({"text":"x"})", with("p"));
  auto edited = sophie.call("PATCH", one, R"({"text":"y"})", with("e"));
  auto gone = sophie.call("DELETE", one, {}, with("d"));
  REQUIRE(gone.status == 200);
  post(R"({"text":"z"})");
  REQUIRE(sophie.call("PATCH", address, R"({"archived":true})").status == 200);
  const auto again = sophie.call("POST", address + "/messages", R"({"text":"x"})", with("p"));
  CHECK(again.status == 201);
  CHECK(again.number("seq") == posted.number("seq"));
  CHECK(sophie.call("PATCH", one, R"({"text":"y"})", with("e")).number("seq") ==
        edited.number("seq"));
  CHECK(sophie.call("DELETE", one, {}, with("d")).number("seq") == gone.number("seq"));
  CHECK(sophie.call("DELETE", one, {}, with("new")).status == 409);
  wish("react", R"("emoji":"+")");
  CHECK(refused().find(" not_found: ") != std::string::npos);
}

TEST_CASE_METHOD(wishes_scene, "what makes no sense is refused by its name", "[db][net]") {
  const auto answer_to = [&](const std::string& body) {
    auto out = sophie.post(address + "/messages", body);
    CHECK(out.status == 400);
    return out.body;
  };
  const auto names = [](const std::string& text, std::string_view part) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  };
  names(answer_to(R"({"text":"x","replyTo":"nope"})"), "replyTo names no message of this room");
  names(answer_to(R"({"text":"x","thread":"nope"})"), "thread names no message of this room");
  names(answer_to(R"({"text":"x","replyTo":5})"), "replyTo must be text");
  names(answer_to(R"({"text":"x","type":"bogus"})"), "type is text, file, image");
  names(answer_to(R"({"text":"x","type":5})"), "type must be text");
  names(answer_to(R"({"text":"x","metadata":[]})"), "metadata must be an object");
  names(answer_to(R"({"text":"x","key":5})"), "key must be text");
  post(R"({"text":"x","replyTo":")" + message + R"(","thread":")" + message + "\"}");

  say("post", R"("key":5,"ref":"r1","text":"x")");
  CHECK(refused() == "r1 invalid: key must be text");
  say("signal", R"("ref":"r2","kind":"whiteboard_update","data":{})");
  CHECK(refused() == "r2 invalid: only the server says whiteboard_update");
  for (const auto* kind : {"user_left", "user_joined", "read", "presence", "typing"}) {
    say("signal", R"("ref":"r3","kind":")" + std::string{kind} + "\"");
    CHECK(refused() == "r3 invalid: only the server says " + std::string{kind});
  }
  say("signal", R"("ref":"r4","kind":"","data":{})");
  CHECK(refused() == "r4 invalid: kind must be text of 1 to 64 bytes");
  say("signal", R"("ref":"r5","kind":"x","data":[1])");
  CHECK(refused() == "r5 invalid: data must be an object");
  say("post", R"("key":")" + room + R"(k","ref":"r6","text":"x")");
  CHECK(text_or_nothing(socket.next("ack"), "ref") == "r6");
}

TEST_CASE_METHOD(wishes_scene, "each stream of a subscription is answered for itself",
                 "[db][net]") {
  for (const auto* streams : {R"("x")", "[]", "{}", "null"}) {
    socket.say(R"({"type":"subscribe","ref":"s","streams":)" + std::string{streams} + "}");
    CHECK(refused() == "s invalid: streams must be a list of names or of {stream, after}");
  }
  socket.say(R"({"type":"subscribe","ref":"s"})");
  CHECK(refused().starts_with("s invalid: streams"));
  socket.say(R"({"type":"subscribe","streams":[{"stream":"room:)" + room +
             R"(","after":"soon"},5,"room:nowhere","presence"]})");
  CHECK(refused() == "room:" + room + " invalid: after must be a number from 0");
  CHECK(refused() == " not_found: no such stream");
  CHECK(refused() == "room:nowhere not_found: no such room");
  CHECK(text_or_nothing(socket.next("subscribed"), "stream") == "presence");
}

TEST_CASE_METHOD(wishes_scene, "a room keeps an admin, and a group its creator", "[db][net]") {
  const auto sophie_in = address + "/members/user-sophie";
  CHECK(sophie.call("DELETE", sophie_in).status == 409);
  CHECK(sophie.call("PATCH", sophie_in, R"({"role":"member"})").status == 409);
  CHECK(sophie.call("PATCH", address + "/members/user-lucas", R"({"role":"admin"})").status == 200);
  CHECK(sophie.call("DELETE", sophie_in).status == 200);

  const auto marie = demo_user("user-marie");
  const auto group = marie.post("/api/study-groups", R"({"name":"Club"})").text("id");
  const auto marie_in = "/api/v1/rooms/" + group + "/members/user-marie";
  const auto stays = marie.call("DELETE", marie_in);
  CHECK(stays.status == 409);
  CHECK(stays.body.find("the creator cannot leave the group") != std::string::npos);
  CHECK(marie.call("PATCH", marie_in, R"({"role":"member"})").status == 409);
}

TEST_CASE("a group's update tells what changed and nothing else", "[db][net]") {
  const auto marie = demo_user("user-marie");
  const auto group =
      marie.post("/api/study-groups", R"({"name":"Club","maxMembers":20,"isPublic":false})")
          .text("id");
  native_socket socket{marie};
  socket.say(R"({"type":"subscribe","streams":["group:)" + group + R"("]})");
  (void)socket.next("subscribed");
  REQUIRE(
      marie.call("PUT", "/api/study-groups/" + group, R"({"description":"only this"})").status ==
      200);
  const auto told = socket.next("event");
  CHECK(text_or_nothing(told, "kind") == "update");
  CHECK(told.root()["data"].text() == R"({"description":"only this"})");
}

TEST_CASE("operations on boards and messages may be four times as large as other frames",
          "[db][net]") {
  const auto group = stoa::testing::new_group();
  const auto made = stoa::testing::as("marie").post("/api/study-groups/" + group + "/whiteboards",
                                                    R"({"title":"Plan"})");
  REQUIRE(made.status == 201);
  raw_client wire{native_node().sites().at(0).port};
  REQUIRE(wire.upgrade("/realtime",
                       "Sec-WebSocket-Protocol: stoa.v1\r\n" + demo_user("user-marie").cookie())
              .status == 101);
  const auto answers = [&](const std::string& to) {
    wire.send_text(to);
    for (auto next = wire.read_frame();; next = wire.read_frame())
      if (next.opcode == 8)
        return std::to_string(next.code());
      else if (next.payload.find("\"ack\"") != std::string::npos)
        return std::string{"ack"};
      else if (next.opcode < 0 || next.payload.find("\"refused\"") != std::string::npos)
        return next.payload;
  };
  const auto op = [&](std::size_t bytes) {
    return R"({"type":"op","stream":"board:)" + made.at("id") + R"(","key":")" + fresh_uuid() +
           R"(","data":{"op":"set","id":"a","value":")" + std::string(bytes, 'x') + R"("}})";
  };
  CHECK(answers(op(250'000)) == "ack");
  CHECK(answers(R"({"type":"post","stream":"room:)" + group + R"(","key":")" + fresh_uuid() +
                R"(","text":"x","metadata":{"a":")" + std::string(65'000, 'x') + R"("}})") ==
        "ack");
  SECTION("above that the socket closes") {
    CHECK(answers(op(262'144)) == "1009");
  }
  SECTION("what has no reason to be large stays small") {
    CHECK(answers(R"({"type":"signal","stream":"room:)" + group +
                  R"(","kind":"cursor","data":{"a":")" + std::string(65'536, 'x') + R"("}})") ==
          "1009");
  }
}
