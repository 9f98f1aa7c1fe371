#include "tests/net/support.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <poll.h>

using namespace stoa;
using namespace stoa::test;
using namespace std::chrono_literals;

namespace {

std::string post(std::string_view path, std::string_view body, std::string_view more = {}) {
  return "POST " + std::string{path} +
         " HTTP/1.1\r\nHost: here\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string{more} + "\r\n" + std::string{body};
}

}  // namespace

TEST_CASE("a request is answered and the connection kept", "[net]") {
  served s;
  raw_client c{s.port};
  for (int i = 0; i < 3; ++i) {
    auto x = c.ask(get("/hello"));
    CHECK(x.status == 200);
    CHECK(x.body == "hello");
    CHECK(x.header("X-Content-Type-Options") == "nosniff");
    CHECK(x.header("Date").ends_with(" GMT"));
    CHECK(x.header("Connection").empty());
  }
  CHECK(s.edge->counters().requests == 3);
}

TEST_CASE("an answer may come from any thread", "[net]") {
  served s;
  std::vector<std::thread> workers;
  s.people.at["/later"] = [&](request&&, reply_sink answer) {
    workers.emplace_back(
        [answer = std::move(answer)]() mutable { answer(text_reply(201, "made")); });
  };
  raw_client c{s.port};
  CHECK(c.ask(get("/later")).status == 201);
  CHECK(c.ask(get("/later")).body == "made");
  for (auto& x : workers)
    x.join();
}

TEST_CASE("a sink that nobody used answers 500", "[net]") {
  served s;
  s.people.at["/drop"] = [](request&&, reply_sink) {};
  raw_client c{s.port};
  auto x = c.ask(get("/drop"));
  CHECK(x.status == 500);
  CHECK(x.body.find("unavailable") != std::string::npos);
}

TEST_CASE("an answer that takes too long is 504 and its late twin is dropped", "[net]") {
  served s{[](auto& o, auto&) { o.limits.answer_time = 100ms; }};
  s.people.at["/never"] = [&](request&&, reply_sink answer) {
    std::lock_guard hold{s.people.guard};
    s.people.held.push_back(std::move(answer));
  };
  raw_client c{s.port};
  CHECK(c.ask(get("/never")).status == 504);
  s.people.held.front()(text_reply(200, "late"));
  CHECK(c.ended());
}

TEST_CASE("pipelined requests are answered in order", "[net]") {
  served s;
  std::string all;
  for (int i = 0; i < 200; ++i)
    all += post("/echo", std::to_string(i));
  raw_client c{s.port};
  c.send(all);
  for (int i = 0; i < 200; ++i)
    REQUIRE(c.read().body == std::to_string(i));
}

TEST_CASE("pipelined answers stay in order when one is late and one is large", "[net]") {
  served s;
  std::thread worker;
  s.people.at["/later"] = [&](request&&, reply_sink answer) {
    worker =
        std::thread{[answer = std::move(answer)]() mutable { answer(text_reply(200, "late")); }};
  };
  s.people.at["/large"] = [](request&&, reply_sink answer) {
    answer(text_reply(200, std::string(3'000'000, 'x')));
  };
  raw_client c{s.port};
  c.send(get("/hello") + get("/later") + get("/large") + get("/hello"));
  CHECK(c.read().body == "hello");
  CHECK(c.read().body == "late");
  CHECK(c.read().body == std::string(3'000'000, 'x'));
  CHECK(c.read().body == "hello");
  worker.join();
}

TEST_CASE("a request may come byte by byte", "[net]") {
  served s;
  raw_client c{s.port};
  for (auto byte : "\r\n" + post("/echo", "dripping"))
    c.send({&byte, 1});
  CHECK(c.read().body == "dripping");
}

TEST_CASE("chunked bodies are put together and their trailers ignored", "[net]") {
  served s;
  raw_client c{s.port};
  auto x = c.ask(
      "POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n6;note=\"x\"\r\n world\r\n0\r\nHost: elsewhere\r\n\r\n");
  CHECK(x.status == 200);
  CHECK(x.body == "hello world");
  CHECK(c.ask(get("/hello")).body == "hello");
}

