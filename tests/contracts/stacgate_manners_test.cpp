#include "tests/contracts/native_support.hpp"
#include "tests/support/emlyon.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <thread>
#include <vector>

using namespace stoa::testing;

TEST_CASE("a demo shows its own establishments in their order, and says when it goes away",
          "[db][net]") {
  stoa::settings how;
  how.ephemeral = true;
  how.demo = true;
  how.io_threads = 1;
  how.site.push_back({"stacgate", 0});
  how.site.push_back({"emlyon-connect", 0});
  auto started = stoa::node::start(how);
  REQUIRE(started);
  auto& here = **started;
  http_client visitor{here.sites().at(0).port};
  const auto listed = visitor.get("/api/establishments");
  CHECK(listed.at("0.id") == "est-001-main");
  CHECK(listed.at("1.id") == "est-demo-academy");
  CHECK(listed.at("2.id") == "est-techpro");
  CHECK(listed.at("3.id") == "est-digital");
  CHECK(listed.body.find("IntraSphere") == std::string::npos);

  REQUIRE(visitor
              .post("/api/auth/login",
                    R"({"email":"marie.formateur@stacgate.academy","password":"demo123"})")
              .status == 200);
  ws_client page{visitor, "/ws"};
  ws_client beside{visitor, "/ws/collaboration"};
  CHECK(text_at(page.heard(), "type") == "connected");
  CHECK(text_at(beside.heard(), "type") == "connected");
  http_client student{here.sites().at(1).port};
  const auto token =
      student.post("/api/auth/login", R"({"email":"alice@emlyon.com","password":"password123"})")
          .at("data.token");
  ws_client map{student, "/ws?token=" + token};
  CHECK(text_at(map.heard(), "type") == "initial");

  // The system of actors ends in the thread that began it.
  std::vector<std::thread> readers;
  for (auto* each : {&page, &beside, &map})
    readers.emplace_back([each] {
      while (each->hear()) {
      }
    });
  here.stop();
  for (auto& each : readers)
    each.join();
  for (const auto* each : {&page, &beside, &map})
    CHECK(each->close_code() == 1001);
}

TEST_CASE("bodies may be as large as the contract says", "[db][net]") {
  auto client = newcomer("wordy");
  const auto id = client.get("/api/auth/user").at("id");
  const auto of_size = [](std::size_t bytes) {
    return R"({"unknown":")" + std::string(bytes, 'x') + R"("})";
  };
  CHECK(client.put("/api/users/" + id, of_size(1'500'000)).status == 200);
  CHECK(client.put("/api/users/" + id, of_size(10 * 1024 * 1024)).status == 413);
}

TEST_CASE("what a client leaves empty gets its default", "[db][net]") {
  for (const std::string name : {R"("")", "null"}) {
    auto client = stacgate_visitor();
    const auto local = name == "null" ? std::string{"nameless.one"} : std::string{"nameless.two"};
    const auto made =
        client.post("/api/auth/register",
                    R"({"email":")" + local + R"(@example.org","password":"secret1",)" +
                        R"("username":)" + name + R"(,"establishmentId":"est-demo-academy"})");
    REQUIRE(made.status == 201);
    CHECK(made.at("username") == local);
  }
  const auto group = as("marie").post(
      "/api/study-groups", R"({"name":"x","maxMembers":null,"isPublic":null,"tags":null})");
  REQUIRE(group.status == 201);
  CHECK(group.at("maxMembers") == "10");
  CHECK(group.at("isPublic") == "true");
  CHECK(as("marie").post("/api/study-groups", R"({"name":null})").status == 400);
}

TEST_CASE("who may not is told whose it is", "[db][net]") {
  const auto above = as("jean").post("/api/establishments", R"({"name":"x"})");
  CHECK(above.status == 403);
  CHECK(above.at("message") == "Accès réservé au Super Administrateur");
  CHECK(above.at("error") == above.at("message"));
  for (const auto* path : {"/api/establishments/est-demo-academy",
                           "/api/admin/establishments/est-demo-academy/branding"}) {
    const auto refused = as("sophie").put(path, "{}");
    CHECK(refused.status == 403);
    CHECK(refused.at("message") == "Accès réservé aux administrateurs");
  }
  CHECK(as("sophie").get("/api/users").at("message") == "Accès refusé");
}

