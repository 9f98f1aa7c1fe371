#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <memory>

using namespace stoa::testing;

namespace {

std::string join_group_frame(const std::string& group) {
  return R"({"type":"join_group","studyGroupId":")" + group + R"(","userId":"current_user_id"})";
}

}  // namespace

TEST_CASE("a socket needs a session, an origin of ours and a known path", "[db][net]") {
  CHECK(ws_client{stacgate_visitor(), "/ws"}.status() == 401);
  CHECK(ws_client{stacgate_visitor(), "/ws/collaboration?userId=user-jean"}.status() == 401);
  CHECK(ws_client{as("sophie"), "/ws/else"}.status() == 400);
  CHECK(ws_client{as("sophie"), "/ws", {{"Origin", "http://evil.example"}}}.status() == 403);
  ws_client socket{as("sophie"), "/ws?userId=user-jean"};
  REQUIRE(socket.status() == 101);
  const auto hello = socket.heard();
  CHECK(text_at(hello, "type") == "connected");
  CHECK(text_at(hello, "message") == "WebSocket connected successfully");
  CHECK(text_at(hello, "timestamp").ends_with("Z"));
  socket.say(R"({"type":"ping"})");
  CHECK(text_at(socket.heard(), "type") == "pong");
}

TEST_CASE("a message is on the socket before its 201", "[db][net]") {
  const auto group = new_group();
  const auto where = "/api/study-groups/" + group;
  REQUIRE(as("sophie").post(where + "/join").status == 201);
  ws_client socket{as("marie"), "/ws"};
  CHECK(text_at(socket.heard(), "type") == "connected");
  socket.say(join_group_frame(group));
  socket.say(R"({"type":"ping"})");  // frames are handled in order: the group is joined by now
  CHECK(text_at(socket.heard(), "type") == "pong");
  for (int i = 0; i < 20; ++i) {
    const auto said = as("marie").post(where + "/messages", R"({"content":"Salut"})");
    CHECK(socket.has_something());
    REQUIRE(said.status == 201);
    const auto told = socket.heard();
    CHECK(text_at(told, "type") == "new_message");
    CHECK(text_at(told, "studyGroupId") == group);
    CHECK(text_at(told, "message.id") == said.at("id"));
    CHECK(text_at(told, "message.content") == "Salut");
    CHECK(text_at(told, "message.sender.firstName") == "Marie");
    CHECK(text_at(told, "message.createdAt") == said.at("createdAt"));
  }
}

TEST_CASE("groups tell who comes, types, draws and goes", "[db][net]") {
  const auto group = new_group();
  REQUIRE(as("sophie").post("/api/study-groups/" + group + "/join").status == 201);
  ws_client marie{as("marie"), "/ws"};
  marie.say(join_group_frame(group));
  marie.say(R"({"type":"ping"})");
  CHECK(text_at(marie.heard("pong"), "type") == "pong");
  auto sophie = std::make_unique<ws_client>(as("sophie"), "/ws");
  sophie->say(join_group_frame(group));
  const auto came = marie.heard();
  CHECK(text_at(came, "type") == "user_joined");
  CHECK(text_at(came, "userId") == "user-sophie");
  CHECK(text_at(came, "studyGroupId") == group);
  // The identity is the session's, whatever the frame says.
  const auto in_group = R"("studyGroupId":")" + group + R"(","userId":"user-jean")";
  sophie->say(R"({"type":"typing","isTyping":true,)" + in_group + "}");
  const auto typing = marie.heard();
  CHECK(text_at(typing, "type") == "user_typing");
  CHECK(text_at(typing, "isTyping") == "true");
  CHECK(text_at(typing, "userId") == "user-sophie");
  sophie->say(R"({"type":"whiteboard_stroke","stroke":{"type":"new_message"},)" + in_group + "}");
  const auto stroke = marie.heard();
  CHECK(text_at(stroke, "type") == "whiteboard_stroke");
  CHECK(text_at(stroke, "stroke.type") == "new_message");
  sophie->say(R"({"type":"cursor_position","position":{"x":1},)" + in_group + "}");
  CHECK(text_at(marie.heard(), "position.x") == "1");
  sophie = nullptr;
  const auto silent = marie.heard();
  CHECK(text_at(silent, "type") == "user_typing");
  CHECK(text_at(silent, "isTyping") == "false");
  const auto went = marie.heard();
  CHECK(text_at(went, "type") == "user_left");
  CHECK(text_at(went, "userId") == "user-sophie");
}

