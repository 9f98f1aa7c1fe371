#include "tests/contracts/native_support.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

using namespace stoa::testing;

namespace {

/// A group of Marie's with one whiteboard of this data.
struct drawn_on {
  explicit drawn_on(const std::string& data) : group(new_group()) {
    const auto made = as("marie").post("/api/study-groups/" + group + "/whiteboards",
                                       R"({"title":"Plan","data":)" + data + "}");
    INFO(made.body);
    REQUIRE(made.status == 201);
    id = made.at("id");
  }
  [[nodiscard]] std::string listed() const {
    return as("marie").get("/api/study-groups/" + group + "/whiteboards").at("0.data");
  }
  std::string group;
  std::string id;
};

/// What the native socket answers to an operation of Marie's: `ack`, or the code of its refusal.
std::string draw(const std::string& board, const std::string& operation) {
  static const auto marie = stoa::test::demo_user("user-marie");
  static int number = 0;
  const auto key = "op-" + std::to_string(++number);
  stoa::test::native_socket socket{marie};
  socket.say(R"({"type":"op","stream":"board:)" + board + R"(","key":")" + key + R"(","data":)" +
             operation + "}");
  const auto told = socket.until([&](const stoa::json_value& said) {
    return said["type"].as_string() == "ack" || said["type"].as_string() == "refused";
  });
  return text_at(told, "type") == "ack" ? "ack" : text_at(told, "code");
}

constexpr auto set_a = R"({"op":"set","id":"a","value":{"x":1}})";

}  // namespace

TEST_CASE("a drawing of another shape takes no operations and stays as it is", "[db][net]") {
  for (const std::string data :
       {"[1,2]", R"("words")", R"({"elements":[{"id":1}]})", R"({"elements":7})"}) {
    const drawn_on board{data};
    const auto before = board.listed();
    CHECK(draw(board.id, set_a) == "conflict");
    CHECK(draw(board.id, R"({"op":"clear"})") == "conflict");
    CHECK(board.listed() == before);
  }
  // One that becomes of that shape takes none any more, one that ceases to be takes some.
  const drawn_on board{"{}"};
  CHECK(draw(board.id, set_a) == "ack");
  REQUIRE(as("marie").put("/api/whiteboards/" + board.id, R"({"data":[1]})").status == 200);
  CHECK(draw(board.id, set_a) == "conflict");
  REQUIRE(as("marie").put("/api/whiteboards/" + board.id, R"({"data":{"b":1}})").status == 200);
  CHECK(draw(board.id, set_a) == "ack");
  CHECK(board.listed() == R"({"b":1,"elements":{"a":{"x":1}}})");
}

TEST_CASE("an empty set of elements is kept", "[db][net]") {
  const drawn_on board{R"({"elements":{}})"};
  CHECK(board.listed() == R"({"elements":{}})");
  CHECK(draw(board.id, set_a) == "ack");
  CHECK(draw(board.id, R"({"op":"remove","id":"a"})") == "ack");
  CHECK(as("marie")
            .patch("/api/study-groups/whiteboards/" + board.id, R"({"title":"x","data":{}})")
            .status == 200);
  CHECK(board.listed() == "{}");
}

TEST_CASE("lists and changes of whiteboards see what was drawn a moment ago", "[db][net]") {
  const drawn_on board{R"({"paper":"blue"})"};
  CHECK(draw(board.id, set_a) == "ack");
  CHECK(board.listed() == R"({"paper":"blue","elements":{"a":{"x":1}}})");
  CHECK(draw(board.id, R"({"op":"set","id":"b","value":2})") == "ack");
  CHECK(as("manager")
            .get("/api/study-groups/" + board.group + "/whiteboards")
            .at("0.data.elements.b") == "2");
  // A new title leaves the drawing alone.
  const auto drawn = board.listed();
  const auto renamed = as("marie").patch("/api/study-groups/whiteboards/" + board.id,
                                         R"({"title":"Plan 2","data":)" + drawn + "}");
  CHECK(renamed.at("data.elements.b") == "2");
  CHECK(board.listed() == drawn);
}

TEST_CASE("a whiteboard holds two mebibytes of drawing", "[db][net]") {
  const drawn_on board{"{}"};
  const auto largest = R"({"data":")" + std::string(2 * 1024 * 1024 - 2, 'x') + R"("})";
  CHECK(as("marie").put("/api/whiteboards/" + board.id, largest).status == 200);
  const auto more = R"({"data":")" + std::string(2 * 1024 * 1024 - 1, 'x') + R"("})";
  CHECK(as("marie").put("/api/whiteboards/" + board.id, more).status == 413);
}

