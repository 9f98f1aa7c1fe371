#include "net/node.hpp"
#include "tests/support/heard_log.hpp"
#include "tests/support/http_client.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::testing;

namespace {

/// Two sites behind a proxy on this machine, reached as https://learn.example.org.
std::unique_ptr<node> behind_a_proxy() {
  settings how;
  how.ephemeral = true;
  how.demo = true;
  how.io_threads = 1;
  how.trusted_proxies = {"127.0.0.1"};
  how.public_url = "https://learn.example.org/";
  how.session_cookie.push_back({"intrasphere", 0, "intranet.sid"});
  how.site.push_back({"stacgate", 0});
  how.site.push_back({"intrasphere", 0});
  auto started = node::start(how);
  if (!started)
    FAIL(started.error().text << ": " << started.error().cause);
  return std::move(*started);
}

constexpr const char* sophie =
    R"({"email":"sophie.apprenant@stacgate.academy","password":"demo123"})";

}  // namespace

TEST_CASE("behind a proxy the public address is the server's own", "[db][net]") {
  const heard_log log{"http", spdlog::level::warn};
  const auto here = behind_a_proxy();
  http_client client{here->sites().at(0).port};
  const http_headers page{{"Origin", "https://learn.example.org"}};
  const auto safely = [](http_headers more) {
    more.emplace_back("X-Forwarded-Proto", "https");
    return more;
  };
  const auto in = client.request("POST", "/api/auth/login", sophie, safely(page));
  REQUIRE(in.status == 200);
  CHECK(in.header("Set-Cookie").ends_with("; Secure"));

  SECTION("whatever of its name the proxy passes on") {
    const auto write = [&](const http_headers& more) {
      return client.request("POST", "/api/v1/rooms", R"({"name":"proxied"})", more).status;
    };
    CHECK(write(safely(page)) == 201);
    CHECK(write(page) == 201);
    auto named = safely({{"Origin", "https://other.example.org"}});
    CHECK(write(named) == 403);
    named.emplace_back("X-Forwarded-Host", "evil.example, other.example.org");
    CHECK(write(named) == 201);
    CHECK(write({{"Origin", "https://evil.example"},
                 {"X-Forwarded-Host", "evil.example, other.example.org"}}) == 403);
    CHECK(write({{"Origin", "https://third.example.org"},
                 {"Forwarded", "for=192.0.2.7;host=third.example.org;proto=https"}}) == 201);
    CHECK(write({{"Referer", "https://learn.example.org/rooms"}}) == 201);
    CHECK(ws_client{client,
                    "/realtime",
                    {{"Origin", "https://learn.example.org"},
                     {"Sec-WebSocket-Protocol", "other"},
                     {"Sec-WebSocket-Protocol", "stoa.v1"}}}
              .status() == 101);
    CHECK(ws_client{client,
                    "/realtime",
                    {{"Origin", "https://evil.example"}, {"Sec-WebSocket-Protocol", "stoa.v1"}}}
              .status() == 403);
  }
  SECTION("and who is refused finds in the log what would help") {
    const http_headers strange{{"Origin", "https://lms.example.net"}};
    CHECK(client.request("POST", "/api/v1/rooms", R"({"name":"x"})", strange).status == 403);
    const auto line = log.line("https://lms.example.net");
    CHECK(line.find("set public_url = https://lms.example.net") != std::string::npos);
    CHECK(line.find("allowed_origins") != std::string::npos);
    CHECK(client.request("POST", "/api/v1/rooms", R"({"name":"x"})", strange).status == 403);
    std::size_t lines = 0;
    for (const auto& each : log.lines())
      lines += each.find("lms.example.net") != std::string::npos ? 1 : 0;
    CHECK(lines == 1);
  }
  SECTION("cookies are Secure where the proxy, or public_url, says so") {
    const auto flags = [](const http_headers& more, std::uint16_t port) {
      return http_client{port}
          .request("POST", "/api/auth/login", sophie, more)
          .header("Set-Cookie");
    };
    const auto port = client.port();
    CHECK(flags({{"X-Forwarded-Host", "learn.example.org"}}, port).ends_with("; Secure"));
    CHECK(flags({{"X-Forwarded-Proto", "http, https"}}, port).ends_with("; Secure"));
    CHECK_FALSE(flags({{"X-Forwarded-Proto", "https, http"}}, port).ends_with("; Secure"));
    CHECK(flags({{"X-Forwarded-Proto", "https, http"}, {"X-Forwarded-For", "192.0.2.7, 127.0.0.1"}},
                port)
              .ends_with("; Secure"));
    CHECK_FALSE(flags({}, port).ends_with("; Secure"));
  }
  SECTION("sites that share a host name have cookies of their own") {
    http_client other{here->sites().at(1).port};
    const auto answer =
        other.post("/api/auth/login", R"({"username":"admin","password":"admin123"})");
    REQUIRE(answer.status == 200);
    CHECK(answer.header("Set-Cookie").starts_with("intranet.sid="));
    // One jar for both, as a browser has it.
    const auto both = client.cookie() + "; " + other.cookie();
    http_client tab{here->sites().at(0).port};
    tab.set_cookie(both);
    CHECK(tab.get("/api/auth/user").at("email") == "sophie.apprenant@stacgate.academy");
    other.set_cookie(both);
    CHECK(other.get("/api/auth/me").body.find("\"username\":\"admin\"") != std::string::npos);
    // A cookie of the edition's usual name means nothing there.
    other.set_cookie(client.cookie());
    CHECK(other.get("/api/auth/me").status == 401);
  }
}