TEST_CASE("saved boards are told to the group", "[db][net]") {
  const auto group = new_group();
  const auto board =
      as("marie").post("/api/study-groups/" + group + "/whiteboards", R"({"title":"x"})").at("id");
  ws_client socket{as("marie"), "/ws"};
  ws_client beside{as("marie"), "/ws/collaboration"};
  socket.say(join_group_frame(group));
  beside.say(join_room_frame("b1", "whiteboard", board));
  CHECK(text_at(beside.heard("room_joined"), "data.resourceId") == board);
  socket.say(R"({"type":"ping"})");
  CHECK(text_at(socket.heard("pong"), "type") == "pong");
  REQUIRE(as("marie").put("/api/whiteboards/" + board, R"({"data":{"a":1}})").status == 200);
  const auto told = socket.heard();
  CHECK(text_at(told, "type") == "whiteboard_update");
  CHECK(text_at(told, "whiteboardId") == board);
  CHECK(text_at(told, "data.a") == "1");
  CHECK(text_at(told, "updatedBy") == "user-marie");
  const auto drawn = beside.heard();
  CHECK(text_at(drawn, "type") == "whiteboard_update");
  CHECK(text_at(drawn, "data.drawData.a") == "1");
  CHECK(text_at(drawn, "data.userId") == "user-marie");
}

TEST_CASE("a group is joined by its members only", "[db][net]") {
  const auto group = new_group();
  const auto refused = [&](std::string_view who) {
    ws_client socket{as(who), "/ws"};
    socket.say(join_group_frame(group));
    const auto told = socket.heard("error");
    CHECK(text_at(told, "error") == text_at(told, "message"));
    return text_at(told, "error");
  };
  CHECK(refused("sophie") == "Access denied - not a group member");  // although it is public
  CHECK(refused("claire") == "Study group not found");
  ws_client socket{as("sophie"), "/ws"};
  socket.say(R"({"type":"typing","studyGroupId":")" + group + R"(","isTyping":true})");
  CHECK(text_at(socket.heard("error"), "error") == "Join the group first");
  socket.say("no JSON");
  CHECK(text_at(socket.heard(), "error") == "Invalid message format");
  socket.say(R"({"type":"dance"})");
  socket.say(R"({"type":"ping"})");
  CHECK(text_at(socket.heard(), "type") == "pong");
}

TEST_CASE("who is taken out of a group hears no more of it", "[db][net]") {
  const auto group = new_group();
  const auto where = "/api/study-groups/" + group;
  REQUIRE(as("lucas").post(where + "/join").status == 201);
  ws_client socket{as("lucas"), "/ws"};
  socket.say(join_group_frame(group));
  socket.say(R"({"type":"ping"})");
  CHECK(text_at(socket.heard("pong"), "type") == "pong");
  REQUIRE(as("marie").remove(where + "/members/user-lucas").status == 200);
  CHECK(text_at(socket.heard(), "type") == "error");
  REQUIRE(as("marie").post(where + "/messages", R"({"content":"Entre nous"})").status == 201);
  socket.say(R"({"type":"ping"})");
  CHECK(text_at(socket.heard(), "type") == "pong");
  socket.say(join_group_frame(group));
  CHECK(text_at(socket.heard(), "error") == "Access denied - not a group member");
}

TEST_CASE("notifications come to the open sockets of their user", "[db][net]") {
  auto person = newcomer("notified");
  const auto id = person.get("/api/auth/user").at("id");
  ws_client socket{person, "/ws"};
  socket.say(R"({"type":"ping"})");
  CHECK(text_at(socket.heard("pong"), "type") == "pong");
  const auto sent =
      as("manager").post("/api/notifications/bulk",
                         R"({"notifications":[{"userId":")" + id +
                             R"(","type":"system_update","title":"Titre","message":"Texte"}]})");
  REQUIRE(sent.status == 201);
  const auto told = socket.heard();
  CHECK(text_at(told, "type") == "notification");
  CHECK(text_at(told, "notification.id") == sent.at("0.id"));
  CHECK(text_at(told, "notification.title") == "Titre");
}

TEST_CASE("signing out closes the sockets", "[db][net]") {
  auto client = fresh_session("lucas");
  ws_client socket{client, "/ws/collaboration"};
  CHECK(text_at(socket.heard(), "type") == "connected");
  REQUIRE(client.post("/api/auth/logout").status == 200);
  CHECK_FALSE(socket.hear());
  CHECK(socket.close_code() == 4401);
}