TEST_CASE("what two servers could read in two ways is refused", "[net]") {
  struct row {
    const char* name;
    std::string bytes;
    int status;
  };
  const std::string start = "POST /echo HTTP/1.1\r\nHost: here\r\n";
  const row rows[] = {
      {"length and coding",
       start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"coding and length",
       start + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400},
      {"two lengths", start + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 400},
      {"the same length twice", start + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400},
      {"a list of lengths", start + "Content-Length: 5, 5\r\n\r\nhello", 400},
      {"a signed length", start + "Content-Length: +5\r\n\r\nhello", 400},
      {"a negative length", start + "Content-Length: -5\r\n\r\nhello", 400},
      {"a hexadecimal length", start + "Content-Length: 0x5\r\n\r\nhello", 400},
      {"an empty length", start + "Content-Length: \r\n\r\nhello", 400},
      {"a huge length", start + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {"an unknown coding", start + "Transfer-Encoding: gzip\r\n\r\n", 501},
      {"a stack of codings", start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {"chunked but not last", start + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
       501},
      {"a disguised coding", start + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {"two codings",
       start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"chunked in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"a folded line", start + "X-A: b\r\n c\r\n\r\n", 400},
      {"a folded coding", start + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400},
      {"blank before the colon", start + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400},
      {"blank before the name", "POST /echo HTTP/1.1\r\n Host: here\r\n\r\n", 400},
      {"a name with a blank", start + "X A: b\r\n\r\n", 400},
      {"an empty name", start + ": b\r\n\r\n", 400},
      {"no colon", start + "nonsense\r\n\r\n", 400},
      {"a bare line feed", start + "X-A: b\nX-C: d\r\n\r\n", 400},
      {"a bare carriage return", start + "X-A: b\rX-C: d\r\n\r\n", 400},
      {"line feeds alone", "GET /hello HTTP/1.1\nHost: here\n\n", 400},
      {"a zero byte", start + std::string{"X-A: b\0c\r\n\r\n", 13}, 400},
      {"no host", "GET /hello HTTP/1.1\r\n\r\n", 400},
      {"two hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"an empty host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"a host with a path", "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"a host with a user", "GET /hello HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
      {"a host with a bad port", "GET /hello HTTP/1.1\r\nHost: a:b\r\n\r\n", 400},
      {"another version", "GET /hello HTTP/2.0\r\nHost: here\r\n\r\n", 505},
      {"another protocol", "GET /hello HTPT/1.1\r\nHost: here\r\n\r\n", 400},
      {"two blanks", "GET  /hello HTTP/1.1\r\nHost: here\r\n\r\n", 400},
      {"an unknown method", "BREW /hello HTTP/1.1\r\nHost: here\r\n\r\n", 501},
      {"a tunnel", "CONNECT here:80 HTTP/1.1\r\nHost: here\r\n\r\n", 501},
      {"a lower-case method", "get /hello HTTP/1.1\r\nHost: here\r\n\r\n", 501},
      {"a TLS hello", std::string{"\x16\x03\x01\x02\x00\x01", 6}, 400},
      {"a broken escape", "GET /%zz HTTP/1.1\r\nHost: here\r\n\r\n", 400},
      {"an escaped zero", "GET /%00 HTTP/1.1\r\nHost: here\r\n\r\n", 400},
      {"bytes that are no text", "GET /%ff%fe HTTP/1.1\r\nHost: here\r\n\r\n", 400},
      {"a way up", "GET /a/../b HTTP/1.1\r\nHost: here\r\n\r\n", 400},
      {"an escaped way up", "GET /a/%2e%2e/b HTTP/1.1\r\nHost: here\r\n\r\n", 400},
      {"an unknown expectation", start + "Expect: the-best\r\nContent-Length: 1\r\n\r\nx", 417},
      {"a bad chunk size", start + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
      {"a signed chunk size", start + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400},
      {"an overflowing chunk size",
       start + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400},
      {"a chunk without its end",
       start + "Transfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n", 400},
      {"an endless chunk header",
       start + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(5000, 'a'), 400},
  };
  served s;
  for (const auto& row : rows) {
    INFO(row.name);
    raw_client c{s.port};
    c.send(row.bytes);
    auto x = c.read();
    CHECK(x.status == row.status);
    CHECK(x.header("Connection") == "close");
    CHECK(c.ended());
  }
  // Nobody was served by accident, and the server is well.
  CHECK(raw_client{s.port}.ask(get("/hello")).status == 200);
}

TEST_CASE("addresses are decoded once and an escaped slash makes no segment", "[net]") {
  served s;
  std::mutex guard;
  request seen;
  auto keep = [&](request&& x, reply_sink answer) {
    {
      std::lock_guard hold{guard};
      seen = std::move(x);
    }
    answer(text_reply(200, ""));
  };
  s.people.at["/a b/c%2Fd"] = s.people.at["/é"] = s.people.at["/x"] = s.people.at["/"] = keep;
  raw_client c{s.port};
  CHECK(c.ask(get("/a%20b/c%2fd?q=1+2%263&empty&q=4")).status == 200);
  CHECK(seen.parameter("q") == "1 2&3");
  CHECK(seen.parameter("empty") == "");
  CHECK_FALSE(seen.parameter("none"));
  CHECK(seen.parameters().size() == 3);
  CHECK(seen.query == "q=1+2%263&empty&q=4");
  CHECK(c.ask(get("/%C3%A9")).status == 200);
  CHECK(c.ask("GET http://Other.example:81/x?y HTTP/1.1\r\nHost: here\r\n\r\n").status == 200);
  CHECK(seen.host == "other.example");
  CHECK(seen.authority == "Other.example:81");
  CHECK(seen.target == "/x?y");
  CHECK(c.ask("GET http://other.example HTTP/1.1\r\nHost: here\r\n\r\n").status == 200);
  CHECK(seen.path == "/");
  CHECK(c.ask(get("/x", "Cookie: a=1; sid=\"abc\"\r\nX-Request-Id: mine-1\r\n")).status == 200);
  CHECK(seen.cookies("sid", 4) == std::vector<std::string_view>{"abc"});
  CHECK(seen.id == "mine-1");
  CHECK(seen.header("COOKIE").starts_with("a=1"));
  CHECK(c.ask(get("/x", "X-Request-Id: not good!\r\n")).status == 200);
  CHECK(seen.id.size() == 32);
  CHECK(seen.peer == "127.0.0.1");
  CHECK_FALSE(seen.secure);
}

TEST_CASE("proxy headers count only when they come from a trusted proxy", "[net]") {
  std::string peer;
  bool secure = false;
  auto ask = [&](std::vector<std::string> trusted, std::string_view chain) {
    served s{[&](auto& o, auto&) { o.trusted_proxies = trusted; }};
    s.people.at["/who"] = [&](request&& x, reply_sink answer) {
      peer = x.peer;
      secure = x.secure;
      answer(text_reply(200, ""));
    };
    raw_client c{s.port};
    c.ask(
        get("/who", "X-Forwarded-Proto: https\r\nX-Forwarded-For: " + std::string{chain} + "\r\n"));
  };
  ask({}, "10.1.1.1");
  CHECK(peer == "127.0.0.1");
  CHECK_FALSE(secure);
  ask({"127.0.0.0/8"}, "10.1.1.1");
  CHECK(peer == "10.1.1.1");
  CHECK(secure);
  ask({"127.0.0.1", "10.0.0.0/8"}, "6.6.6.6, 9.9.9.9, 10.1.1.1");
  CHECK(peer == "9.9.9.9");
  ask({"127.0.0.1"}, "evil; drop");
  CHECK(peer == "127.0.0.1");
  stoa::server wrong{{.threads = 1, .limits = {}, .trusted_proxies = {"localhost"}}};
  town nobody;
  CHECK_FALSE(wrong.listen({}, nobody));
}

TEST_CASE("limits answer with their own status", "[net]") {
  served s{[](auto& o, auto&) {
    o.limits.head = 2048;
    o.limits.target = 512;
    o.limits.fields = 10;
  }};
  s.people.plans["/small"] = [](const request&) { return body_plan::memory(10); };
  s.people.plans["/refused"] = [](const request&) {
    return body_plan::refuse(text_reply(404, "no such place"));
  };
  s.people.at["/small"] = s.people.at["/echo"];
  SECTION("a long address") {
    CHECK(raw_client{s.port}.ask(get("/" + std::string(600, 'a'))).status == 414);
    CHECK(raw_client{s.port}.ask("GET /" + std::string(600, 'a')).status == 414);
  }
  SECTION("a large head") {
    CHECK(raw_client{s.port}.ask(get("/hello", "X: " + std::string(2040, 'a') + "\r\n")).status ==
          431);
    CHECK(raw_client{s.port}.ask("GET / HTTP/1.1\r\nX: " + std::string(2100, 'a')).status == 431);
  }
  SECTION("many fields") {
    std::string many;
    for (int i = 0; i < 11; ++i)
      many += "X: y\r\n";
    CHECK(raw_client{s.port}.ask(get("/hello", many)).status == 431);
  }
  SECTION("a large body is refused before it is read") {
    raw_client c{s.port};
    auto x = c.ask("POST /small HTTP/1.1\r\nHost: here\r\nContent-Length: 11\r\n\r\n");
    CHECK(x.status == 413);
    CHECK(c.ended());
  }
  SECTION("a large chunked body") {
    raw_client c{s.port};
    auto x = c.ask(
        "POST /small HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
        "6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n");
    CHECK(x.status == 413);
  }
  SECTION("a body that just fits") {
    CHECK(raw_client{s.port}.ask(post("/small", "0123456789")).body == "0123456789");
  }
  SECTION("the answer survives a body that is still on its way") {
    raw_client c{s.port};
    c.send("POST /small HTTP/1.1\r\nHost: here\r\nContent-Length: 3000000\r\n\r\n");
    c.try_send(std::string(3'000'000, 'x'));
    CHECK(c.read().status == 413);
  }
  SECTION("a plan that refuses keeps the connection unless a body comes") {
    raw_client c{s.port};
    CHECK(c.ask(get("/refused")).status == 404);
    CHECK(c.ask(post("/refused", "xyz")).status == 404);
    CHECK(c.ended());
  }
}

TEST_CASE("Expect: 100-continue is answered before the body is sent", "[net]") {
  served s;
  s.people.plans["/small"] = [](const request&) { return body_plan::memory(1); };
  raw_client c{s.port};
  auto x = c.ask(
      "POST /echo HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(x.status == 100);
  CHECK(c.ask("ok").body == "ok");
  x = c.ask(
      "POST /small HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(x.status == 413);
}

TEST_CASE("HEAD has the length and no body", "[net]") {
  served s;
  raw_client c{s.port};
  c.send("HEAD /hello HTTP/1.1\r\nHost: here\r\n\r\n" + get("/hello"));
  auto x = c.read(true);
  CHECK(x.status == 200);
  CHECK(x.header("Content-Length") == "5");
  CHECK(c.read().body == "hello");
}

TEST_CASE("HTTP/1.0 closes unless it asks to stay", "[net]") {
  served s;
  raw_client c{s.port};
  auto x = c.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(x.header("Connection") == "keep-alive");
  CHECK(c.ask("GET /hello HTTP/1.0\r\n\r\n").header("Connection") == "close");
  CHECK(c.ended());
  raw_client d{s.port};
  CHECK(d.ask(get("/hello", "Connection: close\r\n")).header("Connection") == "close");
  CHECK(d.ended());
}

TEST_CASE("large text is compressed for those who take it", "[net]") {
  served s;
  const std::string text(20'000, 'a');
  s.people.at["/text"] = [&](request&&, reply_sink answer) { answer(text_reply(200, text)); };
  s.people.at["/shared"] = [body = share(text)](request&&, reply_sink answer) {
    answer(json_reply(200, body));
  };
  s.people.at["/image"] = [&](request&&, reply_sink answer) {
    answer(text_reply(200, text).with("Content-Encoding", "br"));
  };
  raw_client c{s.port};
  for (auto path : {"/text", "/shared"}) {
    auto x = c.ask(get(path, "Accept-Encoding: br, gzip;q=0.5\r\n"));
    CHECK(x.header("Content-Encoding") == "gzip");
    CHECK(x.header("Vary") == "Accept-Encoding");
    CHECK(x.body.size() < 1000);
    CHECK(gunzip(x.body) == text);
    CHECK(c.ask(get(path)).body == text);
    CHECK(c.ask(get(path, "Accept-Encoding: gzip;q=0\r\n")).body == text);
    CHECK(c.ask(get(path, "Accept-Encoding: gzip\r\nx-no-compression: 1\r\n")).body == text);
  }
  CHECK(c.ask(get("/image", "Accept-Encoding: gzip\r\n")).body == text);
  CHECK(c.ask(get("/hello", "Accept-Encoding: gzip\r\n")).body == "hello");
}

TEST_CASE("what the client has already is 304", "[net]") {
  served s;
  auto body = share(R"({"a":1})");
  s.people.at["/shared"] = [&](request&&, reply_sink answer) { answer(json_reply(200, body)); };
  raw_client c{s.port};
  auto x = c.ask(get("/shared"));
  CHECK(x.header("ETag") == body->etag);
  auto y = c.ask(get("/shared", "If-None-Match: \"other\", W/" + body->etag + "\r\n"));
  CHECK(y.status == 304);
  CHECK(y.body.empty());
  CHECK(y.header("ETag") == body->etag);
  CHECK(y.header("Content-Length").empty());
  CHECK(c.ask(get("/shared", "If-None-Match: \"other\"\r\n")).status == 200);
}

TEST_CASE("an answer cannot be split by what it quotes", "[net]") {
  served s;
  s.people.at["/split"] = [](request&&, reply_sink answer) {
    answer(text_reply(302, "")
               .with("Location", "/x\r\nSet-Cookie: evil=1")
               .with("Content-Length", "99"));
  };
  raw_client c{s.port};
  auto x = c.ask(get("/split"));
  CHECK(x.status == 302);
  CHECK(x.header("Set-Cookie").empty());
  CHECK(x.header("Content-Length") == "0");
}

TEST_CASE("slow clients are cut off with 408", "[net]") {
  served s{[](auto& o, auto&) {
    o.limits.head_time = 200ms;
    o.limits.body_time = 200ms;
    o.limits.keep_alive = 200ms;
  }};
  SECTION("in the head") {
    raw_client c{s.port};
    CHECK(c.ask("GET /hello HTTP/1.1\r\nHo").status == 408);
  }
  SECTION("in the body") {
    raw_client c{s.port};
    CHECK(c.ask("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nhe").status == 408);
  }
  SECTION("having said nothing") {
    raw_client c{s.port};
    CHECK(c.ended());
  }
  SECTION("between requests") {
    raw_client c{s.port};
    CHECK(c.ask(get("/hello")).status == 200);
    CHECK(c.ended());
  }
}

TEST_CASE("a body that drips is cut off with 408, one that keeps its pace may take its time",
          "[net]") {
  served s{[](auto& o, auto&) {
    o.threads = 1;
    o.limits.body_time = 200ms;
    o.limits.body_pace = 4096;
  }};
  s.people.plans["/echo"] = [](const request&) { return body_plan::memory(64 * 1024 * 1024); };
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string begin = "10000\r\n" + std::string(64 * 1024, 'x') + "\r\n";
  raw_client other{s.port};

  raw_client drips{s.port};
  drips.send(head + begin);
  int meanwhile = 0;
  // At most a byte each millisecond: a quarter of what it takes.
  for (pollfd what{drips.handle(), POLLIN, 0}; ::poll(&what, 1, 1) == 0; ++meanwhile) {
    drips.try_send("1\r\nx\r\n");
    REQUIRE(other.ask(get("/hello")).status == 200);
  }
  CHECK(drips.read().status == 408);
  CHECK(meanwhile > 0);

  raw_client steady{s.port};
  steady.send(head + begin);
  const auto piece = "1000\r\n" + std::string(4096, 'x') + "\r\n";
  for (const auto end = std::chrono::steady_clock::now() + 500ms;
       std::chrono::steady_clock::now() < end;) {
    REQUIRE(steady.try_send(piece));
    REQUIRE(other.ask(get("/hello")).status == 200);
  }
  steady.send("0\r\n\r\n");
  CHECK(steady.read().status == 200);
}

TEST_CASE("a client that takes nothing is let go", "[net]") {
  served s{[](auto& o, auto&) { o.limits.write_time = 300ms; }};
  s.people.at["/huge"] = [](request&&, reply_sink answer) {
    answer(text_reply(200, std::string(30'000'000, 'x')));
  };
  raw_client c{s.port, 4096};
  c.send(get("/huge"));
  CHECK(until([&] { return s.edge->counters().requests == 1; }));
  CHECK(until([&] { return s.edge->counters().open == 0; }));
}

TEST_CASE("a thousand slow heads do not disturb the others", "[net][slow]") {
  served s{[](auto& o, auto&) { o.limits.head_time = 5s; }};
  std::vector<raw_client> slow;
  for (int i = 0; i < 1000; ++i) {
    slow.emplace_back(s.port);
    slow.back().send("GET /hello HTTP/1.1\r\nX-Slow: ");
  }
  raw_client c{s.port};
  auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 500; ++i)
    REQUIRE(c.ask(get("/hello")).status == 200);
  CHECK(std::chrono::steady_clock::now() - begin < 2s);
  CHECK(s.edge->counters().open == 1001);
}

TEST_CASE("there is room for so many connections and no more", "[net]") {
  SECTION("per address") {
    served s{[](auto& o, auto&) { o.limits.per_address = 3; }};
    std::vector<raw_client> in;
    for (int i = 0; i < 3; ++i) {
      in.emplace_back(s.port);
      CHECK(in.back().ask(get("/hello")).status == 200);
    }
    raw_client out{s.port};
    CHECK(out.read().status == 429);
    CHECK(out.ended());
    in.pop_back();
    CHECK(until([&] { return raw_client{s.port}.ask(get("/hello")).status == 200; }));
  }
  SECTION("in total") {
    served s{[](auto& o, auto&) { o.limits.connections = 2; }};
    raw_client a{s.port}, b{s.port};
    CHECK(a.ask(get("/hello")).status == 200);
    CHECK(b.ask(get("/hello")).status == 200);
    raw_client c{s.port};
    auto x = c.read();
    CHECK(x.status == 503);
    CHECK(x.body.find("overloaded") != std::string::npos);
    CHECK(s.edge->counters().turned_away == 1);
    CHECK(a.ask(get("/hello")).status == 200);
  }
}

TEST_CASE("half-open and vanishing clients leave nothing behind", "[net]") {
  served s;
  s.people.at["/never"] = [&](request&&, reply_sink answer) {
    std::lock_guard hold{s.people.guard};
    s.people.held.push_back(std::move(answer));
  };
  {
    raw_client c{s.port};
    c.send(get("/hello"));
    c.half_close();
    CHECK(c.read().body == "hello");
    CHECK(c.ended());
  }
  raw_client d{s.port};
  d.send(get("/never"));
  CHECK(until([&] {
    std::lock_guard hold{s.people.guard};
    return s.people.held.size() == 1;
  }));
  d.reset();
  s.people.held.front()(text_reply(200, std::string(1'000'000, 'x')));
  CHECK(until([&] { return s.edge->counters().open == 0; }));
}

TEST_CASE("stopping finishes what is in flight and takes no more", "[net]") {
  served s{[](auto& o, auto&) { o.threads = 1; }};
  s.people.at["/never"] = [&](request&&, reply_sink answer) {
    std::lock_guard hold{s.people.guard};
    s.people.held.push_back(std::move(answer));
  };
  raw_client idle{s.port};
  CHECK(idle.ask(get("/hello")).status == 200);
  raw_client busy{s.port};
  busy.send(get("/never"));
  CHECK(until([&] {
    std::lock_guard hold{s.people.guard};
    return s.people.held.size() == 1;
  }));
  std::thread stopping{[&] { s.edge->stop(10s); }};
  CHECK(idle.ended());
  s.people.held.front()(text_reply(200, "finished"));
  auto x = busy.read();
  CHECK(x.body == "finished");
  CHECK(x.header("Connection") == "close");
  CHECK(busy.ended());
  stopping.join();
  CHECK(s.edge->counters().open == 0);
  CHECK_THROWS(raw_client{s.port});
}

TEST_CASE("stopping does not wait longer than its patience", "[net]") {
  served s;
  s.people.at["/never"] = [&](request&&, reply_sink answer) {
    std::lock_guard hold{s.people.guard};
    s.people.held.push_back(std::move(answer));
  };
  raw_client busy{s.port};
  busy.send(get("/never"));
  CHECK(until([&] {
    std::lock_guard hold{s.people.guard};
    return s.people.held.size() == 1;
  }));
  auto begin = std::chrono::steady_clock::now();
  s.edge->stop(100ms);
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  s.people.held.clear();
  CHECK(busy.ended());
}
