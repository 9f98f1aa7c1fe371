#include "actors/root.hpp"
#include "persistence/database.hpp"
#include "tests/contracts/native_support.hpp"

#include <catch2/catch.hpp>

#include <sys/socket.h>

using namespace stoa;
using namespace stoa::test;

namespace {

bool is_event(const json_value& said, std::string_view kind) {
  return said["type"].as_string() == "event" && said["kind"].as_string() == kind;
}

/// The lines of an event stream, block by block.
class event_reader {
public:
  event_reader(const native_user& who, const std::string& query, std::string_view headers = {})
      : wire_(native_node().sites().at(0).port) {
    wire_.send("GET /events?" + query + " HTTP/1.1\r\nHost: here\r\n" + who.cookie() +
               std::string{headers} + "\r\n");
    head_ = wire_.read_through("\r\n\r\n");
  }
  [[nodiscard]] const std::string& head() const { return head_; }
  /// The next block that has this event.
  [[nodiscard]] std::string block(const std::string& event) {
    for (;;) {
      auto next = wire_.read_through("\n\n");
      REQUIRE_FALSE(next.empty());
      if (next.find("event: " + event + "\n") != std::string::npos)
        return next;
    }
  }

  /// Reads to the end; whether the server closed the connection.
  [[nodiscard]] bool ends() {
    (void)wire_.read_to_end();
    char next = 0;
    return ::recv(wire_.handle(), &next, 1, MSG_DONTWAIT) == 0;
  }

private:
  raw_client wire_;
  std::string head_;
};

}  // namespace

TEST_CASE("notifications are replayed, come live, and are one's own", "[db][net]") {
  const auto sophie = demo_user("user-sophie");
  const auto marie = demo_user("user-marie");
  native_socket mine{sophie};
  mine.say(R"({"type":"subscribe","streams":[{"stream":"notifications:me","after":0}]})");
  const auto greeting = mine.next("subscribed");
  const auto last = greeting->find("last")->as_int64().value_or(0);
  REQUIRE(last >= 1);
  const auto missed = mine.next("events");
  CHECK(missed.root()["events"].size() == static_cast<std::size_t>(last));

  const auto room = fresh_room(marie, R"(["user-sophie"])");
  REQUIRE(marie
              .post("/api/v1/rooms/" + room + "/messages",
                    R"({"text":"Sophie ?","mentions":["user-sophie"]})")
              .status == 201);
  const auto live =
      mine.until([](const json_value& said) { return is_event(said, "notification"); });
  CHECK(live->find("seq")->as_int64() == last + 1);
  CHECK(live.root()["data"]["message"].as_string() == "Sophie ?");
  CHECK(live.root()["data"]["isRead"].as_bool() == false);

  // Written where nobody told the inbox: the next one brings it along, in order.
  auto& where = native_node();
  REQUIRE(run_and_wait(
      where.system(), where.actors().database(),
      in_establishment("est-demo-academy", prepared("select stoa_notify('user-sophie',"
                                                    " 'est-demo-academy', $1, 'new_announcement',"
                                                    " 'Silence', 'x', null)",
                                                    fresh_uuid()))));
  REQUIRE(marie
              .post("/api/v1/rooms/" + room + "/messages",
                    R"({"text":"Encore","mentions":["user-sophie"]})")
              .status == 201);
  for (const auto expected : {last + 2, last + 3}) {
    const auto next =
        mine.until([](const json_value& said) { return is_event(said, "notification"); });
    CHECK(next->find("seq")->as_int64() == expected);
  }

  mine.say(R"({"type":"subscribe","streams":["notifications:user-marie"]})");
  CHECK(mine.next("refused")->find("code")->as_string() == "not_found");
}

TEST_CASE("presence tells who of one's establishment is online", "[db][net]") {
  const auto nadia = demo_user("user-manager");
  const auto lucas = demo_user("user-lucas");
  native_socket watching{nadia};
  watching.say(R"({"type":"subscribe","streams":["presence"]})");
  const auto lists = [](const json_value& said, std::string_view user) {
    for (auto each : said["data"]["online"].items())
      if (each["id"].as_string() == user)
        return true;
    return false;
  };
  const auto all = watching.next("signal");
  CHECK(all.root()["data"]["all"].as_bool() == true);
  // He may have left another test a moment ago, and is not offline yet.
  if (lists(all.root(), "user-lucas"))
    (void)watching.until([](const json_value& said) {
      for (auto each : said["data"]["offline"].items())
        if (each.as_string() == "user-lucas")
          return true;
      return false;
    });
  native_socket lucas_comes{lucas};
  native_socket claire_comes{demo_user("user-claire")};
  const auto change =
      watching.until([&](const json_value& said) { return lists(said, "user-lucas"); });
  CHECK_FALSE(lists(change.root(), "user-claire"));
  claire_comes.say(R"({"type":"subscribe","streams":["presence"]})");
  CHECK_FALSE(lists(claire_comes.next("signal").root(), "user-lucas"));
}

