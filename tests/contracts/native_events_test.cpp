#include "net/node.hpp"
#include "tests/contracts/native_stage.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <numeric>

using namespace stoa;
using namespace stoa::test;
using stoa::testing::http_client;

namespace {

/// A node whose data outlives it.
struct lasting_node {
  lasting_node() {
    how.data = folder.path() / "data";
    how.site.push_back({"stacgate", 0});
    how.demo = true;
    start();
  }
  void start() {
    auto started = node::start(how);
    if (!started)
      FAIL(started.error().text << ": " << started.error().cause);
    now = std::move(*started);
  }
  void stop() { now.reset(); }
  [[nodiscard]] std::uint16_t port() const { return now->sites().at(0).port; }
  /// The same browser, whichever port the node has now.
  [[nodiscard]] http_client client(const std::string& cookie = {}) const {
    http_client out{port()};
    out.set_cookie(cookie);
    return out;
  }
  [[nodiscard]] std::string sign_in(const std::string& email) const {
    auto out = client();
    REQUIRE(out.post("/api/auth/login", R"({"email":")" + email + R"(","password":"demo123"})")
                .status == 200);
    return out.cookie();
  }
  testing::scratch_folder folder;
  settings how;
  std::unique_ptr<node> now;
};

/// What an event stream has said over all its connections.
struct heard {
  std::map<std::string, numbers> seen;  // by stream
  std::string id;                       // of the last block that had one
  record frames;
};

/// One connection of an event stream.
class listening {
public:
  listening(std::uint16_t port, const std::string& cookie, const std::string& query, heard& into)
      : wire_(port), into_(into) {
    const auto last = into.id.empty() ? "" : "Last-Event-ID: " + into.id + "\r\n";
    wire_.send("GET /events?" + query + " HTTP/1.1\r\nHost: here\r\nCookie: " + cookie + "\r\n" +
               last + "\r\n");
    REQUIRE(wire_.read_through("\r\n\r\n").find(" 200 ") != std::string::npos);
  }
  /// Whether there was a block before the connection ended.
  bool block() {
    const auto text = wire_.read_through("\n\n");
    if (!text.ends_with("\n\n"))
      return false;
    const auto line = [&](const std::string& name) {
      const auto at = text.find(name + ": ");
      if (at == std::string::npos)
        return std::string{};
      const auto from = at + name.size() + 2;
      return text.substr(from, text.find('\n', from) - from);
    };
    const auto frame = json::parse(line("data"));
    if (!frame)
      return true;  // a comment that keeps the connection alive
    CHECK(word(*frame, "type") == line("event"));
    into_.frames.server.push_back(line("data"));
    if (const auto id = line("id"); !id.empty())
      into_.id = id;
    if (line("event") == "event")
      add(frame->root());
    for (auto each : frame->root()["events"].items())
      add(each);
    return true;
  }

private:
  void add(const json_value& event) {
    into_.seen[std::string{event["stream"].as_string().value_or("")}].push_back(
        event["seq"].as_int64().value_or(-1));
  }
  raw_client wire_;
  heard& into_;
};

numbers up_to(std::int64_t last) {
  numbers out(static_cast<std::size_t>(last));
  std::iota(out.begin(), out.end(), 1);
  return out;
}

}  // namespace

