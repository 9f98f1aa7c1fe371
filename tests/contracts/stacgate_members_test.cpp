#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <memory>

using namespace stoa::testing;

namespace {

std::string field(const stoa::json& from, std::string_view path) {
  return text_at(from.root(), path);
}

/// A group of Marie's with Sophie and Lucas in it.
struct scene {
  std::string group = new_group();
  std::string where = "/api/study-groups/" + group;

  scene() {
    for (const auto* who : {"sophie", "lucas"})
      REQUIRE(as(who).post(where + "/join").status == 201);
  }
  std::unique_ptr<ws_client> in_group(std::string_view who) const {
    auto out = std::make_unique<ws_client>(as(who), "/ws");
    out->say(R"({"type":"join_group","studyGroupId":")" + group + R"("})");
    out->say(R"({"type":"ping"})");  // frames are handled in order: the group is joined by now
    CHECK(field(out->heard("pong"), "type") == "pong");
    return out;
  }
  std::unique_ptr<ws_client> in_room(std::string_view who, const std::string& kind,
                                     const std::string& resource) const {
    auto out = std::make_unique<ws_client>(as(who), "/ws/collaboration");
    join(*out, kind, resource);
    return out;
  }
  void join(ws_client& who, const std::string& kind, const std::string& resource) const {
    who.say(R"({"type":"join_room","data":{"roomId":")" + kind + resource + R"(","roomType":")" +
            kind + R"(","resourceId":")" + resource + R"("}})");
    CHECK(field(who.heard("room_joined"), "data.roomId") == kind + resource);
  }
};

}  // namespace

TEST_CASE_METHOD(scene, "a group hears of people, however many sockets they have", "[db][net]") {
  auto marie = in_group("marie");
  auto sophie = in_group("sophie");
  CHECK(field(marie->heard(), "type") == "user_joined");
  auto twin = in_group("sophie");
  twin = nullptr;
  auto lucas = in_group("lucas");
  const auto came = marie->heard();  // nothing of the twin in between
  CHECK(field(came, "type") == "user_joined");
  CHECK(field(came, "userId") == "user-lucas");
  CHECK(field(sophie->heard(), "userId") == "user-lucas");  // nor does she hear of herself

  // Leaving over REST and being taken out is leaving.
  REQUIRE(as("sophie").remove(where + "/join").status == 200);
  const auto left = marie->heard();
  CHECK(field(left, "type") == "user_left");
  CHECK(field(left, "userId") == "user-sophie");
  REQUIRE(as("marie").remove(where + "/members/user-lucas").status == 200);
  const auto out = marie->heard();
  CHECK(field(out, "type") == "user_left");
  CHECK(field(out, "userId") == "user-lucas");
  lucas = nullptr;  // he has left already
  marie->say(R"({"type":"ping"})");
  CHECK(field(marie->heard(), "type") == "pong");
}

TEST_CASE_METHOD(scene, "who is taken out of a group is out of its live rooms at once",
                 "[db][net]") {
  const auto board = as("marie").post(where + "/whiteboards", R"({"title":"x"})").at("id");
  auto marie = in_room("marie", "studygroup", group);
  join(*marie, "whiteboard", board);
  auto lucas = in_room("lucas", "studygroup", group);
  join(*lucas, "whiteboard", board);
  join(*lucas, "general", "");
  CHECK(field(marie->heard("user_joined"), "roomId") == "studygroup" + group);
  CHECK(field(marie->heard("user_joined"), "roomId") == "whiteboard" + board);

  REQUIRE(as("marie").remove(where + "/members/user-lucas").status == 200);
  CHECK(field(lucas->heard("error"), "data.error") == "Access denied - not a group member");
  CHECK(field(marie->heard("user_left"), "data.user.id") == "user-lucas");
  CHECK(field(marie->heard("user_left"), "data.user.id") == "user-lucas");
  marie->say(R"({"type":"chat_message","roomId":"studygroup)" + group +
             R"(","data":{"message":"Entre nous"}})");
  REQUIRE(as("marie").put("/api/whiteboards/" + board, R"({"data":{"a":1}})").status == 200);
  for (const auto& room : {"studygroup" + group, "whiteboard" + board}) {
    lucas->say(R"({"type":"chat_message","roomId":")" + room + R"(","data":{"message":"?"}})");
    CHECK(field(lucas->heard(), "data.error") == "Not in room");
  }
  // What is about no group stays.
  lucas->say(R"({"type":"leave_room","roomId":"general","data":{}})");
  lucas->say(R"({"type":"leave_room","roomId":"general","data":{}})");
  CHECK(field(lucas->heard(), "data.error") == "Not in room");

  // Whoever leaves by himself is out as well; who stays, stays.
  auto sophie = in_room("sophie", "studygroup", group);
  REQUIRE(as("sophie").remove(where + "/join").status == 200);
  CHECK(field(sophie->heard("error"), "data.error") == "Access denied - not a group member");
}