TEST_CASE("an event stream resumes after the number of its last event", "[db][net]") {
  const auto sophie = demo_user("user-sophie");
  const auto lucas = demo_user("user-lucas");
  const auto room = fresh_room(sophie);
  const auto say = [&](const std::string& text) {
    auto done = sophie.post("/api/v1/rooms/" + room + "/messages", R"({"text":")" + text + "\"}");
    REQUIRE(done.status == 201);
  };
  say("un");
  say("deux");
  {
    event_reader all{sophie, "stream=room:" + room + "&after=0"};
    CHECK(all.head().find("text/event-stream") != std::string::npos);
    CHECK(all.block("subscribed").find("id: 0\n") != std::string::npos);
    const auto missed = all.block("events");
    CHECK(missed.find("id: 2\n") != std::string::npos);
    CHECK(missed.find("deux") != std::string::npos);
    say("trois");
    CHECK(all.block("event").find("id: 3\n") != std::string::npos);
  }
  // What a browser does by itself: the header wins over the address.
  event_reader resumed{sophie, "stream=room:" + room + "&after=0", "Last-Event-ID: 2\r\n"};
  CHECK(resumed.block("events").find("id: 3\n") != std::string::npos);

  const native_user nobody{"", "unknown"};
  CHECK(nobody.get("/events?stream=room:" + room).status == 401);
  CHECK(lucas.get("/events?stream=room:" + room).status == 404);
  CHECK(sophie.get("/events?stream=nonsense").status == 404);
  CHECK(sophie.get("/events?stream=presence&after=x").status == 400);
}

TEST_CASE("an event stream of several streams resumes in each of them", "[db][net]") {
  const auto sophie = demo_user("user-sophie");
  const auto lucas = demo_user("user-lucas");
  const auto first = fresh_room(sophie);
  const auto second = fresh_room(sophie);
  const auto say = [&](const std::string& room, const std::string& text) {
    auto done = sophie.post("/api/v1/rooms/" + room + "/messages", R"({"text":")" + text + "\"}");
    REQUIRE(done.status == 201);
  };
  const auto both = "stream=room:" + first + "&stream=room:" + second;
  say(first, "un");
  {
    event_reader all{sophie, both + "&after=0.0"};
    CHECK(all.block("events").find("un") != std::string::npos);
    say(second, "deux");
    CHECK(all.block("event").find("id: 1.1\n") != std::string::npos);
    say(first, "trois");
    CHECK(all.block("event").find("id: 2.1\n") != std::string::npos);
  }
  say(second, "quatre");
  say(first, "cinq");
  event_reader resumed{sophie, both, "Last-Event-ID: 2.1\r\n"};
  std::string missed = resumed.block("events");
  missed += resumed.block("events");
  CHECK(missed.find("id: 3.2\n") != std::string::npos);
  CHECK(missed.find("quatre") != std::string::npos);
  CHECK(missed.find("cinq") != std::string::npos);
  for (const auto* seen : {"un\"", "deux", "trois"})
    CHECK(missed.find(seen) == std::string::npos);

  CHECK(sophie.get("/events?" + both + "&after=1").status == 400);
  CHECK(sophie.get("/events?" + both + "&after=1.x").status == 400);
  CHECK(sophie.get("/events?stream=presence&stream=presence").status == 400);
  CHECK(sophie.get("/events").status == 400);
  CHECK(lucas.get("/events?stream=room:" + first).status == 404);
}

TEST_CASE("signing out ends a session's event streams", "[db][net]") {
  const auto paul = demo_user("user-paul");
  event_reader mine{paul, "stream=notifications:me"};
  CHECK_FALSE(mine.block("subscribed").empty());
  REQUIRE(paul.post("/api/auth/logout", "{}").status == 200);
  CHECK(paul.get("/api/v1/me").status == 401);
  CHECK(mine.ends());
}
