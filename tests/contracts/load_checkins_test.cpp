#include "actors/load_data.hpp"
#include "actors/people/bearer.hpp"
#include "actors/root.hpp"
#include "net/node.hpp"
#include "persistence/database.hpp"
#include "tools/load/checkins.hpp"
#include "tools/load/list_socket.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::load;

TEST_CASE("a fingerprint is that of the text, however it is cut") {
  const std::string text = R"({"type":"checkIns","data":[1,2,3,4,5,6,7,8,9,10]})";
  fingerprint whole;
  whole.add(text);
  for (std::size_t a = 0; a <= text.size(); ++a)
    for (std::size_t b = a; b <= text.size(); ++b) {
      fingerprint cut;
      cut.add(std::string_view{text}.substr(0, a));
      cut.add(std::string_view{text}.substr(a, b - a));
      cut.add(std::string_view{text}.substr(b));
      REQUIRE(cut.value() == whole.value());
    }
  fingerprint other;
  other.add(text.substr(1));
  CHECK(other.value() != whole.value());
}

TEST_CASE("everybody on a campus ends with the server's list", "[db][net]") {
  settings how;
  how.ephemeral = true;
  how.demo = false;
  how.secret_key = std::string(40, 'k');
  how.site.push_back({"emlyon-connect", 0});
  auto started = node::start(how);
  REQUIRE(started);
  const auto planned = plan_load({.users = 60, .groups = 2});
  REQUIRE(planned);
  for (auto& each : load_data(*planned, "!"))
    REQUIRE(run_and_wait((*started)->system(), (*started)->actors().database(), std::move(each)));
  const bearer_keys keys{how.secret_key, {}};
  people who;
  for (const auto& each : planned->users) {
    const bearer_claims claims{user_id{each.id}, each.token, now(),
                               iso_time{now().micros + 3'600'000'000}};
    who.users.push_back({each.id, keys.sign(claims)});
  }
  crew_options crew;
  crew.where = *read_target((*started)->sites().at(0).address, false);
  crew.quiet = true;
  checkins_options what;
  what.rate = 100;
  what.duration = std::chrono::milliseconds{1500};
  what.watchers = 4;
  const auto told = run_checkins(crew, who, what);
  REQUIRE(told);
  INFO(told->as_json());
  CHECK(told->end == verdict::kept);
  CHECK(told->count("followers") == 60);
  CHECK(told->count("status_201") >= 100);
  CHECK(told->count("ended_with_the_servers_list") == 60);
}
