#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

using namespace stoa::testing;

TEST_CASE("the study groups' page: sign in, list, join, read, write", "[db][net]") {
  auto client = newcomer("studious");
  const auto listed = client.get("/api/study-groups");
  REQUIRE(listed.status == 200);
  for (const auto item : listed.parsed->items()) {
    CHECK(item["isMember"].as_bool() == false);
    CHECK(item["currentMembers"].as_int64());
    CHECK(item["maxMembers"].as_int64());
    CHECK(item["createdAt"].is_string());
  }
  const auto group = new_group();
  const auto where = "/api/study-groups/" + group;
  CHECK(client.get(where + "/messages").status == 403);
  CHECK(client.get(where + "/messages").at("message") == "Access denied - not a group member");
  CHECK(client.post(where + "/messages", R"({"content":"x"})").status == 403);

  const auto joined = client.post(where + "/join");
  REQUIRE(joined.status == 201);
  CHECK(joined.at("role") == "member");
  CHECK(joined.at("studyGroupId") == group);
  CHECK(joined.at("user.firstName") == "studious");
  const auto again = client.post(where + "/join");
  CHECK(again.status == 400);
  CHECK(again.at("message") == "User is already a member of this group");

  CHECK(client.get(where + "/messages").body == "[]");
  const auto said = client.post(
      where + "/messages", R"({"content":"Bonjour","senderId":"user-jean","userId":"user-jean"})");
  REQUIRE(said.status == 201);
  CHECK(said.at("content") == "Bonjour");
  CHECK(said.at("type") == "text");
  CHECK(said.at("sender.firstName") == "studious");
  CHECK(said.at("sender.lastName").empty());
  CHECK(said.at("senderId") == said.at("sender.id"));
  CHECK(said.at("metadata") == "null");
  CHECK(said.at("isDeleted") == "false");
  REQUIRE(client.post(where + "/messages", R"({"content":"Encore"})").status == 201);

  const auto messages = client.get(where + "/messages");
  REQUIRE(messages.parsed->size() == 2);
  CHECK(messages.at("0.content") == "Encore");  // newest first
  CHECK(messages.at("1.content") == "Bonjour");
  CHECK(messages.at("1.sender.firstName") == "studious");
  const auto older = client.get(where + "/messages?limit=10&before=" + messages.at("0.id"));
  REQUIRE(older.parsed->size() == 1);
  CHECK(older.at("0.id") == said.at("id"));
  CHECK(client.get(where + "/messages?limit=0").status == 400);
}

TEST_CASE("another establishment sees nothing of a group", "[db][net]") {
  const auto where = "/api/study-groups/" + new_group();
  auto& other = as("claire");
  CHECK(other.get("/api/study-groups").body == "[]");
  CHECK(other.get(where).status == 404);
  CHECK(other.get(where).at("message") == "Study group not found");
  CHECK(other.post(where + "/join").status == 404);
  CHECK(other.get(where + "/messages").status == 404);
  CHECK(other.post(where + "/messages", R"({"content":"x"})").status == 404);
  CHECK(other.get(where + "/members").status == 404);
  CHECK(other.get(where + "/whiteboards").status == 404);
  CHECK(other.put(where, R"({"name":"x"})").status == 404);
  CHECK(other.remove(where).status == 404);
  CHECK(other.get("/api/study-groups/establishment/est-demo-academy").status == 403);
  CHECK(as("sophie").get("/api/study-groups/establishment/est-demo-academy").status == 200);
}

TEST_CASE("nobody reads groups without signing in", "[db][net]") {
  auto nobody = stacgate_visitor();
  CHECK(nobody.get("/api/study-groups").status == 401);
  CHECK(nobody.post("/api/study-groups", R"({"name":"x"})").status == 401);
  CHECK(nobody.get("/api/study-groups/group-web-debutants/messages").status == 401);
  CHECK(nobody.post("/api/study-groups/group-web-debutants/join").status == 401);
}

