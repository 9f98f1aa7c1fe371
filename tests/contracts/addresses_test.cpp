#include "net/node.hpp"
#include "tests/support/emlyon.hpp"
#include "tests/support/intrasphere.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <stdlib.h>

using namespace stoa;
using namespace stoa::testing;
namespace fs = std::filesystem;

namespace {

http_answer ask_for(http_client client, std::string_view path, std::string_view accept,
                    std::string_view language = "") {
  http_headers more{{"Accept", std::string{accept}}};
  if (!language.empty())
    more.emplace_back("Accept-Language", std::string{language});
  return client.request("GET", path, {}, more);
}

}  // namespace

TEST_CASE("a plain GET of a socket's address says what it is for", "[db][net]") {
  const auto told = [](http_client client, std::string_view path) {
    const auto x = client.get(path);
    INFO(path << ' ' << x.head);
    CHECK(x.status == 426);
    CHECK(x.header("Upgrade") == "websocket");
    CHECK(x.header("Connection").find("Upgrade") != std::string::npos);
    CHECK(x.header("Sec-WebSocket-Version") == "13");
    CHECK_FALSE(x.at("message").empty());
    CHECK(client.request("HEAD", path).status == 426);
    CHECK(ask_for(client, path, "text/html").status == 426);
    CHECK(client.post(path).status == 404);
  };
  for (const auto* path : {"/realtime", "/ws", "/ws/collaboration", "/ws/"})
    told(stacgate_visitor(), path);
  for (const auto* path : {"/realtime", "/ws"}) {
    told(intranet_visitor(), path);
    told(emlyon_client(), path);
  }
}

TEST_CASE("whichever of two cookies names a live session is the one", "[db][net]") {
  const auto good = colleague("admin").cookie();
  const std::string alien = "connect.sid=s%3Aold-one.of-another-server";
  const std::string over = "connect.sid=" + std::string(43, 'a');
  const auto whoami = [](const std::string& cookies) {
    auto client = intranet_visitor();
    client.set_cookie(cookies);
    const auto me = client.get("/api/auth/me");
    CHECK(client.get("/api/v1/me").status == me.status);
    CHECK(client.get("/api/announcements").status == 200);
    const auto upgraded = ws_client{client, "/ws"}.status();
    CHECK(upgraded == (me.status == 200 ? 101 : 401));
    return me;
  };
  for (const auto& cookies : {good + "; " + alien, alien + "; " + good, good + "; " + over,
                              over + "; " + good, over + "; " + alien + "; " + good}) {
    INFO(cookies);
    const auto me = whoami(cookies);
    CHECK(me.status == 200);
    // What is renewed is the one that lives.
    CHECK(me.header("Set-Cookie").starts_with(good + ";"));
  }
  CHECK(whoami(over + "; " + alien).status == 401);
  // A bounded number is tried; what no token looks like is not one of them.
  std::string many;
  for (char c = 'a'; c < 'd'; ++c)
    many += "connect.sid=" + std::string(43, c) + "; " + alien + c + "; ";
  CHECK(whoami(many + good).status == 200);
  many += "connect.sid=" + std::string(43, 'd') + "; ";
  CHECK(whoami(many + good).status == 401);
  // On lines of their own, as some proxies write them.
  auto client = intranet_visitor();
  CHECK(client.request("GET", "/api/auth/me", {}, {{"Cookie", over}, {"Cookie", good}}).status ==
        200);
}

TEST_CASE("a browser at a site without a front end reads what it has found", "[db][net]") {
  struct row {
    http_client client;
    const char* edition;
    const char* account;
  };
  for (const auto& each : {row{stacgate_visitor(), "stacgate", "sophie.apprenant@stacgate.academy"},
                           row{intranet_visitor(), "intrasphere", "pierre.dubois"},
                           row{emlyon_client(), "emlyon-connect", "alice@emlyon.com"}}) {
    INFO(each.edition);
    const auto page = ask_for(each.client, "/", "text/html,application/xhtml+xml,*/*;q=0.8");
    CHECK(page.status == 200);
    CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
    CHECK(page.header("Vary").find("Accept") != std::string::npos);
    CHECK(page.body.find("<html lang=\"en\">") != std::string::npos);
    CHECK(page.body.find(std::string{"<code>"} + each.edition + "</code>") != std::string::npos);
    CHECK(page.body.find("href=\"/openapi.json\"") != std::string::npos);
    CHECK(page.body.find("href=\"/asyncapi.json\"") != std::string::npos);
    CHECK(page.body.find(std::string{"--front "} + each.edition + "=DIR") != std::string::npos);
    CHECK(page.body.find(each.account) != std::string::npos);
    CHECK(page.header("Content-Security-Policy")
              .starts_with("default-src 'none'; style-src 'sha256-"));
    CHECK(page.head.find("Content-Security-Policy") == page.head.rfind("Content-Security-Policy"));
    CHECK(page.body.find("http") == std::string::npos);
    CHECK(page.body.find("<script") == std::string::npos);
    CHECK(ask_for(each.client, "/", "text/html", "fr-FR,fr;q=0.9,en;q=0.5")
              .body.find("<html lang=\"fr\">") != std::string::npos);
    // Programs get what they got.
    for (const auto* accept : {"*/*", "application/json"}) {
      const auto answer = ask_for(each.client, "/", accept);
      CHECK(answer.status == 404);
      CHECK(answer.header("Content-Type").starts_with("application/json"));
    }
    CHECK(ask_for(each.client, "/elsewhere", "text/html").status == 404);
  }
}

TEST_CASE("pages of a front end load what they need, answers nothing; without a demo, no accounts",
          "[db][net]") {
  auto folder = (fs::temp_directory_path() / "stoa-front-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()));
  std::ofstream{fs::path{folder} / "index.html"} << "<title>front</title>";
  std::ofstream{fs::path{folder} / "app.js"} << "1";
  settings how;
  how.ephemeral = true;
  how.io_threads = 1;
  how.site.push_back({"emlyon-connect", 0});
  how.site.push_back({"stacgate", 0});
  how.front.push_back({"emlyon-connect", folder});
  {
    const auto started = node::start(how);
    REQUIRE(started);
    http_client client{(*started)->sites().at(0).port};
    for (const auto* path : {"/", "/events", "/app.js", "/ws", "/realtime"}) {
      INFO(path);
      const auto page = ask_for(client, path, "text/html");
      CHECK(page.status == 200);
      const auto policy = page.header("Content-Security-Policy");
      for (const auto* needed :
           {"script-src 'self' 'unsafe-inline' https://unpkg.com https://cdn.tailwindcss.com",
            "connect-src 'self' ws: wss:", "img-src 'self' data: blob:",
            "font-src 'self' data: https://fonts.gstatic.com", "worker-src 'self'"})
        CHECK(policy.find(needed) != std::string::npos);
      CHECK(page.head.find("default-src 'none'") == std::string::npos);
    }
    CHECK(client.get("/ws").status == 426);
    for (const auto* path : {"/api/events", "/api/nothing", "/openapi.json"}) {
      INFO(path);
      CHECK(client.get(path).header("Content-Security-Policy") ==
            "default-src 'none'; frame-ancestors 'none'");
    }
    http_client bare{(*started)->sites().at(1).port};
    const auto page = ask_for(bare, "/", "text/html");
    CHECK(page.status == 200);
    CHECK(page.body.find("demo123") == std::string::npos);
    CHECK(page.body.find("<table") == std::string::npos);
  }
  fs::remove_all(folder);
}