TEST_CASE("collaboration rooms share what passes", "[db][net]") {
  ws_client marie{as("marie"), "/ws/collaboration?userId=user-jean&userRole=super_admin"};
  const auto hello = marie.heard();
  CHECK(text_at(hello, "data.user.id") == "user-marie");
  CHECK(text_at(hello, "data.user.name") == "Marie Formatrice");
  CHECK(text_at(hello, "data.user.role") == "formateur");
  CHECK(text_at(hello, "data.sessionId").starts_with("session_"));
  marie.say(join_room_frame("r1", "general", ""));
  const auto room = marie.heard();
  CHECK(text_at(room, "type") == "room_joined");
  CHECK(text_at(room, "data.roomId") == "r1");
  CHECK(room.root()["data"]["participants"].size() == 1);

  auto sophie = std::make_unique<ws_client>(as("sophie"), "/ws/collaboration");
  ws_client twin{as("sophie"), "/ws/collaboration"};
  sophie->say(join_room_frame("r1", "general", ""));
  CHECK(sophie->heard("room_joined").root()["data"]["participants"].size() == 2);
  const auto came = marie.heard();
  CHECK(text_at(came, "type") == "user_joined");
  CHECK(text_at(came, "data.user.name") == "Sophie Étudiante");
  CHECK(text_at(came, "data.totalParticipants") == "2");
  twin.say(join_room_frame("r1", "general", ""));
  CHECK(twin.heard("room_joined").root()["data"]["participants"].size() == 2);

  struct {
    const char* said;
    const char* heard;
  } const relays[] = {
      {R"({"type":"cursor_move","roomId":"r1","data":{"position":{"x":1}}})", "cursor_update"},
      {R"({"type":"text_change","roomId":"r1","data":{"operation":{},"content":"x"}})",
       "content_update"},
      {R"({"type":"whiteboard_draw","roomId":"r1","data":{"drawData":[1]}})", "whiteboard_update"},
      {R"({"type":"chat_message","roomId":"r1","data":{"message":"Salut"}})", "chat_message"},
      {R"({"type":"typing_indicator","roomId":"r1","data":{"isTyping":true}})", "typing_update"},
  };
  for (const auto& each : relays) {
    sophie->say(each.said);
    const auto told = marie.heard();  // no user_joined for the second connection in between
    CHECK(text_at(told, "type") == each.heard);
    CHECK(text_at(told, "data.userId") == "user-sophie");
    CHECK(text_at(told, "data.userName") == "Sophie Étudiante");
    CHECK(text_at(told, "data.timestamp").ends_with("Z"));
    CHECK(text_at(twin.heard(), "type") == each.heard);
  }
  sophie = nullptr;  // her other connection is still there
  twin.say(R"({"type":"leave_room","roomId":"r1","data":{}})");
  const auto went = marie.heard();
  CHECK(text_at(went, "type") == "user_left");
  CHECK(text_at(went, "data.totalParticipants") == "1");
  twin.say(R"({"type":"chat_message","roomId":"r1","data":{"message":"?"}})");
  CHECK(text_at(twin.heard(), "data.error") == "Not in room");
}

TEST_CASE("collaboration rooms are kept apart", "[db][net]") {
  const auto group = new_group();
  const auto refused = [](std::string_view who, const std::string& wish) {
    ws_client socket{as(who), "/ws/collaboration"};
    socket.say(wish);
    return text_at(socket.heard("error"), "data.error");
  };
  CHECK(refused("sophie", join_room_frame("g", "studygroup", group)) ==
        "Access denied - not a group member");
  CHECK(refused("claire", join_room_frame("g", "studygroup", group)) == "Study group not found");
  CHECK(refused("sophie", join_room_frame("g", "nonsense", group)) == "Invalid message format");
  CHECK(refused("sophie", join_room_frame("g", "course", "c")) == "Access denied");
  CHECK(refused("sophie", join_room_frame("w", "whiteboard", "none")) == "Whiteboard not found");
  CHECK(refused("sophie", R"({"type":"join_room"})") == "Invalid message format");
  CHECK(refused("sophie", "[]") == "Invalid message format");
  CHECK(refused("sophie", R"({"type":"cursor_move","roomId":"g","data":{"position":1}})") ==
        "Not in room");

  // The same name in two establishments is two rooms, and a room is about one thing.
  ws_client marie{as("marie"), "/ws/collaboration"};
  ws_client claire{as("claire"), "/ws/collaboration"};
  marie.say(join_room_frame("same", "studygroup", group));
  CHECK(text_at(marie.heard("room_joined"), "data.roomType") == "studygroup");
  claire.say(join_room_frame("same", "general", ""));
  CHECK(claire.heard("room_joined").root()["data"]["participants"].size() == 1);
  CHECK(refused("manager", join_room_frame("same", "general", "")) ==
        "the room is about something else");
  marie.say(join_room_frame("same", "studygroup", group));  // again: told again, nobody else is
  CHECK(marie.heard("room_joined").root()["data"]["participants"].size() == 1);
}

TEST_CASE("a user has ten sockets, and a socket has its pace", "[db][net]") {
  auto client = newcomer("socketeer");
  std::vector<std::unique_ptr<ws_client>> open;
  for (int i = 0; i < 10; ++i) {
    open.push_back(std::make_unique<ws_client>(client, "/ws"));
    CHECK(text_at(open.back()->heard(), "type") == "connected");
  }
  ws_client one_more{client, "/ws"};
  CHECK(text_at(one_more.heard(), "type") == "error");
  CHECK_FALSE(one_more.hear());
  CHECK(one_more.close_code() == 1008);

  auto& hasty = *open.front();
  for (int i = 0; i < 400; ++i)
    hasty.say(R"({"type":"dance"})");
  while (hasty.hear()) {
  }
  CHECK(hasty.close_code() == 1008);
}
