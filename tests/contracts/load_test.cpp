#include "actors/load_data.hpp"
#include "actors/people/hasher.hpp"
#include "actors/root.hpp"
#include "net/node.hpp"
#include "persistence/database.hpp"
#include "tests/support/holder.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/postgres_pair.hpp"
#include "tests/support/standstill.hpp"
#include "tools/load/chat.hpp"
#include "tools/load/http.hpp"
#include "tools/load/idle.hpp"
#include "tools/load/replay.hpp"
#include "tools/load/scan.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <functional>
#include <future>

using namespace stoa;
using namespace stoa::load;

namespace {

/// A node of its own with people for a load test.
struct loaded_town {
  explicit loaded_town(const load_size& size, const std::function<void(settings&)>& change = {}) {
    settings how;
    how.ephemeral = true;
    how.demo = false;
    how.site.push_back({"stacgate", 0});
    if (change)
      change(how);
    auto started = node::start(how);
    if (!started)
      FAIL(started.error().text << ": " << started.error().cause);
    server = std::move(*started);
    const auto planned = plan_load(size);
    REQUIRE(planned);
    for (auto& each : load_data(*planned, "!"))
      REQUIRE(run_and_wait(server->system(), server->actors().database(), std::move(each)));
    for (const auto& each : planned->users)
      who.users.push_back({each.id, each.token});
    for (const auto& each : planned->groups)
      who.groups.push_back({each.id, each.members});
    crew.where = *read_target(server->sites().at(0).address, false);
    crew.quiet = true;
  }
  std::unique_ptr<node> server;
  people who;
  crew_options crew;
};

void must_be_kept(const outcome<report>& told) {
  REQUIRE(told);
  INFO(told->as_json());
  CHECK(told->end == verdict::kept);
  CHECK(told->count("said") > 0);
  CHECK(told->count("acked") == told->count("said"));
  CHECK(told->count("received") == told->count("expected"));
  CHECK(told->count("lost") == 0);
}

/// A sign-in of nobody: 401 as long as the database can be asked.
testing::http_answer knock(const loaded_town& here) {
  testing::http_client stranger{here.crew.where.port};
  return stranger.post("/api/auth/login",
                       R"({"email":"nobody@example.org","password":"wrong-password"})");
}

/// Twenty people who talk while something happens to the database.
outcome<report> talk_through(loaded_town& here, const std::function<void()>& trouble) {
  auto talk = std::async(std::launch::async, [&] {
    return run_chat(here.crew, here.who, {.rate = 100, .duration = 10s});
  });
  const auto said = [&] {
    const auto got = run_and_wait(here.server->system(), here.server->actors().database(),
                                  in_establishment("*", prepared("select count(*) from messages")));
    return got ? (*got)[0].integer(0, 0) : 0;
  };
  CHECK(testing::eventually([&] { return said() > 100; }));
  trouble();
  CHECK(testing::eventually([&] { return knock(here).status == 401; }));
  const auto then = said();
  CHECK(testing::eventually([&] { return said() > then; }));
  return talk.get();
}

/// One socket, by hand.
class guest final : public load::socket_listener {
public:
  guest(boost::asio::io_context& on, const target& where, const std::string& token) : io_(on) {
    wire_ = dial_socket(on, {&where, {}, token, 0}, *this);
    REQUIRE(until([this] { return open; }));
  }
  ~guest() override { wire_->let_go(); }

  void on_open() override { open = true; }
  void on_text(std::string_view text) override {
    const auto type = inside(member_of(text, "type"));
    ++heard[std::string{type}];
    if (type == "subscribed")
      live = member_of(text, "live") == "true";
  }
  void on_end(const ending& why) override { FAIL_CHECK("ended: " << why.code << why.text); }

  void say(const std::string& text) { REQUIRE(wire_->send(text)); }
  void subscribe(const std::string& more) {
    say(R"({"type":"subscribe","streams":[{"stream":"room:load-group-1")" + more + "}]}");
    const auto before = heard["subscribed"];
    REQUIRE(until([this, before] { return heard["subscribed"] > before; }));
  }
  bool until(const std::function<bool()>& holds) {
    const auto end = steady::now() + 10s;
    while (!holds() && steady::now() < end)
      io_.run_one_for(100ms);
    return holds();
  }

  std::map<std::string, int> heard;
  bool open = false;
  bool live = false;

private:
  boost::asio::io_context& io_;
  std::shared_ptr<load::socket> wire_;
};

}  // namespace

