#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::testing;

TEST_CASE("intranet: letters are between two, whatever the body claims", "[db][net]") {
  auto& admin = colleague("admin");
  auto& marie = colleague("marie.martin");
  auto& pierre = colleague("pierre.dubois");
  const auto sent = pierre.post(
      "/api/messages", R"({"recipientId":"user-2","subject":"Bonjour","content":"Ça va ?",)"
                       R"("senderId":"user-1"})");
  REQUIRE(sent.status == 201);
  CHECK(sent.at("senderId") == "user-3");
  CHECK(sent.at("isRead") == "false");
  const auto address = "/api/messages/" + sent.at("id");
  CHECK(marie.get("/api/messages").at("0.id") == sent.at("id"));
  CHECK(pierre.get("/api/messages/sent").at("0.id") == sent.at("id"));
  CHECK(admin.get("/api/messages").body.find(sent.at("id")) == std::string::npos);
  CHECK(marie.get(address).at("subject") == "Bonjour");
  CHECK(admin.get(address).status == 403);
  CHECK(admin.get(address).at("message") == "Access denied");
  // The dashboard asks with its own user id and means the list; with somebody else's it may not.
  CHECK(marie.get("/api/messages/user-2").body == marie.get("/api/messages").body);
  CHECK(marie.get("/api/messages/user-1").status == 403);
  CHECK(marie.get("/api/messages/nothing").status == 404);

  CHECK(pierre.patch(address + "/read").status == 403);
  for (const auto* method : {"PATCH", "PUT"})
    CHECK(marie.request(method, address + "/read").body == R"({"success":true})");
  CHECK(marie.get(address).at("isRead") == "true");
  CHECK(marie.patch("/api/messages/nothing/read").status == 404);

  const auto refused = [&](std::string_view body) {
    return pierre.post("/api/messages", body).status;
  };
  CHECK(refused(R"({"recipientId":"nobody","subject":"x","content":"y"})") == 404);
  CHECK(refused(R"({"recipientId":"user-jean","subject":"x","content":"y"})") == 404);
  CHECK(refused(R"({"recipientId":"user-2","subject":" ","content":"y"})") == 400);
  CHECK(refused(R"({"subject":"x","content":"y"})") == 400);

  CHECK(admin.remove(address).status == 403);
  const auto gone = pierre.remove(address);
  CHECK(gone.status == 200);
  CHECK(gone.at("success") == "true");
  CHECK(marie.get(address).status == 404);
}

TEST_CASE("intranet: complaints are seen by the staff and by whom they concern", "[db][net]") {
  auto& admin = colleague("admin");
  auto& marie = colleague("marie.martin");
  auto& pierre = colleague("pierre.dubois");
  auto hugo = new_colleague("hugo");
  const auto made = pierre.post(
      "/api/complaints", R"({"title":"Bruit","description":"Trop fort","category":"facilities",)"
                         R"("assignedToId":"","submitterId":"user-1","status":"closed"})");
  REQUIRE(made.status == 201);
  CHECK(made.at("submitterId") == "user-3");
  CHECK(made.at("assignedToId") == "null");
  CHECK(made.at("status") == "open");
  CHECK(made.at("priority") == "medium");
  const auto address = "/api/complaints/" + made.at("id");
  CHECK(pierre.get("/api/complaints/my").at("0.id") == made.at("id"));
  CHECK(marie.get("/api/complaints").at("0.id") == made.at("id"));
  CHECK(hugo.get("/api/complaints").body == "[]");
  CHECK(hugo.get(address).status == 403);
  CHECK(pierre.patch(address, R"({"status":"closed"})").status == 403);
  CHECK(marie.put(address + "/status", R"({"status":"in_progress"})").at("status") ==
        "in_progress");
  CHECK(marie.put(address + "/status", R"({"status":"lost"})").status == 400);
  CHECK(marie.put(address + "/assign", R"({"assignedToId":"user-2"})").at("assignedToId") ==
        "user-2");
  CHECK(marie.put(address + "/assign", R"({"assignedToId":"nobody"})").status == 400);
  CHECK(marie.put(address + "/assign", R"({"assignedToId":null})").at("assignedToId") == "null");
  CHECK(marie.remove(address).status == 403);
  CHECK(admin.remove(address).at("message") == "Complaint deleted successfully");
  CHECK(admin.patch(address, R"({"status":"open"})").status == 404);
}