TEST_CASE("a group is made with a name and known settings", "[db][net]") {
  auto& marie = as("marie");
  CHECK(marie.post("/api/study-groups", "{}").status == 400);
  CHECK(marie.post("/api/study-groups", R"({"name":"x","maxMembers":1})").status == 400);
  CHECK(marie.post("/api/study-groups", R"({"name":"x","settings":{"allowPolls":1}})").status ==
        400);
  const auto made = marie.post(
      "/api/study-groups",
      R"({"name":"Calcul","tags":["maths"],"maxMembers":3,"establishmentId":"est-techpro",
          "createdBy":"user-jean","settings":{"allowPolls":false,"other":1}})");
  REQUIRE(made.status == 201);
  CHECK(made.at("isMember") == "true");
  CHECK(made.at("memberRole") == "admin");
  CHECK(made.at("currentMembers") == "1");
  CHECK(made.at("createdBy") == "user-marie");
  CHECK(made.at("establishmentId") == "est-demo-academy");
  CHECK(made.at("settings.allowPolls") == "false");
  CHECK(made.at("settings.allowWhiteboard") == "true");
  CHECK(made.at("settings.other") == "(absent)");
  const auto where = "/api/study-groups/" + made.at("id");
  CHECK(marie.post(where + "/messages", R"({"content":"?","type":"poll"})").status == 403);
  CHECK(marie.post(where + "/messages", R"({"content":"?","type":"song"})").status == 400);
  CHECK(marie.post(where + "/messages", R"({"content":""})").status == 400);
  const auto file =
      marie.post(where + "/messages",
                 R"({"content":"f","type":"file","metadata":{"fileName":"a.pdf","evil":1}})");
  CHECK(file.at("metadata.fileName") == "a.pdf");
  CHECK(file.at("metadata.evil") == "(absent)");
  const auto found = marie.get("/api/study-groups?search=calcul&mine=true");
  CHECK(marie.get("/api/study-groups?search=CA%CC%81LCUL&mine=true").body == found.body);
  CHECK(found.at("0.id") == made.at("id"));
}

TEST_CASE("a private group is closed to those outside", "[db][net]") {
  const auto group = new_group(R"(,"isPublic":false)");
  const auto where = "/api/study-groups/" + group;
  CHECK(as("sophie").get(where).status == 403);
  CHECK(as("sophie").get(where).at("message") == "Access denied to private group");
  CHECK(as("sophie").post(where + "/join").status == 403);
  CHECK(as("sophie").get("/api/study-groups").body.find(group) == std::string::npos);
  CHECK(as("manager").get("/api/study-groups").body.find(group) != std::string::npos);
  CHECK(as("manager").get(where + "/messages").status == 200);
}

TEST_CASE("a full group takes nobody in, and leaving makes room", "[db][net]") {
  const auto where = "/api/study-groups/" + new_group(R"(,"maxMembers":2)");
  REQUIRE(as("sophie").post(where + "/join").status == 201);
  CHECK(as("lucas").post(where + "/join").status == 400);
  const auto left = as("sophie").post(where + "/join", R"({"action":"leave"})");
  CHECK(left.status == 200);
  CHECK(left.at("success") == "true");
  CHECK(as("lucas").post(where + "/join").status == 201);
  CHECK(as("lucas").remove(where + "/join").status == 200);
  const auto stay = as("marie").remove(where + "/join");
  CHECK(stay.status == 400);
  CHECK(stay.at("message") == "The creator cannot leave the group");
}

TEST_CASE("members see addresses, visitors do not", "[db][net]") {
  const auto where = "/api/study-groups/" + new_group();
  CHECK(as("sophie").get(where + "/members").at("0.user.email") == "(absent)");
  REQUIRE(as("sophie").post(where + "/join").status == 201);
  const auto all = as("sophie").get(where + "/members");
  REQUIRE(all.parsed->size() == 2);
  CHECK(all.at("0.userId") == "user-marie");
  CHECK(all.at("0.user.email") == "marie.formateur@stacgate.academy");
  CHECK(as("sophie").get(where).at("isMember") == "true");
}

