#include "schema/ids.hpp"
#include "tests/contracts/native_support.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace stoa;
using namespace stoa::test;
using namespace stoa::testing;

namespace {

/// A public group of Marie's with one whiteboard, and these members.
struct shared_group {
  explicit shared_group(std::initializer_list<const char*> members) : id(new_group()) {
    const auto where = "/api/study-groups/" + id;
    const auto made = as("marie").post(where + "/whiteboards", R"({"title":"Plan"})");
    REQUIRE(made.status == 201);
    board = made.at("id");
    for (const auto* each : members)
      REQUIRE(as(each).post(where + "/join").status == 201);
  }
  [[nodiscard]] std::string streams() const {
    return R"(["room:)" + id + R"(","group:)" + id + R"(","board:)" + board + R"("])";
  }
  /// Marie says something in the room, changes the group and draws on the board.
  void stir() const {
    const auto marie = demo_user("user-marie");
    REQUIRE(marie.post("/api/v1/rooms/" + id + "/messages", R"({"text":"secret"})").status == 201);
    REQUIRE(as("marie").put("/api/study-groups/" + id, R"({"description":"secret"})").status ==
            200);
    native_socket drawing{marie};
    drawing.say(R"({"type":"op","stream":"board:)" + board + R"(","key":")" + fresh_uuid() +
                R"(","data":{"op":"set","id":"a","value":"secret"}})");
    (void)drawing.next("ack");
  }
  std::string id;
  std::string board;
};

/// What a socket has heard, one word a frame: `gap`, or the kind of an event.
using strings = std::vector<std::string>;
strings heard_by(native_socket& who) {
  static int number = 0;
  const auto mark = "mark-" + std::to_string(++number);
  who.say(R"({"type":"ping","ref":")" + mark + R"("})");
  strings out;
  (void)who.until([&](const json_value& said) {
    const auto type = said["type"].as_string().value_or("");
    if (type == "event")
      out.emplace_back(said["kind"].as_string().value_or(""));
    else if (type == "gap")
      out.emplace_back(type);
    return type == "pong" && said["ref"].as_string() == mark;
  });
  return out;
}

void subscribe(native_socket& who, const shared_group& to) {
  who.say(R"({"type":"subscribe","streams":)" + to.streams() + "}");
  for (int i = 0; i < 3; ++i)
    (void)who.next("subscribed");
}

}  // namespace

TEST_CASE("who was taken out of a group hears nothing of it any more, others do", "[db][net]") {
  const shared_group group{"sophie", "lucas"};
  REQUIRE(as("marie").put("/api/study-groups/" + group.id, R"({"isPublic":false})").status == 200);
  native_socket sophie{demo_user("user-sophie")};
  native_socket lucas{demo_user("user-lucas")};
  subscribe(sophie, group);
  subscribe(lucas, group);
  group.stir();
  CHECK(heard_by(lucas) == strings{"message", "update", "op"});
  CHECK(heard_by(sophie) == strings{"message", "update", "op"});

  const auto marie = demo_user("user-marie");
  REQUIRE(marie.call("DELETE", "/api/v1/rooms/" + group.id + "/members/user-lucas").status == 200);
  group.stir();
  const auto heard = heard_by(lucas);
  CHECK(std::count(heard.begin(), heard.end(), "gap") == 3);
  CHECK(std::count(heard.begin(), heard.end(), "leave") == 1);
  CHECK(heard.size() == 4);
  CHECK(heard_by(sophie) == strings{"leave", "message", "update", "op"});

  // Coming back is being asked again.
  lucas.say(R"({"type":"subscribe","streams":["board:)" + group.board + R"("]})");
  CHECK(lucas.next("refused")->find("code")->as_string() == "forbidden");
  lucas.say(R"({"type":"subscribe","streams":["group:)" + group.id + R"("]})");
  CHECK(lucas.next("refused")->find("code")->as_string() == "forbidden");
}

