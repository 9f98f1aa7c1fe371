#include "actors/people/tokens.hpp"
#include "schema/array_literal.hpp"
#include "tests/support/intranet_walk.hpp"
#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

using namespace stoa;
using namespace stoa::testing;

namespace {

constexpr std::size_t likers = 200;
constexpr std::size_t hands = 16;  // requests under way

// Employees who are signed in already: hashing so many passwords would take longer than the test.
std::vector<http_client> signed_in_likers() {
  std::vector<std::string> hashes;
  std::vector<http_client> out;
  for (std::size_t i = 0; i < likers; ++i) {
    const auto token = fresh_token();
    hashes.push_back(token_hash(token));
    out.push_back(intranet_visitor());
    out.back().set_cookie("connect.sid=" + token);
  }
  ask_database(
      "est-intrasphere",
      prepared("insert into users (id, establishment_id, email, username, password,"
               " signs_in_by_name) select 'likes-' || i, 'est-intrasphere', '', 'likes.' || i, 'x',"
               " true from generate_series(1, $1::int) as i",
               static_cast<int>(likers)));
  ask_database(
      "est-intrasphere",
      prepared("insert into sessions (token_hash, id, user_id, establishment_id, expires_at)"
               " select hash, 'likes-' || i, 'likes-' || i, 'est-intrasphere',"
               " now() + interval '1 day' from unnest($1::text[]) with ordinality as s (hash, i)",
               to_array_literal(hashes)));
  return out;
}

// How often somebody presses: 50 times on average, an odd number of times every second one.
std::size_t presses_of(std::size_t who) {
  constexpr std::size_t counts[] = {50, 49, 50, 51};
  return counts[who % 4];
}

}  // namespace

TEST_CASE("forum: ten thousand likes and unlikes by two hundred people are counted exactly",
          "[db][net][slow]") {
  auto& pierre = colleague("pierre.dubois");
  const auto topic =
      pierre.post("/api/forum/topics", R"({"title":"Foule","categoryId":"forum-cat-1"})").at("id");
  const auto post =
      pierre.post("/api/forum/posts", R"({"topicId":")" + topic + R"(","content":"aimez-moi"})")
          .at("id");
  const auto address = "/api/forum/posts/" + post + "/like";
  auto all = signed_in_likers();

  // In rounds, so that everybody presses beside everybody else.
  std::vector<std::size_t> turns;
  for (std::size_t round = 0; round < 51; ++round)
    for (std::size_t who = 0; who < likers; ++who)
      if (round < presses_of(who))
        turns.push_back(who);
  REQUIRE(turns.size() == 10'000);
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> refused{0};
  std::vector<std::thread> pressing;
  for (std::size_t i = 0; i < hands; ++i)
    pressing.emplace_back([&] {
      for (auto turn = next++; turn < turns.size(); turn = next++) {
        auto client = all[turns[turn]];  // its own: two hands may press for one person
        refused += client.post(address, "{}").status != 200 ? 1 : 0;
      }
    });
  for (auto& each : pressing)
    each.join();
  CHECK(refused == 0);
  CHECK(pierre.get("/api/forum/posts/" + topic).at("0.likeCount") == "100");
  const auto kept = ask_database(
      "est-intrasphere", prepared("select user_id from forum_likes where post_id = $1", post));
  CHECK(kept.size() == likers / 2);
  for (std::size_t i = 0; i < kept.size(); ++i)
    CHECK(presses_of(std::stoul(kept.text(i, 0).substr(6)) - 1) % 2 == 1);
}