TEST_CASE(
    "an event stream of several streams goes on behind a restart of the server, without a gap",
    "[db][net][slow]") {
  lasting_node here;
  const auto sophie = here.sign_in("sophie.apprenant@stacgate.academy");
  const auto lucas = here.sign_in("lucas.apprenant@stacgate.academy");
  std::string rooms[2];
  for (auto& each : rooms) {
    const auto made =
        here.client(sophie).post("/api/v1/rooms", R"({"name":"Salle","members":["user-lucas"]})");
    REQUIRE(made.status == 201);
    each = made.at("id");
  }
  std::map<std::string, std::int64_t> said;
  const auto say = [&](std::size_t where) {
    const auto done = here.client(lucas).post("/api/v1/rooms/" + rooms[where] + "/messages",
                                              R"({"text":"Sophie","mentions":["user-sophie"]})");
    INFO(done.body);
    REQUIRE(done.status == 201);
    ++said["room:" + rooms[where]];
    ++said["notifications:me"];
  };
  const auto query = "stream=room:" + rooms[0] + "&stream=room:" + rooms[1] +
                     "&stream=notifications:me&after=0.0.0";
  heard all;
  const auto complete = [&] {
    for (const auto& [stream, last] : said)
      if (all.seen[stream].empty() || all.seen[stream].back() < last)
        return false;
    return true;
  };
  // The demo has notifications of hers already.
  const auto mine = here.client(sophie).get("/api/notifications");
  REQUIRE(mine.status == 200);
  said["notifications:me"] = static_cast<std::int64_t>(mine.parsed.root().size());

  say(0);
  say(1);
  {
    listening first{here.port(), sophie, query, all};
    say(0);
    while (!complete())
      REQUIRE(first.block());
    // What is on its way when the server stops arrives now or after it has come back.
    say(1);
    raw_client socket{here.port()};
    REQUIRE(
        socket.upgrade("/realtime", "Sec-WebSocket-Protocol: stoa.v1\r\nCookie: " + sophie + "\r\n")
            .status == 101);
    here.stop();
    while (first.block()) {
    }
    auto last = socket.read_frame();
    while (last.opcode == 1)
      last = socket.read_frame();
    CHECK(last.code() == 1012);
  }
  here.start();
  say(0);
  say(1);
  listening second{here.port(), sophie, query, all};
  while (!complete())
    REQUIRE(second.block());
  say(1);
  while (!complete())
    REQUIRE(second.block());
  CHECK(said.size() == 3);
  for (const auto& [stream, last] : said) {
    INFO(stream);
    CHECK(all.seen[stream] == up_to(last));
  }
  const auto wrong =
      frame_complaints(here.client().get("/asyncapi.json").body, all.frames, "events");
  INFO(wrong);
  CHECK(wrong.empty());
}

TEST_CASE("a stream that is lost is said so among the others, which go on without a gap",
          "[db][net]") {
  lasting_node here;
  const auto sophie = here.sign_in("sophie.apprenant@stacgate.academy");
  const auto lucas = here.sign_in("lucas.apprenant@stacgate.academy");
  std::string rooms[2];
  for (auto& each : rooms) {
    const auto made =
        here.client(sophie).post("/api/v1/rooms", R"({"name":"Salle","members":["user-lucas"]})");
    REQUIRE(made.status == 201);
    each = made.at("id");
  }
  const auto say = [&](const std::string& room) {
    REQUIRE(here.client(sophie)
                .post("/api/v1/rooms/" + room + "/messages", R"({"text":"Bonjour"})")
                .status == 201);
  };
  const auto query =
      "stream=room:" + rooms[0] + "&stream=room:" + rooms[1] + "&stream=room:nowhere";
  const auto until_seen = [](listening& from, heard& all, const std::string& stream,
                             const numbers& wanted) {
    while (all.seen[stream] != wanted)
      if (!from.block())
        return false;
    return true;
  };
  const auto refusals = [](const heard& all, const std::string& stream) {
    int out = 0;
    for (const auto& each : all.frames.server)
      out += each.find(R"("type":"refused")") != std::string::npos &&
                     each.find(stream) != std::string::npos
                 ? 1
                 : 0;
    return out;
  };
  heard all;
  {
    listening first{here.port(), lucas, query, all};
    say(rooms[1]);
    REQUIRE(until_seen(first, all, "room:" + rooms[1], up_to(1)));
    CHECK(refusals(all, "room:nowhere") == 1);
  }
  REQUIRE(here.client(sophie)
              .request("DELETE", "/api/v1/rooms/" + rooms[0] + "/members/user-lucas", "")
              .status < 300);
  say(rooms[0]);
  say(rooms[1]);
  // What a browser does by itself, with the number that it has.
  listening second{here.port(), lucas, query, all};
  REQUIRE(until_seen(second, all, "room:" + rooms[1], up_to(2)));
  CHECK(refusals(all, "room:" + rooms[0]) == 1);
  say(rooms[1]);
  CHECK(until_seen(second, all, "room:" + rooms[1], up_to(3)));
  CHECK(all.seen["room:" + rooms[0]].empty());
  // When none is left, the answer says so: there is nothing to come back for.
  CHECK(here.client(lucas).get("/events?stream=room:nowhere&stream=room:" + rooms[0]).status ==
        404);
}