TEST_CASE("a notification on a socket has every column", "[db][net]") {
  auto person = newcomer("complete");
  const auto id = person.get("/api/auth/user").at("id");
  ws_client socket{person, "/ws"};
  socket.say(R"({"type":"ping"})");
  CHECK(text_at(socket.heard("pong"), "type") == "pong");
  REQUIRE(as("manager")
              .post("/api/notifications/bulk",
                    R"({"notifications":[{"userId":")" + id +
                        R"(","type":"system_update","title":"Titre","message":"Texte"}]})")
              .status == 201);
  const auto told = socket.heard("notification");
  const auto listed = person.get("/api/notifications");
  for (const auto [name, value] : listed.json_at("0").members()) {
    INFO(name);
    CHECK(text_at(told, "notification." + std::string{name}) == text_at(value, ""));
  }
}

TEST_CASE("settings, preferences and metadata are objects", "[db][net]") {
  auto& jean = as("jean");
  for (const auto* value : {R"("str")", "[1]", "7", "true"}) {
    CHECK(jean.patch("/api/establishments/est-demo-academy",
                     R"({"settings":)" + std::string{value} + "}")
              .status == 400);
    CHECK(as("superadmin")
              .post("/api/establishments",
                    R"({"name":"Réglée","settings":)" + std::string{value} + "}")
              .status == 400);
    CHECK(jean.put("/api/users/user-lucas", R"({"metadata":)" + std::string{value} + "}").status ==
          400);
    CHECK(as("sophie")
              .put("/api/users/user-sophie", R"({"preferences":)" + std::string{value} + "}")
              .status == 400);
  }
  CHECK(as("sophie").put("/api/users/user-sophie", R"({"preferences":{"a":1}})").status == 200);
  CHECK(as("sophie").put("/api/users/user-sophie", R"({"preferences":null})").status == 200);
}

