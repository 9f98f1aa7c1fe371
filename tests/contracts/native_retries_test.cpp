#include "schema/ids.hpp"
#include "tests/contracts/native_support.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <future>

using namespace stoa;
using namespace stoa::test;

namespace {

std::string with_key(const std::string& key) {
  return "Idempotency-Key: " + key + "\r\n";
}

std::string fresh_key() {
  return fresh_uuid();
}

/// The same request twice at the same time.
std::pair<native_answer, native_answer> twice_at_once(const std::function<native_answer()>& ask) {
  auto other = std::async(std::launch::async, ask);
  auto mine = ask();
  return {std::move(mine), other.get()};
}

std::size_t count_of(const json_value& list, std::string_view member, std::string_view text) {
  std::size_t out = 0;
  for (auto each : list.items())
    out += each[member].as_string() == text;
  return out;
}

/// A group of Marie's with a whiteboard and a message, over StacGate's rows.
struct retries_scene {
  native_user marie = demo_user("user-marie");
  std::string group = testing::new_group();
  std::string where = "/api/study-groups/" + group;

  [[nodiscard]] native_answer ask(std::string_view method, const std::string& path,
                                  const std::string& body, const std::string& key) const {
    return marie.call(method, path, body, with_key(key));
  }
  /// Asks twice one after the other, and twice at the same time under another key. All that were
  /// asked for under one key are answered alike.
  void twice(std::string_view method, const std::string& path, const std::string& body,
             int status) const {
    INFO(method << ' ' << path);
    auto key = fresh_key();
    auto first = ask(method, path, body, key);
    auto again = ask(method, path, body, key);
    CHECK(first.status == status);
    CHECK(again.status == status);
    CHECK(again.body == first.body);
    key = fresh_key();
    const auto [one, two] = twice_at_once([&] { return ask(method, path, body, key); });
    CHECK(one.status == status);
    CHECK(two.status == status);
    CHECK(two.body == one.body);
  }
  /// The last number of one of the group's streams.
  [[nodiscard]] std::int64_t last(const std::string& stream) const {
    native_socket socket{marie};
    socket.say(R"({"type":"history","stream":")" + stream + R"("})");
    return socket.next("history").root()["last"].as_int64().value_or(-1);
  }
};

}  // namespace

TEST_CASE_METHOD(retries_scene, "a message that is sent again is one message", "[db][net]") {
  twice("POST", where + "/messages", R"({"content":"une fois"})", 201);
  CHECK(last("room:" + group) == 2);
  CHECK(count_of(marie.get(where + "/messages").read.root(), "content", "une fois") == 2);
  const auto id = ask("POST", where + "/messages", R"({"content":"x"})", fresh_key()).text("id");
  const auto one = where + "/messages/" + id;
  twice("PATCH", one, R"({"content":"y"})", 200);
  CHECK(last("room:" + group) == 5);
  const auto key = fresh_key();
  CHECK(ask("PATCH", one, R"({"content":"z"})", key).status == 200);
  twice("DELETE", one, {}, 200);
  CHECK(last("room:" + group) == 7);
  // The change was made; what it changed is gone, and is shown no more.
  CHECK(ask("PATCH", one, R"({"content":"z"})", key).status == 404);
  CHECK(marie.call("DELETE", one, {}, with_key(std::string(129, 'k'))).status == 400);
}

TEST_CASE_METHOD(retries_scene, "the same key with another body gets the first answer",
                 "[db][net]") {
  const auto key = fresh_key();
  const auto first = ask("POST", where + "/messages", R"({"content":"un"})", key);
  const auto other = ask("POST", where + "/messages", R"({"content":"deux"})", key);
  CHECK(other.status == 201);
  CHECK(other.body == first.body);
  const auto room = ask("POST", "/api/v1/rooms", R"({"name":"un"})", fresh_key());
  REQUIRE(room.status == 201);
  // Somebody else's key of that name is another one; in another stream it names nothing else.
  const auto sophie = demo_user("user-sophie");
  REQUIRE(sophie.post(where + "/join", "{}").status == 201);
  CHECK(sophie.call("POST", where + "/messages", R"({"content":"trois"})", with_key(key))
            .text("content") == "trois");
  CHECK(ask("POST", "/api/v1/rooms/" + room.text("id") + "/messages", R"({"text":"x"})", key)
            .status == 409);
  CHECK(ask("POST", "/api/v1/rooms", R"({"name":"x"})", key).status == 409);
}

TEST_CASE_METHOD(retries_scene, "a whiteboard that is made again is one whiteboard", "[db][net]") {
  twice("POST", where + "/whiteboards", R"({"title":"Plan","data":{"elements":{}}})", 201);
  CHECK(last("group:" + group) == 2);  // under two keys
  const auto key = fresh_key();
  const auto first = ask("POST", where + "/whiteboards", R"({"title":"Un"})", key);
  const auto other = ask("POST", where + "/whiteboards", R"({"title":"Deux"})", key);
  CHECK(other.status == 201);
  CHECK(other.body == first.body);
  CHECK(marie.get(where + "/whiteboards").read->size() == 3);
}

TEST_CASE_METHOD(retries_scene, "a whiteboard that is replaced again has one event", "[db][net]") {
  const auto made = marie.post(where + "/whiteboards", R"({"title":"Plan"})");
  const auto id = made.text("id");
  const auto key = fresh_key();
  const auto path = "/api/study-groups/whiteboards/" + id;
  const std::string body = R"({"data":{"elements":{"a":1}},"title":"Deux"})";
  const auto first = ask("PATCH", path, body, key);
  CHECK(ask("PATCH", path, body, key).body == first.body);
  CHECK(first.text("title") == "Deux");
  CHECK(last("board:" + id) == 1);
  const auto [one, two] = twice_at_once([&, again = fresh_key()] {
    return ask("PUT", "/api/whiteboards/" + id, R"({"data":{"elements":{"b":2}}})", again);
  });
  CHECK(one.status == 200);
  CHECK(two.status == 200);
  CHECK(one["data"].text() == R"({"elements":{"b":2}})");
  CHECK(two["data"].text() == one["data"].text());
  CHECK(last("board:" + id) == 2);
  // An old one that comes again does not undo what was drawn since.
  CHECK(ask("PATCH", path, body, key)["data"].text() == one["data"].text());
  CHECK(last("board:" + id) == 2);
}

TEST_CASE_METHOD(retries_scene, "what is founded again is there once", "[db][net]") {
  for (const auto* path : {"/api/v1/rooms", "/api/study-groups"}) {
    const auto name = fresh_uuid();
    twice("POST", path, R"({"name":")" + name + "\"}", 201);
    const auto list = marie.get(std::string{path} + "?limit=200");
    const auto& all = list["rooms"].is_array() ? list["rooms"] : list.read.root();
    CHECK(count_of(all, "name", name) == 2);  // under two keys
  }
  // A key names one thing: a room is no group.
  const auto key = fresh_key();
  const auto room = ask("POST", "/api/v1/rooms", R"({"name":"x"})", key);
  CHECK(ask("POST", "/api/v1/rooms", R"({"name":"autre"})", key).text("id") == room.text("id"));
  CHECK(ask("POST", "/api/study-groups", R"({"name":"x"})", key).status == 409);
  CHECK(ask("POST", "/api/v1/rooms/" + room.text("id") + "/messages", R"({"text":"x"})", key)
            .status == 409);
  CHECK(ask("POST", "/api/v1/rooms", R"({"name":"x"})", std::string(129, 'k')).status == 400);
  // The room begins at its beginning.
  CHECK(room.number("last") == 0);
}
