#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

using namespace stoa::testing;

namespace {

constexpr mistake mistakes[] = {
    {"POST", "", R"({})", "name is required"},
    {"POST", "", R"({"name":5})", "name must be a string"},
    {"POST", "", R"({"name":"{latin}"})", "name"},
    {"POST", "", R"({"name":"x","tags":{deep}})", "tags"},
    {"POST", "", R"({"name":"{long}"})", "name must have at most"},
    {"POST", "", R"({"name":"x","maxMembers":"ten"})", "maxMembers must be a whole number"},
    {"POST", "", R"({"name":"x","isPublic":"yes"})", "isPublic must be true or false"},
    {"POST", "", R"({"name":"x","settings":[]})", "settings must be an object"},
    {"POST", "", R"({"name":"x","settings":{"allowPolls":1}})", "settings.allowPolls must be true"},
    {"PUT", "/{group}", R"({"description":5})", "description must be a string"},
    {"PUT", "/{group}", R"({"tags":"a"})", "tags must be an array of strings"},
    {"POST", "/{group}/join", R"({"action":5})", "action must be a string"},
    {"POST", "/{group}/join", R"({"action":"stay"})", "action must be join or leave"},
    {"PATCH", "/{group}/members/user-marie", R"({"role":5})", "role must be a string"},
    {"PATCH", "/{group}/members/user-marie", R"({"role":"boss"})", "role is member, moderator"},
    {"POST", "/{group}/messages", R"({})", "content is required"},
    {"POST", "/{group}/messages", R"({"content":5})", "content must be a string"},
    {"POST", "/{group}/messages", R"({"content":""})", "content is required"},
    {"POST", "/{group}/messages", R"({"content":"{long}"})", "content must have at most 10000"},
    {"POST", "/{group}/messages", R"({"content":"{latin}"})", "content"},
    {"POST", "/{group}/messages", R"({"content":"x","metadata":{deep}})", "metadata"},
    {"POST", "/{group}/messages", R"({"content":"x","metadata":"y"})",
     "metadata must be an object"},
    {"POST", "/{group}/messages", R"({"content":"x","metadata":{"mentions":"y"}})",
     "metadata.mentions must be an array"},
    {"POST", "/{group}/messages", R"({"content":"x","metadata":{"mentions":["a",5]}})",
     "metadata.mentions.1 must be a user id"},
    {"POST", "/{group}/messages", R"({"content":"x","type":5})", "type must be a string"},
    {"POST", "/{group}/messages", R"({"content":"x","type":"y"})", "type must be text, file"},
    {"POST", "/{group}/messages", R"({"content":"x","replyToId":5})", "replyToId must be a string"},
    {"POST", "/{group}/messages", R"({"content":"x","replyToId":"{long}"})",
     "replyToId must have at most 64"},
    {"POST", "/{group}/messages", R"({"content":"x","replyToId":"y"})",
     "replyToId names no message"},
    {"PATCH", "/{group}/messages/{message}", R"({"content":5})", "content must be a string"},
    {"PATCH", "/{group}/messages/{message}", R"({})", "content is required"},
    {"PATCH", "/{group}/messages/{message}", R"({"content":"{long}"})",
     "content must have at most"},
    {"POST", "/{group}/whiteboards", R"({})", "title is required"},
    {"POST", "/{group}/whiteboards", R"({"title":5})", "title must be a string"},
    {"POST", "/{group}/whiteboards", R"({"name":5})", "name must be a string"},
    {"POST", "/{group}/whiteboards", R"({"title":"{long}"})", "title must have at most 200"},
    {"POST", "/{group}/whiteboards", R"({"title":"x","data":{deep}})", "data"},
    {"PATCH", "/whiteboards/{board}", R"({"data":{},"title":5})", "title must be a string"},
    {"PATCH", "/whiteboards/{board}", R"({"data":{},"title":"{long}"})", "title must have at most"},
    {"PATCH", "/whiteboards/{board}", R"({"data":{},"isActive":"no"})",
     "isActive must be true or false"},
};

}  // namespace

TEST_CASE("each mistake in a request about study groups is named in its 400", "[db][net]") {
  auto& marie = as("marie");
  const auto group = new_group();
  const auto in_group = "/api/study-groups/" + group;
  const auto message = marie.post(in_group + "/messages", R"({"content":"Bonjour"})").at("id");
  const auto board = marie.post(in_group + "/whiteboards", R"({"title":"Plan"})").at("id");
  const auto filled = [&](std::string text) {
    for (const auto& [hole, what] :
         {std::pair{std::string{"{group}"}, group},
          {"{message}", message},
          {"{board}", board},
          {"{deep}", std::string(10'000, '[') + std::string(10'000, ']')},
          {"{long}", std::string(10'001, 'x')},
          {"{latin}", "caf\xe9"}})
      for (auto at = text.find(hole); at != std::string::npos; at = text.find(hole, at))
        text.replace(at, hole.size(), what);
    return text;
  };
  for (const auto& each : mistakes) {
    const auto got =
        marie.request(each.method, "/api/study-groups" + filled(each.path), filled(each.body));
    INFO(each.method << ' ' << each.path << ' ' << each.body << "\n" << got.body.substr(0, 500));
    CHECK(got.status == 400);
    CHECK((got.at("message") + got.at("errors.0.path")).find(each.said) != std::string::npos);
    CHECK(got.at("message") == got.at("error"));
  }
  CHECK(marie.put("/api/whiteboards/" + board, "{}").at("message") == "data is required");
  CHECK(as("superadmin")
            .post("/api/study-groups", R"({"name":"x","establishmentId":5})")
            .at("message")
            .find("establishmentId must be a string") != std::string::npos);
  CHECK(marie.get(in_group + "/messages").parsed->size() == 1);
}

TEST_CASE("what this family's pages send beside is no mistake", "[db][net]") {
  auto& marie = as("marie");
  const auto group = marie.post("/api/study-groups", R"({"name":"x","currentMembers":1})");
  REQUIRE(group.status == 201);
  const auto where = "/api/study-groups/" + group.at("id");
  CHECK(marie.post(where + "/messages", R"({"content":"x","sender":{"id":"user-marie"}})").status ==
        201);
  CHECK(marie.post(where + "/whiteboards", R"({"title":"x","studyGroupId":"y"})").status == 201);
}