TEST_CASE("branding has every member, each of its type", "[db][net]") {
  const auto made =
      as("superadmin").post("/api/establishments", R"({"name":"Marque et couleurs"})").at("id");
  const auto path = "/api/admin/establishments/" + made + "/branding";
  const auto saved = as("superadmin")
                         .put(path,
                              R"({"primaryColor":"#abc","navigationConfig":{"showLogo":"x",
          "menuItems":[{"label":5,"url":"/a","evil":1},7]},"footerConfig":{"customText":"©",
          "showCopyright":false,"links":"none"}})");
  REQUIRE(saved.status == 201);
  CHECK(saved.at("primaryColor") == "#abc");
  CHECK(saved.at("navigationConfig") ==
        R"({"showLogo":true,"showSearch":true,"menuItems":[{"label":"","url":"/a","icon":""}]})");
  CHECK(saved.at("footerConfig") == R"({"showCopyright":false,"customText":"©","links":[]})");
  CHECK(
      stacgate_visitor().get("/api/establishments/" + made + "/branding").at("navigationConfig") ==
      saved.at("navigationConfig"));
  CHECK(as("superadmin").put(path, R"({"primaryColor":"#abcd"})").status == 400);
  CHECK(as("superadmin")
            .put(path, R"({"navigationConfig":{"menuItems":[{"url":"javascript:x"}]}})")
            .status == 400);
}

TEST_CASE("a group is about a course of its establishment, in an establishment that is",
          "[db][net]") {
  CHECK(as("marie").post("/api/study-groups", R"({"name":"x","courseId":"nope"})").status == 400);
  const auto where = "/api/study-groups/" + new_group();
  CHECK(as("marie").put(where, R"({"courseId":"nope"})").status == 400);
  CHECK(as("marie").put(where, R"({"courseId":null})").status == 200);
  const auto nowhere =
      as("superadmin").post("/api/study-groups", R"({"name":"x","establishmentId":"est-nope"})");
  CHECK(nowhere.status == 400);
  CHECK(nowhere.at("message") == "Établissement inconnu");
}

TEST_CASE("a platform administrator is no member of anybody's group", "[db][net]") {
  const auto refused = as("superadmin").post("/api/study-groups/" + new_group() + "/join");
  CHECK(refused.status == 403);
  CHECK(refused.at("message") == "Accès non autorisé à cet établissement");
}

TEST_CASE("addresses in messages run nothing, whoever sends them", "[db][net]") {
  const auto group = new_group();
  const auto where = "/api/study-groups/" + group + "/messages";
  for (const auto* name : {"fileUrl", "imageUrl"}) {
    const auto with = [&](const std::string& value) {
      return as("marie")
          .post(where, R"({"content":"f","type":"file","metadata":{")" + std::string{name} +
                           R"(":)" + value + "}}")
          .status;
    };
    CHECK(with("\"javascript:alert(1)\"") == 400);
    CHECK(with("\" JavaScript:alert(1)\"") == 400);
    CHECK(with("7") == 400);
    CHECK(with(R"("https://example.org/a.pdf")") == 201);
    CHECK(with(R"("/uploads/a.pdf")") == 201);
  }
  ws_client socket{as("marie"), "/ws"};
  socket.say(R"({"type":"join_group","studyGroupId":")" + group + R"("})");
  socket.say(R"({"type":"ping"})");
  CHECK(text_at(socket.heard("pong"), "type") == "pong");
  const auto marie = stoa::test::demo_user("user-marie");
  const auto native = "/api/v1/rooms/" + group + "/messages";
  REQUIRE(marie
              .post(native, R"({"text":"x","metadata":{"fileUrl":"javascript:x","evil":1,
                                                        "fileName":"a"}})")
              .status == 201);
  CHECK(text_at(socket.heard("new_message"), "message.metadata") == R"({"fileName":"a"})");
  CHECK(as("marie").get(where).at("0.metadata") == R"({"fileName":"a"})");
  CHECK(marie.post(native, R"({"text":"x","metadata":{"a":")" + std::string(70'000, 'x') + "\"}}")
            .status == 400);
  CHECK(marie.post(native, R"({"text":"x","replyTo":")" + std::string(65, 'x') + "\"}").status ==
        400);
}

TEST_CASE("over TLS browsers are told to stay there, elsewhere not", "[db][net]") {
  http_client behind{emlyon_node().sites().at(1).port};
  for (const auto* path : {"/api/establishments", "/api/users", "/api/nothing"}) {
    const auto safe = behind.request("GET", path, {}, {{"X-Forwarded-Proto", "https"}});
    CHECK(safe.header("Strict-Transport-Security") == "max-age=31536000; includeSubDomains");
    CHECK(safe.head.find("Content-Security-Policy: upgrade-insecure-requests") !=
          std::string::npos);
    CHECK(safe.head.find("default-src 'self'") != std::string::npos);
    const auto plain = behind.request("GET", path);
    CHECK(plain.header("Strict-Transport-Security").empty());
    CHECK(plain.head.find("upgrade-insecure-requests") == std::string::npos);
  }
}

TEST_CASE("what changes something comes from a page of ours", "[db][net]") {
  auto& sophie = as("sophie");
  const auto host = "http://127.0.0.1:" + std::to_string(sophie.port());
  const auto with = [&](const http_headers& more) {
    return sophie.request("POST", "/api/notifications/mark-read", R"({"all":true})", more).status;
  };
  CHECK(with({}) == 200);
  CHECK(with({{"Sec-Fetch-Site", "same-origin"}}) == 200);
  CHECK(with({{"Sec-Fetch-Site", "none"}}) == 200);
  CHECK(with({{"Sec-Fetch-Site", "same-site"}}) == 403);
  CHECK(with({{"Sec-Fetch-Site", "cross-site"}}) == 403);
  CHECK(with({{"Sec-Fetch-Site", "junk"}}) == 403);
  CHECK(with({{"Referer", host + "/study-groups"}}) == 200);
  CHECK(with({{"Referer", "http://evil.example/page"}}) == 403);
  CHECK(with({{"Referer", "http://evil.example?" + host + "/"}}) == 403);
  CHECK(with({{"Referer", "about:blank"}}) == 403);
  const auto refused = sophie.request("POST", "/api/notifications/mark-read", R"({"all":true})",
                                      {{"Referer", "http://evil.example/"}});
  CHECK(refused.at("message") == "Origine non autorisée");
  // Reading is free.
  CHECK(sophie.request("GET", "/api/notifications", {}, {{"Referer", "http://evil.example/"}})
            .status == 200);
}