TEST_CASE("twenty people who come and go in two groups lose nothing", "[db][net]") {
  loaded_town here{{.users = 20, .groups = 2}};
  here.crew.storm_every = 300ms;
  here.crew.storm_share = 0.3;
  const auto told = run_chat(here.crew, here.who,
                             {.rate = 200, .duration = 2s, .payload = 200, .typing_share = 0.5});
  must_be_kept(told);
  CHECK(told->count("reconnects") > 0);
  CHECK(told->count("signals") > 0);
}

TEST_CASE("slow readers are cut off, come back and have missed nothing", "[db][net]") {
  loaded_town here{{.users = 20, .groups = 2}, [](settings& how) { how.outbox_frames = 16; }};
  here.crew.slow_readers = 4;
  // More than the kernel takes on the way to a reader that does not read.
  const auto told = run_chat(here.crew, here.who, {.rate = 400, .duration = 3s, .payload = 9'000});
  must_be_kept(told);
  CHECK(told->count("reconnects") > 0);
}

TEST_CASE("whoever catches up in batches and leaves silences nobody", "[db][net]") {
  loaded_town here{{.users = 4, .groups = 1}, [](settings& how) { how.io_threads = 1; }};
  boost::asio::io_context io;
  guest alice{io, here.crew.where, here.who.users[0].token};
  alice.subscribe("");
  constexpr int many = 1100;  // more than one batch of 1000
  for (int i = 0; i < many; ++i) {
    if (i % 200 == 0)
      REQUIRE(alice.until([&] { return alice.heard["ack"] == i; }));
    alice.say(R"({"type":"post","stream":"room:load-group-1","text":"x","key":"k)" +
              std::to_string(i) + "\"}");
  }
  REQUIRE(alice.until([&] { return alice.heard["event"] == many; }));
  {
    guest bob{io, here.crew.where, here.who.users[1].token};
    bob.subscribe(R"(,"after":0)");
    CHECK_FALSE(bob.live);
    bob.subscribe(R"(,"after":1000)");
    CHECK(bob.live);
    bob.say(R"({"type":"unsubscribe","streams":["room:load-group-1"]})");
    bob.say(R"({"type":"ping","ref":"p"})");
    REQUIRE(bob.until([&] { return bob.heard["pong"] == 1; }));
  }
  alice.say(R"({"type":"post","stream":"room:load-group-1","text":"still there?","key":"last"})");
  CHECK(alice.until([&] { return alice.heard["event"] == many + 1; }));
}

TEST_CASE("a log that is said again is kept word by word", "[db][net]") {
  loaded_town here{{.users = 8, .groups = 1}};
  testing::scratch_folder folder;
  const auto file = folder.path() / "log.txt";
  {
    std::ofstream to{file};
    const char* nicks[] = {"ann", "bob", "eve"};
    for (int i = 0; i < 300; ++i)
      to << "[10:" << 10 + i / 10 << "] <" << nicks[i * i % 3] << "> \"line\" \\" << i
         << " \xc3\xa9\t<b>\n";
  }
  chat_log log;
  REQUIRE(log.read(file));
  const auto told = run_replay(here.crew, here.who, log, {});
  must_be_kept(told);
  CHECK(told->count("acked") == 300);
  // What was said can be found again, by those who were there.
  testing::http_client reader{here.crew.where.port};
  reader.set_cookie("connect.sid=" + here.who.users[0].token);
  const auto found = reader.get("/api/v1/rooms/" + here.who.groups[0].id + "/search?q=299");
  INFO(found.body);
  CHECK(found.status == 200);
  CHECK(found.at("messages.0.text") == "\"line\" \\299 \xc3\xa9\t<b>");
  CHECK(run_replay(here.crew, here.who, log, {.group = 7}).error().code == fault_code::invalid);
}

TEST_CASE("while PostgreSQL stands still nothing is acknowledged, and then all goes on",
          "[db][net]") {
  loaded_town here{{.users = 20, .groups = 2},
                   [](settings& how) { how.database_patience = 500ms; }};
  must_be_kept(talk_through(here, [&] {
    const testing::standstill while_it_lasts{here.server->postgres()};
    for (int i = 0; i < 4; ++i) {
      const auto told = knock(here);
      CHECK(told.status == 503);
      CHECK(told.at("message").starts_with("the database "));
      CHECK(told.at("message").ends_with("; try again"));
    }
  }));
}

TEST_CASE("a PostgreSQL that is killed is started again, and nothing said is lost", "[db][net]") {
  loaded_town here{{.users = 20, .groups = 2},
                   [](settings& how) { how.database_patience = 500ms; }};
  const auto killed = here.server->postgres();
  must_be_kept(talk_through(here, [&] {
    REQUIRE(::kill(killed, SIGKILL) == 0);
    CHECK(testing::eventually([&] { return here.server->postgres() != killed; }));
  }));
}

TEST_CASE("a standby that is promoted in the middle of a talk loses nothing that was acknowledged",
          "[db][net][slow]") {
  testing::postgres_pair servers{testing::postgres_pair::replication::synchronous};
  const testing::scratch_folder files;
  loaded_town here{{.users = 20, .groups = 2}, [&](settings& how) {
                     how.ephemeral = false;
                     how.data = files.path();
                     how.database_url = servers.owner();
                     how.app_database_url = servers.app();
                   }};
  must_be_kept(talk_through(here, [&] {
    servers.kill_primary();
    servers.promote_standby();
  }));
}

TEST_CASE("idle sockets stay, requests are answered", "[db][net]") {
  loaded_town here{{.users = 8, .groups = 2}};
  const auto idle = run_idle(here.crew, here.who, {.connections = 20, .hold = 300ms});
  REQUIRE(idle);
  CHECK(idle->end == verdict::kept);
  CHECK(idle->count("clients") == 20);
  const auto http = run_http(
      here.crew, here.who,
      {.requests = {"GET /api/health", "GET /api/auth/user"}, .connections = 4, .duration = 300ms});
  REQUIRE(http);
  INFO(http->as_json());
  CHECK(http->end == verdict::kept);
  CHECK(http->count("status_200") > 0);
  CHECK(http->count("status_200") + http->count("status_429") == http->count("answers"));
  const auto posts = run_http(here.crew, here.who,
                              {.requests = {"POST /api/v1/rooms/" + here.who.groups[0].id +
                                            R"(/messages {"text":"said by a program"})"},
                               .connections = 2,
                               .duration = 10s,
                               .count = 7});
  REQUIRE(posts);
  INFO(posts->as_json());
  CHECK(posts->end == verdict::kept);
  CHECK(posts->count("answers") == 7);
  CHECK(posts->count("status_201") + posts->count("status_403") == 7);
  const auto strange = run_http(here.crew, here.who, {.requests = {"GET api"}});
  CHECK(strange.error().code == fault_code::invalid);
}

TEST_CASE("a server that is not there is said so", "[net]") {
  people who;
  who.users = {{"a", "t"}, {"b", "t"}};
  who.groups = {{"g", {0, 1}}};
  crew_options how;
  how.where = *read_target("http://127.0.0.1:" + std::to_string(testing::free_port()), false);
  how.gather = 300ms;
  how.quiet = true;
  const auto told = run_chat(how, who, {});
  REQUIRE(told);
  CHECK(told->end == verdict::unreachable);
  CHECK(run_chat(how, who, {.users = 5}).error().code == fault_code::invalid);
}

TEST_CASE("what was acknowledged outlives kill -9, twice", "[db][net][slow]") {
  testing::scratch_folder folder;
  const auto data = (folder.path() / "data").string();
  const auto tokens = (folder.path() / "tokens.json").string();
  server_process seed{{STOA_PROGRAM, "seed", "load", "--data", data, "--users", "20", "--groups",
                       "2", "--tokens", tokens},
                      folder.path() / "seed.log"};
  REQUIRE(seed.start());
  REQUIRE(seed.wait() == 0);
  const auto who = read_people(tokens);
  REQUIRE(who);
  const auto port = std::to_string(testing::free_port());
  crew_options how;
  how.where = *read_target("http://127.0.0.1:" + port, false);
  how.quiet = true;
  how.server_command = {STOA_PROGRAM,       "serve",    "--data", data, "--site",
                        "stacgate:" + port, "--no-demo"};
  how.server_log = folder.path() / "server.log";
  how.kill_every = 3000ms;
  how.kills = 2;
  how.down_time = 100ms;
  const auto told = run_chat(how, *who, {.rate = 200, .duration = 15s});
  must_be_kept(told);
  CHECK(told->count("kills") == 2);
  CHECK(told->count("reconnects") >= 40);
}
