#include "net/request_log.hpp"

#include "actors/core/log.hpp"
#include "schema/json.hpp"
#include "tests/net/support.hpp"
#include "tests/support/heard_log.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace stoa;
using namespace stoa::test;
using namespace std::chrono_literals;

namespace {

std::string with_id(std::string_view id) {
  return "X-Request-Id: " + std::string{id} + "\r\n";
}

bool is_fresh(const std::string& id) {
  return id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// The values of one line.
class said {
public:
  explicit said(const std::string& line) : read_(json::parse(line)) { REQUIRE(read_); }
  std::string text(std::string_view name) const {
    return std::string{read_->root()[name].as_string().value_or("(none)")};
  }
  std::int64_t number(std::string_view name) const {
    return read_->root()[name].as_int64().value_or(-1);
  }
  bool has(std::string_view name) const { return read_->root().find(name).has_value(); }

private:
  outcome<json> read_;
};

}  // namespace

TEST_CASE("every answer carries the id of its request, the client's own if it is one", "[net]") {
  served s;
  raw_client c{s.port};
  CHECK(c.ask(get("/hello", with_id("mine-1.2_3"))).header("X-Request-Id") == "mine-1.2_3");
  const auto longest = std::string(128, 'a');
  CHECK(c.ask(get("/hello", with_id(longest))).header("X-Request-Id") == longest);
  CHECK(c.ask(get("/nowhere", with_id("lost"))).header("X-Request-Id") == "lost");
  const auto first = c.ask(get("/hello")).header("X-Request-Id");
  const auto second = c.ask(get("/hello")).header("X-Request-Id");
  CHECK(is_fresh(first));
  CHECK(is_fresh(second));
  CHECK(first != second);

  // What could end a header, fill a log or mean something elsewhere is not repeated.
  for (const auto& hostile :
       {std::string(129, 'a'), std::string(10'000, 'a'), std::string{"a b"}, std::string{"a\tb"},
        std::string{"a%0d%0aSet-Cookie:x=1"}, std::string{"<script>"}, std::string{"\"quoted\""},
        std::string{"caf\xc3\xa9"}, std::string{"x\\u000ay"}}) {
    const auto answered = c.ask(get("/hello", with_id(hostile)));
    CAPTURE(hostile);
    CHECK(answered.status == 200);
    CHECK(is_fresh(answered.header("X-Request-Id")));
  }
  // A line break of the real kind is refused with its head, and is in no answer.
  raw_client broken{s.port};
  const auto refused = broken.ask(get("/hello", "X-Request-Id: a\rSet-Cookie: x=1\r\n"));
  CHECK(refused.status == 400);
  CHECK(is_fresh(refused.header("X-Request-Id")));
  CHECK(refused.header("Set-Cookie").empty());
}

TEST_CASE("refusals of the edge carry an id too, and never that of the request before", "[net]") {
  served s{[](auto& o, auto&) { o.limits.head_time = 200ms; }};
  raw_client nonsense{s.port};
  CHECK(is_fresh(nonsense.ask("\x16\x03\x01").header("X-Request-Id")));
  raw_client slow{s.port};
  CHECK(slow.ask(get("/hello", with_id("before"))).header("X-Request-Id") == "before");
  const auto late = slow.ask("GET /hello HTTP/1.1\r\nX-Request-Id: never-read\r\n");
  CHECK(late.status == 408);
  CHECK(is_fresh(late.header("X-Request-Id")));
  raw_client large{s.port};
  const auto too_large = large.ask(
      "POST /echo HTTP/1.1\r\nHost: here\r\nX-Request-Id: big\r\nContent-Length: 99999999\r\n\r\n");
  CHECK(too_large.status == 413);
  CHECK(too_large.header("X-Request-Id") == "big");
  raw_client socket{s.port};
  CHECK(socket.upgrade("/ws", with_id("up")).header("X-Request-Id") == "up");
  raw_client turned{s.port};
  CHECK(turned.upgrade("/elsewhere", with_id("away")).header("X-Request-Id") == "away");
  // A handler's own is not doubled.
  s.people.at["/own"] = [](request&&, reply_sink answer) {
    answer(text_reply(200, "x").with("X-Request-Id", "another"));
  };
  raw_client own{s.port};
  CHECK(own.ask(get("/own", with_id("mine"))).header("X-Request-Id") == "mine");
}

TEST_CASE("a failure of ours leaves a line with its id and cause, other requests none", "[net]") {
  const testing::heard_log http{"http"};
  served s{[](auto& o, auto&) { o.limits.answer_time = 100ms; }};
  s.people.at["/drop"] = [](request&&, reply_sink) {};
  s.people.at["/never"] = [&](request&&, reply_sink answer) {
    std::lock_guard hold{s.people.guard};
    s.people.held.push_back(std::move(answer));
  };
  s.people.at["/away"] = [](request&&, reply_sink answer) {
    auto out = text_reply(503, "later");
    put_note({"user-1", "unavailable: gone\r\nX-Forged: 1"}, out.headers);
    answer(std::move(out));
  };
  {
    raw_client c{s.port};
    CHECK(c.ask(get("/hello", with_id("fine"))).status == 200);
    CHECK(c.ask(get("/nowhere", with_id("lost"))).status == 404);
    const auto away = c.ask(get("/away?token=secret", with_id("r-503")));
    CHECK(away.status == 503);
    CHECK(away.head.find("user-1") == std::string::npos);
    CHECK(away.head.find("gone") == std::string::npos);
    CHECK(away.head.find("Forged") == std::string::npos);
    CHECK(c.ask(get("/drop", with_id("r-500"))).status == 500);
  }
  raw_client late{s.port};
  CHECK(late.ask(get("/never", with_id("r-504"))).status == 504);
  raw_client odd{s.port};
  CHECK(odd.ask("BREW /hello HTTP/1.1\r\nHost: here\r\n\r\n").status == 501);

  CHECK(http.lines().size() == 3);
  const said away{http.line("r-503")};
  CHECK(away.text("level") == "warning");
  CHECK(away.text("area") == "http");
  CHECK(away.text("trace") == "r-503");
  CHECK(away.text("method") == "GET");
  CHECK(away.text("path") == "/away");
  CHECK(away.number("status") == 503);
  CHECK(away.number("bytes") == 5);
  CHECK(away.has("ms"));
  CHECK(away.text("user") == "user-1");
  CHECK(away.text("cause") == "unavailable: gone\r\nX-Forged: 1");
  CHECK(said{http.line("r-500")}.text("cause") == "unavailable: nobody answered");
  CHECK(said{http.line("r-504")}.text("cause") == "unavailable: the answer took too long");
  CHECK(http.line("secret").empty());
}

TEST_CASE("at the level debug every request leaves a line, and nothing that opens doors", "[net]") {
  const testing::heard_log http{"http", spdlog::level::debug};
  served s;
  const std::string secret = "sesame";
  {
    raw_client c{s.port};
    const auto asked = "Cookie: sid=" + secret + "\r\nAuthorization: Bearer " + secret + "\r\n";
    CHECK(c.ask(get("/hello?token=" + secret, asked + with_id("first"))).status == 200);
    const auto body = "{\"password\":\"" + secret + "\"}";
    CHECK(c.ask("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body)
              .status == 200);
    CHECK(c.ask(get("/a%0ab%1fcause=made%20up", with_id("odd"))).status == 404);
    CHECK(c.ask(get("/hello\x01", with_id("junk"))).status == 400);
  }
  raw_client socket{s.port};
  CHECK(socket.upgrade("/ws?token=" + secret, with_id("up")).status == 101);

  CHECK(http.lines().size() == 5);
  const said first{http.line("first")};
  CHECK(first.text("level") == "debug");
  CHECK(first.text("path") == "/hello");
  CHECK(first.number("status") == 200);
  CHECK(first.number("bytes") == 5);
  CHECK_FALSE(first.has("cause"));
  CHECK_FALSE(first.has("user"));
  const said odd{http.line("odd")};
  CHECK(odd.text("path") == "/a\nb cause=made up");
  CHECK_FALSE(odd.has("cause"));
  // A head that was not understood has no path to tell.
  const auto lines = http.lines();
  CHECK(std::any_of(lines.begin(), lines.end(), [](const auto& each) {
    const said one{each};
    return one.number("status") == 400 && !one.has("path") &&
           one.text("cause") == "invalid: the request is malformed";
  }));
  CHECK(said{http.line("\"up\"")}.number("status") == 101);
  CHECK(http.line(secret).empty());
}

TEST_CASE("areas have their own levels, and other names find a logger too") {
  settings how;
  how.log_level = "warning";
  how.log_levels = {{"net", "debug"}, {"special", "trace"}};
  start_logging(how);
  CHECK(log_of("net")->level() == spdlog::level::debug);
  CHECK(log_of("people")->level() == spdlog::level::warn);
  CHECK(log_of("special")->level() == spdlog::level::trace);
  CHECK(log_of("unheard_of") == spdlog::default_logger());
  start_logging(how);  // again, with other settings, is fine
  stop_logging();
  REQUIRE(log_of("net") != nullptr);
  log_of("net")->warn("nobody hears this, and nothing breaks");
}