TEST_CASE("native rooms are shown whole, and wrong types are said", "[db][net]") {
  const auto marie = stoa::test::demo_user("user-marie");
  const auto lucas = stoa::test::demo_user("user-lucas");
  const auto made =
      marie.post("/api/v1/rooms", R"({"name":"Salon","topic":"Tout","isPublic":true})");
  REQUIRE(made.status == 201);
  CHECK(made.text("topic") == "Tout");
  CHECK(made.text("createdAt").ends_with("Z"));
  const auto shown = marie.get("/api/v1/rooms/" + made.text("id"));
  CHECK(shown.body == made.body);

  const auto is_listed = [&](const stoa::test::native_user& to) {
    return to.get("/api/v1/rooms?open=true&limit=500").body.find(made.text("id")) !=
           std::string::npos;
  };
  CHECK(is_listed(lucas));
  CHECK_FALSE(is_listed(marie));
  CHECK_FALSE(is_listed(stoa::test::demo_user("user-claire")));
  REQUIRE(lucas.post("/api/v1/rooms/" + made.text("id") + "/members", R"({"user":"user-lucas"})")
              .status == 201);
  CHECK_FALSE(is_listed(lucas));

  CHECK(marie.post("/api/v1/rooms", R"({"name":"x","isPublic":"yes"})").status == 400);
  CHECK(marie.post("/api/v1/rooms", R"({"name":"x","members":"user-lucas"})").status == 400);
  CHECK(marie.post("/api/v1/direct", "{}").status == 400);
  const auto messages = "/api/v1/rooms/" + made.text("id") + "/messages";
  const auto bogus = marie.post(messages, R"({"text":"x","type":"bogus"})");
  CHECK(bogus.status == 400);
  CHECK(bogus.text("message") == "type is text, file, image, link, poll or whiteboard");
  std::string people = R"("user-lucas")";
  for (int i = 0; i < 50; ++i)
    people += R"(,"user-lucas")";
  CHECK(marie.post(messages, R"({"text":"x","mentions":[)" + people + "]}").status == 400);
}

TEST_CASE("/openapi.json tells what hand-written rows take and answer", "[db][net]") {
  const auto said = stacgate_visitor().get("/openapi.json");
  REQUIRE(said.status == 200);
  const auto operation = [&](std::string_view path, std::string_view verb) {
    return said.parsed->find("paths")->find(path)->find(verb).value_or(stoa::json_value{});
  };
  const auto groups = operation("/api/study-groups", "get");
  CHECK(groups["parameters"].text().find(R"("name":"search")") != std::string::npos);
  CHECK(groups["responses"].text().find("#/components/schemas/StudyGroup\"") != std::string::npos);
  CHECK(operation("/api/auth/login", "post")["requestBody"].text().find(R"("password")") !=
        std::string::npos);
  CHECK(operation("/api/login", "get")["responses"]["302"].is_object());
  CHECK(operation("/api/v1/search/messages", "get")["parameters"].text().find(R"("name":"q")") !=
        std::string::npos);
  const auto schemas =
      said.parsed->find("components")->find("schemas").value_or(stoa::json_value{});
  CHECK(schemas["StudyGroup"].is_object());
  CHECK(schemas["Fault"].is_object());
  CHECK_FALSE(schemas.find("ForumTopic"));
}