TEST_CASE("who left by himself hears nothing more over an event stream", "[db][net]") {
  const shared_group group{"sophie", "lucas"};
  const auto lucas = demo_user("user-lucas");
  const auto own = fresh_room(lucas);
  raw_client wire{native_node().sites().at(0).port};
  wire.send("GET /events?stream=board:" + group.board + "&stream=room:" + group.id +
            "&stream=room:" + own + " HTTP/1.1\r\nHost: here\r\n" + lucas.cookie() + "\r\n");
  for (int i = 0; i < 3; ++i)
    (void)wire.read_through("event: subscribed\n");
  REQUIRE(lucas.call("DELETE", "/api/v1/rooms/" + group.id + "/members/user-lucas").status == 200);
  for (int i = 0; i < 2; ++i)
    (void)wire.read_through("event: gap\n");
  group.stir();
  // What comes next on the same connection says that nothing came before it.
  REQUIRE(lucas.post("/api/v1/rooms/" + own + "/messages", R"({"text":"still here"})").status ==
          201);
  CHECK(wire.read_through("still here").find("secret") == std::string::npos);
  CHECK(lucas.get("/events?stream=board:" + group.board).status == 403);
}

TEST_CASE("a stream that says gap says nothing after it", "[db][net]") {
  const shared_group group{"sophie", "lucas"};
  const auto lucas = demo_user("user-lucas");
  raw_client wire{native_node().sites().at(0).port};
  wire.send("GET /events?stream=room:" + group.id + " HTTP/1.1\r\nHost: here\r\n" + lucas.cookie() +
            "\r\n");
  (void)wire.read_through("event: subscribed\n");
  REQUIRE(lucas.call("DELETE", "/api/v1/rooms/" + group.id + "/members/user-lucas").status == 200);
  // His own leaving is the last that he hears of it.
  CHECK(wire.read_through("event: gap\n").find(R"("kind":"leave")") != std::string::npos);
}

TEST_CASE("a group that becomes private lets go of those who only looked on", "[db][net]") {
  const shared_group group{"sophie"};
  native_socket sophie{demo_user("user-sophie")};
  native_socket paul{demo_user("user-paul")};
  sophie.say(R"({"type":"subscribe","streams":["room:)" + group.id + R"(","group:)" + group.id +
             R"("]})");
  paul.say(R"({"type":"subscribe","streams":["room:)" + group.id + R"(","group:)" + group.id +
           R"("]})");
  for (int i = 0; i < 2; ++i) {
    (void)sophie.next("subscribed");
    (void)paul.next("subscribed");
  }
  REQUIRE(as("marie").put("/api/study-groups/" + group.id, R"({"isPublic":false})").status == 200);
  group.stir();
  auto heard = heard_by(paul);
  std::sort(heard.begin(), heard.end());
  CHECK(heard == strings{"gap", "gap", "update"});  // that it became private
  CHECK(heard_by(sophie) == strings{"update", "message", "update"});
  const auto paul_now = demo_user("user-paul");
  CHECK(paul_now.get("/api/v1/rooms/" + group.id + "/messages").status == 403);
  CHECK(paul_now.get("/events?stream=group:" + group.id).status == 403);
  REQUIRE(as("marie").put("/api/study-groups/" + group.id, R"({"isPublic":true})").status == 200);
  CHECK(paul_now.get("/api/v1/rooms/" + group.id + "/messages").status == 200);
}

TEST_CASE("whose account is closed or moved hears nothing from then on", "[db][net]") {
  const auto follows = [](const std::string& id, const std::string& room) {
    raw_client wire{native_node().sites().at(0).port};
    REQUIRE(
        wire.upgrade("/realtime", "Sec-WebSocket-Protocol: stoa.v1\r\n" + demo_user(id).cookie())
            .status == 101);
    wire.send_text(R"({"type":"subscribe","streams":["room:)" + room + R"("]})");
    while (wire.read_frame().payload.find("\"subscribed\"") == std::string::npos) {
    }
    return wire;
  };
  const auto sophie = demo_user("user-sophie");
  const auto room = fresh_room(sophie, "[]", true);
  for (const auto* change : {R"({"isActive":false})", R"({"establishmentId":"est-techpro"})"}) {
    auto person = newcomer("leaving" + std::to_string(std::string_view{change}.size()));
    const auto id = person.get("/api/auth/user").at("id");
    auto wire = follows(id, room);
    REQUIRE(as("superadmin").patch("/api/users/" + id, change).status == 200);
    REQUIRE(sophie.post("/api/v1/rooms/" + room + "/messages", R"({"text":"secret"})").status ==
            201);
    std::string heard;
    auto next = wire.read_frame();
    for (; next.opcode == 1; next = wire.read_frame())
      heard += next.payload;
    CHECK(next.opcode == 8);
    CHECK(next.code() == 4401);
    CHECK(heard.find("secret") == std::string::npos);
    // Other tests count the people of that place.
    REQUIRE(as("superadmin")
                .patch("/api/users/" + id, R"({"establishmentId":"est-demo-academy"})")
                .status == 200);
  }
}
