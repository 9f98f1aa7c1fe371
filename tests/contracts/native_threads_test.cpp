#include "tests/contracts/native_support.hpp"
#include "tests/support/http_client.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::test;
using stoa::testing::text_at;

namespace {

/// A room with a thread of six replies among other messages.
struct threads_scene {
  native_user sophie = demo_user("user-sophie");
  native_user lucas = demo_user("user-lucas");
  std::string room = fresh_room(sophie, R"(["user-lucas"])");
  std::string address = "/api/v1/rooms/" + room + "/messages";
  std::string thread = say(sophie, "Question");
  std::vector<std::string> replies;

  threads_scene() {
    for (int i = 0; i < 6; ++i) {
      say(sophie, "autre chose");
      replies.push_back(say(lucas, "réponse " + std::to_string(i), in_thread()));
    }
  }
  [[nodiscard]] std::string in_thread() const { return R"(,"thread":")" + thread + '"'; }
  std::string say(const native_user& who, const std::string& text,
                  const std::string& more = {}) const {
    auto done = who.post(address, R"({"text":")" + text + '"' + more + "}");
    INFO(done.body);
    REQUIRE(done.status == 201);
    return done.text("id");
  }
  [[nodiscard]] native_answer page(const std::string& more = {}) const {
    return lucas.get(address + "?thread=" + thread + more);
  }
  /// The texts of a page, joined.
  static std::string texts(const native_answer& from) {
    std::string out;
    for (auto each : from["events"].items())
      out += (out.empty() ? "" : ", ") + text_at(each, "data.text");
    return out;
  }
};

}  // namespace

TEST_CASE_METHOD(threads_scene, "a thread is its first message and the replies, in order",
                 "[db][net]") {
  const auto all = page();
  INFO(all.body);
  REQUIRE(all.status == 200);
  CHECK(texts(all) == "Question, réponse 0, réponse 1, réponse 2, réponse 3, réponse 4, réponse 5");
  CHECK(all.number("replies") == 6);
  CHECK(all.number("last") == 13);
  CHECK(all.text("stream") == "room:" + room);
  // Each as the history next to it has it.
  const auto history = lucas.get(address + "?after=12");
  CHECK(text_at(all["events"], "6") == text_at(history["events"], "0"));
  // A message that nobody replied to is a thread of one.
  const auto alone = lucas.get(address + "?thread=" + replies[0]);
  CHECK(texts(alone) == "réponse 0");
  CHECK(alone.number("replies") == 0);
}

TEST_CASE_METHOD(threads_scene, "a thread is paged both ways like the history", "[db][net]") {
  auto some = page("&limit=3");
  CHECK(texts(some) == "réponse 3, réponse 4, réponse 5");
  some = page("&limit=3&before=" + text_at(some["events"], "0.seq"));
  CHECK(texts(some) == "réponse 0, réponse 1, réponse 2");
  some = page("&limit=3&before=" + text_at(some["events"], "0.seq"));
  CHECK(texts(some) == "Question");
  some = page("&limit=4&after=0");
  CHECK(texts(some) == "Question, réponse 0, réponse 1, réponse 2");
  some = page("&limit=4&after=" + text_at(some["events"], "3.seq"));
  CHECK(texts(some) == "réponse 3, réponse 4, réponse 5");
  some = page("&after=" + text_at(some["events"], "2.seq"));
  CHECK(some.status == 200);
  CHECK(texts(some).empty());
  CHECK(some.number("replies") == 6);
  CHECK(page("&limit=some").status == 400);
}

TEST_CASE_METHOD(threads_scene, "a thread shows its messages as they are now", "[db][net]") {
  REQUIRE(lucas.call("PATCH", address + "/" + replies[1], R"({"text":"mieux"})").status == 200);
  REQUIRE(lucas.call("DELETE", address + "/" + replies[2]).status == 200);
  const auto all = page();
  CHECK(texts(all) == "Question, réponse 0, mieux, (absent), réponse 3, réponse 4, réponse 5");
  CHECK(text_at(all["events"], "2.data.editedAt").ends_with("Z"));
  CHECK(text_at(all["events"], "2.data.thread") == thread);
  CHECK(text_at(all["events"], "3.data") == R"({"id":")" + replies[2] + R"(","deleted":true})");
  CHECK(all.number("replies") == 5);
}

TEST_CASE_METHOD(threads_scene, "a thread is read by who may read its room, and there only",
                 "[db][net]") {
  const auto other = fresh_room(lucas);
  const auto elsewhere = lucas.get("/api/v1/rooms/" + other + "/messages?thread=" + thread);
  CHECK(elsewhere.status == 404);
  CHECK(elsewhere.text("message") == "thread names no message of this room");
  CHECK(lucas.get(address + "?thread=nothing").status == 404);
  // Not even somebody of the same establishment, nor of another one.
  for (const auto* who : {"user-marie", "user-claire"}) {
    const auto refused = demo_user(who).get(address + "?thread=" + thread);
    CHECK(refused.status == 404);
    CHECK(refused.text("message") == "no such room");
  }
}