TEST_CASE("intranet: open pages hear what concerns them", "[db][net]") {
  auto& admin = colleague("admin");
  auto& marie = colleague("marie.martin");
  auto& pierre = colleague("pierre.dubois");
  CHECK(ws_client(intranet_visitor(), "/ws").status() == 401);
  CHECK(ws_client(pierre, "/elsewhere").status() == 400);

  ws_client page{pierre, "/ws"};
  REQUIRE(page.status() == 101);
  const auto hello = page.heard("CONNECTED");
  CHECK(hello->find("payload")->find("clientId")->as_string()->size() == 9);
  page.say(R"({"type":"AUTHENTICATE","payload":{"userId":"user-1"}})");
  CHECK(page.heard("ERROR").root()["payload"]["code"].as_string() == "FORBIDDEN");
  page.say("not json");
  page.say(R"({"type":"NONSENSE"})");
  page.say(R"({"type":"AUTHENTICATE","payload":{"userId":"user-3"}})");
  CHECK(page.heard().root()["payload"]["channel"].as_string() == "user_user-3");
  const auto status = page.heard();
  CHECK(status.root()["type"].as_string() == "USER_STATUS");
  CHECK(status.root()["payload"]["isOnline"].as_bool() == true);
  CHECK(status.root()["payload"]["timestamp"].as_int64());
  CHECK(page.heard().root()["type"].as_string() == "AUTHENTICATED");
  page.say(R"({"type":"HEARTBEAT"})");
  CHECK(page.heard().root()["type"].as_string() == "HEARTBEAT_ACK");
  page.say(R"({"type":"JOIN_CHANNEL","payload":{"channel":"user_user-1"}})");
  CHECK(page.heard().root()["type"].as_string() == "ERROR");

  const auto news = admin.post("/api/announcements", R"({"title":"Direct","content":"x"})");
  CHECK(page.heard("NEW_ANNOUNCEMENT").root()["payload"]["id"].as_string() == news.at("id"));
  const auto letter =
      admin.post("/api/messages", R"({"recipientId":"user-3","subject":"s","content":"c"})");
  const auto heard = page.heard("NEW_MESSAGE");
  CHECK(heard.root()["payload"]["id"].as_string() == letter.at("id"));
  CHECK(heard.root()["payload"]["senderName"].as_string() == "Jean Dupont");
  // A letter to somebody else and a complaint of somebody else are not heard: what is heard next is
  // the document that came after them.
  admin.post("/api/messages", R"({"recipientId":"user-2","subject":"s","content":"c"})");
  marie.post("/api/complaints", R"({"title":"t","description":"d","category":"c"})");
  admin.post("/api/documents", R"({"title":"d","category":"c","fileName":"","fileUrl":""})");
  CHECK(page.heard().root()["type"].as_string() == "NEW_DOCUMENT");

  // A second page of the same person is no arrival for others; both type in a channel.
  ws_client other{marie, "/ws?userId=user-2"};
  CHECK(other.heard("AUTHENTICATED").root()["payload"]["userId"].as_string() == "user-2");
  CHECK(page.heard("USER_STATUS").root()["payload"]["userId"].as_string() == "user-2");
  for (auto* each : {&page, &other}) {
    each->say(R"({"type":"JOIN_CHANNEL","payload":{"channel":"projet"}})");
    CHECK(each->heard("CHANNEL_JOINED").root()["payload"]["channel"].as_string() == "projet");
  }
  other.say(R"({"type":"TYPING_START","payload":{"channel":"projet"}})");
  const auto typing = page.heard("USER_TYPING");
  CHECK(typing.root()["payload"]["userId"].as_string() == "user-2");
  CHECK(typing.root()["payload"]["isTyping"].as_bool() == true);
  other.say(R"({"type":"CHAT_MESSAGE","payload":{"channel":"projet","content":"Salut"}})");
  CHECK(page.heard("CHAT_MESSAGE").root()["payload"]["userName"].as_string() == "Marie Martin");
}
