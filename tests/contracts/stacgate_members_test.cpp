#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <memory>

using namespace stoa::testing;

namespace {

/// A group of Marie's with Sophie and Lucas in it.
struct members_scene {
  std::string group = new_group();
  std::string where = "/api/study-groups/" + group;

  members_scene() {
    for (const auto* who : {"sophie", "lucas"})
      REQUIRE(as(who).post(where + "/join").status == 201);
  }
  std::unique_ptr<ws_client> in_group(std::string_view who) const {
    auto out = std::make_unique<ws_client>(as(who), "/ws");
    out->say(R"({"type":"join_group","studyGroupId":")" + group + R"("})");
    out->say(R"({"type":"ping"})");  // frames are handled in order: the group is joined by now
    CHECK(text_at(out->heard("pong"), "type") == "pong");
    return out;
  }
  std::unique_ptr<ws_client> in_room(std::string_view who, const std::string& kind,
                                     const std::string& resource) const {
    auto out = std::make_unique<ws_client>(as(who), "/ws/collaboration");
    join(*out, kind, resource);
    return out;
  }
  void join(ws_client& who, const std::string& kind, const std::string& resource) const {
    who.say(join_room_frame(kind + resource, kind, resource));
    CHECK(text_at(who.heard("room_joined"), "data.roomId") == kind + resource);
  }
};

}  // namespace

TEST_CASE_METHOD(members_scene, "a group hears of people, however many sockets they have",
                 "[db][net]") {
  auto marie = in_group("marie");
  auto sophie = in_group("sophie");
  CHECK(text_at(marie->heard(), "type") == "user_joined");
  auto twin = in_group("sophie");
  twin = nullptr;
  auto lucas = in_group("lucas");
  const auto came = marie->heard();  // nothing of the twin in between
  CHECK(text_at(came, "type") == "user_joined");
  CHECK(text_at(came, "userId") == "user-lucas");
  CHECK(text_at(sophie->heard(), "userId") == "user-lucas");  // nor does she hear of herself

  // Leaving over REST and being taken out is leaving.
  REQUIRE(as("sophie").remove(where + "/join").status == 200);
  const auto left = marie->heard();
  CHECK(text_at(left, "type") == "user_left");
  CHECK(text_at(left, "userId") == "user-sophie");
  REQUIRE(as("marie").remove(where + "/members/user-lucas").status == 200);
  const auto out = marie->heard();
  CHECK(text_at(out, "type") == "user_left");
  CHECK(text_at(out, "userId") == "user-lucas");
  lucas = nullptr;  // he has left already
  marie->say(R"({"type":"ping"})");
  CHECK(text_at(marie->heard(), "type") == "pong");
}

TEST_CASE_METHOD(members_scene, "who is taken out of a group is out of its live rooms at once",
                 "[db][net]") {
  const auto board = as("marie").post(where + "/whiteboards", R"({"title":"x"})").at("id");
  auto marie = in_room("marie", "studygroup", group);
  join(*marie, "whiteboard", board);
  auto lucas = in_room("lucas", "studygroup", group);
  join(*lucas, "whiteboard", board);
  join(*lucas, "general", "");
  CHECK(text_at(marie->heard("user_joined"), "roomId") == "studygroup" + group);
  CHECK(text_at(marie->heard("user_joined"), "roomId") == "whiteboard" + board);

  REQUIRE(as("marie").remove(where + "/members/user-lucas").status == 200);
  CHECK(text_at(lucas->heard("error"), "data.error") == "Access denied - not a group member");
  CHECK(text_at(marie->heard("user_left"), "data.user.id") == "user-lucas");
  CHECK(text_at(marie->heard("user_left"), "data.user.id") == "user-lucas");
  marie->say(R"({"type":"chat_message","roomId":"studygroup)" + group +
             R"(","data":{"message":"Entre nous"}})");
  REQUIRE(as("marie").put("/api/whiteboards/" + board, R"({"data":{"a":1}})").status == 200);
  for (const auto& room : {"studygroup" + group, "whiteboard" + board}) {
    lucas->say(R"({"type":"chat_message","roomId":")" + room + R"(","data":{"message":"?"}})");
    CHECK(text_at(lucas->heard(), "data.error") == "Not in room");
  }
  // What is about no group stays.
  lucas->say(R"({"type":"leave_room","roomId":"general","data":{}})");
  lucas->say(R"({"type":"leave_room","roomId":"general","data":{}})");
  CHECK(text_at(lucas->heard(), "data.error") == "Not in room");

  // Whoever leaves by himself is out as well; who stays, stays.
  auto sophie = in_room("sophie", "studygroup", group);
  REQUIRE(as("sophie").remove(where + "/join").status == 200);
  CHECK(text_at(sophie->heard("error"), "data.error") == "Access denied - not a group member");
}
