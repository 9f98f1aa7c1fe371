#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

using namespace stoa::testing;

namespace {

std::string notice(std::string_view user, std::string_view type = "new_announcement") {
  return R"({"userId":")" + std::string{user} + R"(","type":")" + std::string{type} +
         R"(","title":"Titre","message":"Texte","data":{"n":1}})";
}

}  // namespace

TEST_CASE("managers notify people, who read their own", "[db][net]") {
  auto person = newcomer("reader");
  const auto id = person.get("/api/auth/user").at("id");
  CHECK(stacgate_visitor().get("/api/notifications").status == 401);
  CHECK(person.get("/api/notifications").body == "[]");
  CHECK(person.post("/api/notifications/bulk", "{}").status == 403);

  const auto body = R"({"notifications":[)" + notice(id) + "," + notice(id, "system_update") + "]}";
  const auto made = as("manager").post("/api/notifications/bulk", body);
  REQUIRE(made.status == 201);
  REQUIRE(made.parsed->size() == 2);
  CHECK(made.at("0.type") == "new_announcement");
  CHECK(made.at("0.establishmentId") == "est-demo-academy");
  CHECK(made.at("0.data.n") == "1");
  CHECK(made.at("0.isRead") == "false");

  CHECK(person.get("/api/notifications/unread-count").body == R"({"count":2})");
  CHECK(person.get("/api/notifications").parsed->size() == 2);
  CHECK(person.get("/api/notifications?type=system_update").parsed->size() == 1);
  CHECK(person.get("/api/notifications?type=song").status == 400);
  CHECK(person.get("/api/notifications/by-type/system_update").parsed->size() == 1);
  CHECK(person.get("/api/notifications/by-type/song").status == 400);

  const auto first = "/api/notifications/" + made.at("0.id");
  CHECK(as("lucas").patch(first + "/read").status == 404);
  CHECK(as("lucas").patch(first + "/read").at("message") == "Notification not found");
  const auto read = person.patch(first + "/read");
  CHECK(read.at("isRead") == "true");
  CHECK(read.at("readAt") != "null");
  CHECK(person.get("/api/notifications?unread=true").parsed->size() == 1);
  const auto summary = person.get("/api/notifications/summary");
  CHECK(summary.at("total") == "2");
  CHECK(summary.at("unread") == "1");
  CHECK(summary.at("byType.system_update") == "1");

  CHECK(person.post("/api/notifications/mark-read", "{}").status == 400);
  CHECK(person.post("/api/notifications/mark-read", R"({"notificationIds":["none"]})").body ==
        R"({"markedCount":0})");
  CHECK(person.post("/api/notifications/mark-read", R"({"all":true})").body ==
        R"({"markedCount":1})");
  CHECK(as("lucas").remove(first).status == 404);
  CHECK(person.remove(first).status == 200);
  CHECK(person.get("/api/notifications").parsed->size() == 1);
}

TEST_CASE("nobody is notified across establishments", "[db][net]") {
  const auto send = [](http_client& who, const std::string& one) {
    return who.post("/api/notifications/bulk", R"({"notifications":[)" + one + "]}").status;
  };
  CHECK(send(as("claire"), notice("user-lucas")) == 400);
  CHECK(send(as("manager"), notice("user-nobody")) == 400);
  CHECK(send(as("manager"), notice("user-lucas", "song")) == 400);
  CHECK(send(as("superadmin"), notice("user-lucas")) == 201);
  CHECK(as("claire").get("/api/notifications/by-type/new_announcement").body == "[]");
}