TEST_CASE("moderation belongs to the group's admins", "[db][net]") {
  const auto where = "/api/study-groups/" + new_group();
  REQUIRE(as("sophie").post(where + "/join").status == 201);
  CHECK(as("sophie").put(where, R"({"name":"Pris"})").status == 403);
  CHECK(as("sophie").patch(where + "/members/user-sophie", R"({"role":"admin"})").status == 403);
  CHECK(as("marie").patch(where + "/members/user-sophie", R"({"role":"king"})").status == 400);
  const auto moderator =
      as("marie").patch(where + "/members/user-sophie", R"({"role":"moderator"})");
  CHECK(moderator.status == 200);
  CHECK(moderator.at("role") == "moderator");
  const auto changed =
      as("sophie").put(where, R"({"name":"Changé","settings":{"moderatorOnly":true}})");
  CHECK(changed.at("name") == "Changé");
  CHECK(changed.at("settings.moderatorOnly") == "true");
  REQUIRE(as("lucas").post(where + "/join").status == 201);
  CHECK(as("lucas").post(where + "/messages", R"({"content":"x"})").status == 403);
  CHECK(as("sophie").post(where + "/messages", R"({"content":"x"})").status == 201);
  CHECK(as("sophie").remove(where + "/members/user-lucas").status == 200);
  CHECK(as("lucas").get(where + "/messages").status == 403);
  CHECK(as("sophie").remove(where).status == 403);
  CHECK(as("marie").remove(where).status == 200);
  CHECK(as("marie").get(where).at("status") == "archived");
  CHECK(as("marie").post(where + "/messages", R"({"content":"x"})").status == 400);
}

TEST_CASE("messages are changed by their author and removed by moderators", "[db][net]") {
  const auto where = "/api/study-groups/" + new_group();
  REQUIRE(as("sophie").post(where + "/join").status == 201);
  const auto said = as("sophie").post(where + "/messages", R"({"content":"Fote"})");
  const auto message = where + "/messages/" + said.at("id");
  CHECK(as("marie").patch(message, R"({"content":"x"})").status == 403);
  const auto edited = as("sophie").patch(message, R"({"content":"Faute"})");
  REQUIRE(edited.status == 200);
  CHECK(edited.at("content") == "Faute");
  CHECK(edited.at("editedAt") != "null");
  CHECK(edited.at("sender.firstName") == "Sophie");
  CHECK(as("sophie").patch(where + "/messages/none", R"({"content":"x"})").status == 404);
  CHECK(as("marie").remove(message).status == 200);
  CHECK(as("sophie").get(where + "/messages").body == "[]");
}

TEST_CASE("whiteboards keep what members draw", "[db][net]") {
  const auto where = "/api/study-groups/" + new_group();
  auto& marie = as("marie");
  CHECK(marie.post(where + "/whiteboards", "{}").status == 400);
  CHECK(as("lucas").post(where + "/whiteboards", R"({"title":"x"})").status == 403);
  CHECK(as("lucas").get(where + "/whiteboards").status == 403);
  const auto made = marie.post(where + "/whiteboards", R"({"name":"Plan"})");
  REQUIRE(made.status == 201);
  CHECK(made.at("title") == "Plan");
  CHECK(made.at("data") == "{}");
  const auto board = "/api/study-groups/whiteboards/" + made.at("id");
  const auto saved = marie.patch(board, R"({"data":{"lines":[1]},"title":"Plan 2"})");
  REQUIRE(saved.status == 200);
  CHECK(saved.at("data.lines") == "[1]");
  CHECK(saved.at("title") == "Plan 2");
  CHECK(marie.patch(board, R"({"lines":[2]})").at("data.lines") == "[2]");
  CHECK(marie.put("/api/whiteboards/" + made.at("id"), R"({"data":{"lines":[3]}})")
            .at("data.lines") == "[3]");
  CHECK(marie.put("/api/whiteboards/" + made.at("id"), "{}").status == 400);
  CHECK(as("lucas").patch(board, R"({"data":{}})").status == 403);
  CHECK(as("claire").patch(board, R"({"data":{}})").status == 404);
  CHECK(marie.patch(board, R"({"data":")" + std::string(2 * 1024 * 1024, 'x') + R"("})").status ==
        413);
  CHECK(marie.get(where + "/whiteboards").at("0.data.lines") == "[3]");
  CHECK(marie.patch(board, R"({"data":{},"isActive":false})").status == 200);
  CHECK(marie.get(where + "/whiteboards").body == "[]");
}