TEST_CASE("a large drawing that was saved is told to the group", "[db][net]") {
  const drawn_on board{"{}"};
  ws_client socket{as("marie"), "/ws"};
  socket.say(R"({"type":"join_group","studyGroupId":")" + board.group + R"("})");
  socket.say(R"({"type":"ping"})");
  CHECK(text_at(socket.heard("pong"), "type") == "pong");
  const std::string large(900'000, 'x');
  REQUIRE(
      as("marie").put("/api/whiteboards/" + board.id, R"({"data":")" + large + R"("})").status ==
      200);
  const auto told = socket.heard("whiteboard_update");
  CHECK(text_at(told, "whiteboardId") == board.id);
  CHECK(text_at(told, "data").size() == large.size());
}

TEST_CASE("what happens on a board names the room, and is a drawing", "[db][net]") {
  const drawn_on board{"{}"};
  ws_client socket{as("marie"), "/ws/collaboration"};
  socket.say(join_room_frame("one", "whiteboard", board.id));
  CHECK(text_at(socket.heard("room_joined"), "roomId") == "one");
  socket.say(join_room_frame("two", "whiteboard", board.id));
  CHECK(text_at(socket.heard("room_joined"), "roomId") == "two");
  REQUIRE(as("marie").put("/api/whiteboards/" + board.id, R"({"data":{"a":1}})").status == 200);
  const auto first = socket.heard("whiteboard_update");
  const auto second = socket.heard("whiteboard_update");
  CHECK(text_at(first, "data.drawData.a") == "1");
  CHECK(text_at(second, "data.drawData.a") == "1");
  CHECK(text_at(first, "roomId") + text_at(second, "roomId") ==
        (text_at(first, "roomId") == "one" ? "onetwo" : "twoone"));

  // Coming twice is hearing once.
  socket.say(join_room_frame("two", "whiteboard", board.id));
  CHECK(text_at(socket.heard("room_joined"), "roomId") == "two");
  socket.say(R"({"type":"leave_room","roomId":"one","data":{}})");
  CHECK(draw(board.id, set_a) == "ack");
  const auto drawn = socket.heard();
  CHECK(text_at(drawn, "type") == "whiteboard_update");
  CHECK(text_at(drawn, "roomId") == "two");
  CHECK(text_at(drawn, "data.drawData") == R"({"a":1,"elements":{"a":{"x":1}}})");
  CHECK(text_at(drawn, "data.userId") == "user-marie");
  CHECK(text_at(drawn, "data.timestamp").ends_with("Z"));
  socket.say(R"({"type":"chat_message","roomId":"one","data":{"message":"?"}})");
  CHECK(text_at(socket.heard(), "data.error") == "Not in room");
}

TEST_CASE("a platform administrator meets the people of the group's establishment", "[db][net]") {
  const drawn_on board{"{}"};
  ws_client marie{as("marie"), "/ws/collaboration"};
  marie.say(join_room_frame("s", "studygroup", board.group));
  CHECK(text_at(marie.heard("room_joined"), "roomId") == "s");
  ws_client above{as("superadmin"), "/ws/collaboration"};
  above.say(join_room_frame("s", "studygroup", board.group));
  CHECK(above.heard("room_joined").root()["data"]["participants"].size() == 2);
  CHECK(text_at(marie.heard("user_joined"), "data.totalParticipants") == "2");
  marie.say(join_room_frame("w", "whiteboard", board.id));
  CHECK(text_at(marie.heard("room_joined"), "roomId") == "w");
  above.say(join_room_frame("w", "whiteboard", board.id));
  CHECK(above.heard("room_joined").root()["data"]["participants"].size() == 2);
}

TEST_CASE("a cursor that moves fast is seen where it stops", "[db][net]") {
  ws_client marie{as("marie"), "/ws/collaboration"};
  ws_client sophie{as("sophie"), "/ws/collaboration"};
  for (auto* each : {&marie, &sophie}) {
    each->say(join_room_frame("fast", "general", ""));
    CHECK(text_at(each->heard("room_joined"), "roomId") == "fast");
  }
  for (int i = 1; i <= 80; ++i)
    sophie.say(R"({"type":"cursor_move","roomId":"fast","data":{"position":{"x":)" +
               std::to_string(i) + "}}}");
  int heard = 0;
  std::string last;
  while (last != "80") {
    last = text_at(marie.heard("cursor_update"), "data.position.x");
    ++heard;
  }
  CHECK(heard < 80);

  const auto group = new_group();
  REQUIRE(as("sophie").post("/api/study-groups/" + group + "/join").status == 201);
  ws_client reader{as("marie"), "/ws"};
  ws_client mover{as("sophie"), "/ws"};
  for (auto* each : {&reader, &mover}) {
    each->say(R"({"type":"join_group","studyGroupId":")" + group + R"("})");
    each->say(R"({"type":"ping"})");
    CHECK(text_at(each->heard("pong"), "type") == "pong");
  }
  for (int i = 1; i <= 80; ++i)
    mover.say(R"({"type":"cursor_position","position":{"x":)" + std::to_string(i) + "}}");
  for (last.clear(); last != "80";)
    last = text_at(reader.heard("cursor_position"), "position.x");
}
