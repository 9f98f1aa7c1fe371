#include "net/node.hpp"
#include "tests/contracts/native_support.hpp"
#include "tests/net/support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace stoa;
using namespace stoa::test;

namespace {

/// A node of its own behind a proxy at 127.0.0.9.
std::unique_ptr<node> node_with(metrics_readers metrics, std::optional<byte_size> body = {}) {
  settings how;
  how.ephemeral = true;
  how.demo = false;
  how.site.push_back({"stacgate", 0});
  how.trusted_proxies = {"127.0.0.9"};
  how.metrics = metrics;
  how.http_body = body;
  auto started = node::start(how);
  if (!started)
    FAIL(started.error().text << ": " << started.error().cause);
  return std::move(*started);
}

answer metrics_of(const node& where, const char* from, std::string_view forwarded = {}) {
  raw_client wire{where.sites().at(0).port, 0, from};
  return wire.ask(
      fmt::format("GET /metrics HTTP/1.1\r\nHost: here\r\n{}Connection: close\r\n\r\n", forwarded));
}

/// The status of a body of two mebibytes.
int large_body(const node& where) {
  raw_client wire{where.sites().at(0).port};
  const auto body =
      fmt::format(R"({{"email":"{}","password":"x"}})", std::string(2 * 1024 * 1024, 'x'));
  return wire
      .ask(fmt::format("POST /api/auth/login HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
                       "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                       body.size(), body))
      .status;
}

/// The value of a series; nothing when it is not told.
std::optional<double> value_of(std::string_view metrics, std::string_view series) {
  const auto start = fmt::format("\n{} ", series);
  const auto at = metrics.find(start);
  if (at == std::string_view::npos)
    return std::nullopt;
  const auto from = at + start.size();
  return std::stod(std::string{metrics.substr(from, metrics.find('\n', from) - from)});
}

constexpr auto far_away = "X-Forwarded-For: 203.0.113.9\r\n";
constexpr auto this_machine = "X-Forwarded-For: 127.0.0.1\r\n";

}  // namespace

TEST_CASE("metrics are for callers on the server's own machine", "[db][net]") {
  const auto here = node_with(metrics_readers::loopback);
  const auto own = metrics_of(*here, "127.0.0.1");
  CHECK(own.status == 200);
  CHECK(own.body.find("stoa_connections_open") != std::string::npos);
  // A proxy on this machine speaks for whoever called it.
  const auto foreign = metrics_of(*here, "127.0.0.9", far_away);
  CHECK(foreign.status == 403);
  CHECK(foreign.body.find("own machine") != std::string::npos);
  CHECK(metrics_of(*here, "127.0.0.9", this_machine).status == 200);
  // Nobody else's word about where he calls from counts.
  CHECK(metrics_of(*here, "127.0.0.1", far_away).status == 200);
  // Left alone, the limit of bodies is the edition's own.
  CHECK(large_body(*here) != 413);
}

TEST_CASE("metrics may be for everybody or for nobody", "[db][net]") {
  const auto open = node_with(metrics_readers::open, byte_size{1024 * 1024});
  CHECK(metrics_of(*open, "127.0.0.9", far_away).status == 200);
  // The usual size is a limit as well when somebody has said it.
  CHECK(large_body(*open) == 413);
  const auto off = node_with(metrics_readers::off);
  CHECK(metrics_of(*off, "127.0.0.1").status == 404);
  CHECK(metrics_of(*off, "127.0.0.9", far_away).status == 404);
}

TEST_CASE("each kind of owner tells how many run, what waits for them and how long they take",
          "[db][net]") {
  const auto sophie = demo_user("user-sophie");
  native_socket socket{sophie};
  const std::string group = "group-web-debutants";
  socket.say(R"({"type":"subscribe","streams":["group:)" + group + R"("]})");
  (void)socket.next("subscribed");
  const auto room = fresh_room(sophie);
  REQUIRE(sophie.post("/api/v1/rooms/" + room + "/messages", R"({"text":"un"})").status == 201);

  const auto told = metrics_of(native_node(), "127.0.0.1").body;
  INFO(told);
  for (const auto* kind : {"groups.room", "groups.study_group"}) {
    CAPTURE(kind);
    CHECK(value_of(told, fmt::format(R"(stoa_actors_running{{name="{}"}})", kind)) >= 1);
    CHECK(value_of(told, fmt::format(R"(caf_actor_mailbox_size{{name="{}"}})", kind)) >= 0);
    CHECK(value_of(told,
                   fmt::format(R"(caf_actor_mailbox_time_seconds_count{{name="{}"}})", kind)) >= 1);
    CHECK(value_of(told, fmt::format(R"(caf_actor_processing_time_seconds_count{{name="{}"}})",
                                     kind)) >= 1);
  }
  // Kinds of which none runs say so; sessions are counted, and timed only where somebody asks.
  for (const auto* kind :
       {"groups.board", "groups.huddle", "forum.topic", "people.inbox", "people.presence",
        "people.session", "intranet.bulletin", "checkins.campus"})
    CHECK(value_of(told, fmt::format(R"(stoa_actors_running{{name="{}"}})", kind)) >= 0);
  CHECK(value_of(told, R"(stoa_actors_running{name="people.session"})") >= 1);
  CHECK_FALSE(value_of(told, R"(caf_actor_mailbox_size{name="people.session"})"));
}

TEST_CASE("metrics are named as Prometheus wants them: counters end in _total, nothing else does",
          "[db][net]") {
  const auto here = node_with(metrics_readers::open);
  const auto text = metrics_of(*here, "127.0.0.1").body;
  std::size_t seen = 0;
  constexpr std::string_view mark = "# TYPE ";
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    at += mark.size();
    const auto line = text.substr(at, text.find('\n', at) - at);
    INFO(line);
    const auto name = line.substr(0, line.find(' '));
    CHECK(name.ends_with("_total") == line.ends_with(" counter"));
    // The samples have the name of their type.
    CHECK((text.find("\n" + name + ' ') != std::string::npos ||
           text.find("\n" + name + '{') != std::string::npos ||
           text.find("\n" + name + "_bucket") != std::string::npos));
    ++seen;
  }
  CHECK(seen > 20);
}
