#include "actors/root.hpp"
#include "persistence/database.hpp"
#include "persistence/pg/session.hpp"
#include "tests/contracts/native_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace stoa;
using namespace stoa::test;

namespace {

/// Lets nobody write, until it goes.
class read_only_database {
public:
  read_only_database() : owner_(pg::session::open(native_node().owner_connection())) {
    REQUIRE(owner_);
    set("on");
  }
  ~read_only_database() { set("off"); }

private:
  void set(const std::string& how) {
    for (const auto& each : {"alter system set default_transaction_read_only = " + how,
                             std::string{"select pg_reload_conf()"}})
      if (auto done = owner_->run(each); !done)
        FAIL(done.error().cause);
  }
  outcome<pg::session> owner_;
};

struct posting {
  native_user who;
  std::string room;
  std::vector<std::string> kept{};  // texts that were acknowledged
  int number = 0;

  native_answer post() {
    const auto text = fmt::format("m{}", number++);
    auto done = who.post("/api/v1/rooms/" + room + "/messages",
                         fmt::format(R"({{"text":"{}","key":"{}-{}"}})", text, room, text));
    if (done.status == 201)
      kept.push_back(text);
    return done;
  }
  std::vector<std::string> stored() {
    std::vector<std::string> out;
    const auto page = who.get("/api/v1/rooms/" + room + "/messages?limit=200");
    for (auto each : page["events"].items())
      if (each["kind"].as_string() == "message")
        out.emplace_back(each["data"]["text"].as_string().value_or("?"));
    return out;
  }
};

}  // namespace

TEST_CASE("a read-only database: clear refusals, nothing pretended, recovery by itself",
          "[db][net]") {
  const auto sophie = demo_user("user-sophie");
  posting here{sophie, fresh_room(sophie)};
  native_socket live{sophie};
  live.say(R"({"type":"subscribe","streams":["room:)" + here.room + R"("]})");
  (void)live.next("subscribed");
  CHECK(here.post().status == 201);
  {
    const read_only_database now;
    // Each connection hears of it in its own time.
    int refused = 0;
    REQUIRE(until([&] {
      const auto done = here.post();
      CHECK((done.status == 201 || done.status == 503));
      refused = done.status == 503 ? refused + 1 : 0;
      return refused > 20;
    }));
    const auto told = here.post();
    CHECK(told.status == 503);
    INFO(told.body);
    CHECK(told.read.root().is_object());
    // The socket stays, hears a refusal, and reading goes on.
    live.say(R"({"type":"post","stream":"room:)" + here.room + R"(","key":"live-1","text":"x"})");
    const auto answer = live.next("refused");
    CHECK(answer.root()["code"].as_string() == "unavailable");
    CHECK(here.stored() == here.kept);
    CHECK(sophie.get("/api/v1/me").status == 200);
  }
  REQUIRE(until([&] { return here.post().status == 201; }));
  CHECK(here.post().status == 201);
  CHECK(here.stored() == here.kept);
  // The socket's wish comes again under its key, and has one effect.
  live.say(R"({"type":"post","stream":"room:)" + here.room + R"(","key":"live-1","text":"x"})");
  (void)live.next("ack");
  here.kept.emplace_back("x");
  CHECK(here.stored() == here.kept);
}
