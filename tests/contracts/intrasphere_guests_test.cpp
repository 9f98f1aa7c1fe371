#include "net/node.hpp"
#include "tests/contracts/intrasphere_rights.hpp"
#include "tests/support/intranet_walk.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

using namespace stoa;
using namespace stoa::testing;

namespace {

settings for_members() {
  settings out;
  out.ephemeral = true;
  out.demo = true;
  out.site.push_back({"intrasphere", 0});
  out.members_only.emplace_back("intrasphere");
  return out;
}

bool at_the_door(std::string_view path) {
  constexpr std::array<std::string_view, 5> open{"/api/auth/", "/api/stats", "/api/announcements",
                                                 "/health", "/api/certificate"};
  return std::any_of(open.begin(), open.end(), [&](auto each) { return path.starts_with(each); });
}

}  // namespace

TEST_CASE("intranet: a site for members only shows guests its door and nothing else",
          "[db][net][slow]") {
  auto started = node::start(for_members());
  REQUIRE(started);
  const auto port = (*started)->sites().at(0).port;
  http_client guest{port};
  http_client member{port};
  REQUIRE(member.post("/api/auth/login", R"({"username":"pierre.dubois","password":"password123"})")
              .status == 200);
  http_client stale{port};
  stale.set_cookie("connect.sid=of-a-session-that-is-over");
  std::size_t open = 0;
  std::size_t closed = 0;
  for (const auto& each : rights::matrix) {
    if (std::string_view{each.method} != "GET" || each.who.least != 'g')
      continue;
    const auto target = filled(each.path, [&](std::string_view parameter) {
      return std::string{demo_row(each.path, parameter)};
    });
    const bool shown = at_the_door(each.path);
    CAPTURE(target, shown);
    const int usual = each.more.answers != 0 ? each.more.answers : 200;
    for (auto* who : {&guest, &stale}) {
      const auto answer = who->get(target);
      CHECK(answer.status == (shown ? usual : 401));
      if (!shown)
        CHECK(answer.at("message") == "Authentication required");
    }
    CHECK(member.get(target).status == usual);
    ++(shown ? open : closed);
  }
  CHECK(open >= 4);
  CHECK(closed >= 12);
}

TEST_CASE("only editions that there are can be for members only") {
  auto how = for_members();
  how.members_only.emplace_back("nowhere");
  const auto started = node::start(how);
  REQUIRE_FALSE(started);
  CHECK(started.error().text == "members_only: no such edition: nowhere");
}
