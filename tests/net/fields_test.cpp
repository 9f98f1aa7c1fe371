#include "tests/net/support.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::test;

TEST_CASE("a list may come on several lines, what is no list may not", "[net]") {
  served s;
  const std::string text(20'000, 'a');
  const auto body = share(text);
  s.people.at["/shared"] = [&](request&&, reply_sink answer) { answer(json_reply(200, body)); };
  request seen;
  s.people.at["/x"] = [&](request&& x, reply_sink answer) {
    seen = std::move(x);
    answer(text_reply(200, "ok"));
  };
  raw_client c{s.port};
  CHECK(c.ask(get("/shared", "Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n"))
            .header("Content-Encoding") == "gzip");
  CHECK(c.ask(get("/shared", "Accept-Encoding: gzip\r\nAccept-Encoding: br\r\n"))
            .header("Content-Encoding") == "gzip");
  CHECK(c.ask(get("/shared", "If-None-Match: " + body->etag + "\r\nIf-None-Match: \"b\"\r\n"))
            .status == 304);
  CHECK(c.ask(get("/shared", "If-None-Match: \"b\"\r\nIf-None-Match: " + body->etag + "\r\n"))
            .status == 304);
  CHECK(c.ask(get("/x", "Cookie: sid=a; b=1\r\nCookie: sid=c; sid=a\r\nAccept: a\r\nACCEPT: b\r\n"))
            .status == 200);
  CHECK(seen.cookies("sid", 4) == std::vector<std::string_view>{"a", "c"});
  CHECK(seen.cookies("sid", 1) == std::vector<std::string_view>{"a"});
  CHECK(seen.headers.all("accept") == "a, b");
  raw_client socket{s.port};
  CHECK(socket
            .ask("GET /ws HTTP/1.1\r\nHost: here\r\nConnection: keep-alive\r\nConnection: "
                 "Upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            .status == 101);
  for (const auto* twice :
       {"Authorization: Bearer a\r\n", "Content-Type: text/plain\r\n", "Origin: https://a\r\n",
        "Referer: https://a/\r\n", "Range: bytes=0-1\r\n", "If-Range: \"a\"\r\n",
        "If-Unmodified-Since: x\r\n", "If-Modified-Since: x\r\n", "Idempotency-Key: a\r\n",
        "Last-Event-ID: 1\r\n", "Sec-Fetch-Site: none\r\n", "Sec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Key: a\r\n", "Access-Control-Request-Method: GET\r\n", "Host: here\r\n"}) {
    INFO(twice);
    raw_client d{s.port};
    CHECK(d.ask(get("/hello", std::string{twice} + twice)).status == 400);
  }
}

TEST_CASE("the two codings of one text have tags of their own", "[net]") {
  served s;
  const std::string text(20'000, 'a');
  const auto body = share(text);
  s.people.at["/shared"] = [&](request&&, reply_sink answer) { answer(json_reply(200, body)); };
  s.people.at["/own"] = [&](request&&, reply_sink answer) {
    answer(text_reply(200, text).with("ETag", "\"own\""));
  };
  s.people.at["/weak"] = [&](request&&, reply_sink answer) {
    answer(text_reply(200, text).with("ETag", "W/\"own\""));
  };
  raw_client c{s.port};
  const std::string packed = "Accept-Encoding: gzip\r\n";
  for (const auto* path : {"/shared", "/own"}) {
    const auto plain = c.ask(get(path)).header("ETag");
    const auto small = c.ask(get(path, packed)).header("ETag");
    CHECK(plain != small);
    CHECK_FALSE(small.starts_with("W/"));
    for (const auto& held : {plain, small, "W/" + plain, "W/" + small})
      for (const auto& coding : {std::string{}, packed}) {
        INFO(path << ' ' << held << ' ' << coding);
        const auto x = c.ask(get(path, coding + "If-None-Match: " + held + "\r\n"));
        CHECK(x.status == 304);
        CHECK(x.header("ETag") == (coding.empty() ? plain : small));
        CHECK(x.header("Vary") == "Accept-Encoding");
      }
    CHECK(c.ask(get(path, "If-Match: " + small + "\r\n")).status == 200);
    CHECK(c.ask(get(path, "If-Match: *\r\n")).status == 200);
    CHECK(c.ask(get(path, "If-Match: W/" + plain + "\r\n")).status == 412);
    CHECK(c.ask(get(path, "If-Match: \"x\"\r\nIf-Match: \"y\"\r\n")).status == 412);
  }
  CHECK(c.ask(get("/weak", packed)).header("ETag") == "W/\"own\"");
  CHECK(c.ask(get("/weak", "If-Match: \"own\"\r\n")).status == 412);
  CHECK(c.ask(get("/hello", "If-Match: \"own\"\r\n")).status == 412);
}

TEST_CASE("a body with a coding is 415 before it is read, wherever it goes", "[net]") {
  served s;
  for (const auto* coding : {"gzip", "deflate", "br", "x-unknown", "identity, gzip"})
    for (const auto* method : {"POST", "PUT", "PATCH", "DELETE", "GET"})
      for (const auto* path : {"/echo", "/nowhere"}) {
        INFO(coding << ' ' << method << ' ' << path);
        raw_client c{s.port};
        const auto x = c.ask(std::string{method} + " " + path +
                             " HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\nExpect: "
                             "100-continue\r\nContent-Encoding: " +
                             coding + "\r\n\r\n{}");
        CHECK(x.status == 415);
        CHECK(x.header("Accept-Encoding") == "identity");
        CHECK(x.header("Connection") == "close");
        CHECK(c.ended());
      }
  raw_client c{s.port};
  for (const auto* fine :
       {"Content-Encoding: identity\r\n", "Content-Encoding: Identity\r\n", "Content-Encoding:\r\n",
        "Content-Encoding: identity\r\nContent-Encoding: identity\r\n"}) {
    INFO(fine);
    const auto x = c.ask("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n" +
                         std::string{fine} + "\r\nok");
    CHECK(x.status == 200);
    CHECK(x.body == "ok");
  }
  // Where there is no body, there is nothing that could be coded.
  CHECK(c.ask(get("/hello", "Content-Encoding: gzip\r\n")).status == 200);
  // In pieces, too.
  raw_client d{s.port};
  CHECK(d.ask("POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n"
              "Content-Encoding: gzip\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
            .status == 415);
}

TEST_CASE("an upgrade of another version is told what to ask for", "[net]") {
  served s;
  raw_client c{s.port};
  const auto x = c.ask(
      "GET /ws HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  CHECK(x.status == 426);
  CHECK(x.header("Upgrade") == "websocket");
  CHECK(x.header("Connection") == "Upgrade");
  CHECK(x.header("Sec-WebSocket-Version") == "13");
}
