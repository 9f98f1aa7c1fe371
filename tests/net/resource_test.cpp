#include "net/resource.hpp"

#include "actors/groups/commands.hpp"
#include "net/owners.hpp"
#include "net/router.hpp"
#include "schema/groups.hpp"
#include "schema/notices.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>

using namespace stoa;

namespace {

std::vector<std::string> listed(const std::vector<endpoint>& rows) {
  std::vector<std::string> out;
  for (const auto& each : rows)
    out.push_back(std::string{name_of(each.method)} + " " + std::string{each.path});
  return out;
}

std::string refusal(const std::vector<endpoint>& rows) {
  router all;
  const auto done = all.add(rows);
  return done ? "" : done.error().text;
}

reply any_room(const call&, const room_state_view&) {
  return reply{200};
}

}  // namespace

TEST_CASE("a resource expands to its rows, without those that are left out") {
  static const auto groups = resource::of<group_row>("/api/groups", "group", native_dialect);
  CHECK(listed(groups.rows()) ==
        std::vector<std::string>{"GET /api/groups", "GET /api/groups/{id}", "POST /api/groups",
                                 "PUT /api/groups/{id}", "PATCH /api/groups/{id}",
                                 "DELETE /api/groups/{id}"});
  resource_options more;
  more.acts = act::list | act::create;
  static const auto fewer = resource::of<group_row>("/api/g", "group", native_dialect, {}, more);
  CHECK(listed(fewer.rows()) == std::vector<std::string>{"GET /api/g", "POST /api/g"});
  for (const auto& each : groups.rows()) {
    REQUIRE(each.facts);
    CHECK(each.facts->table == &groups);
    CHECK(each.facts->does.find("study_group: ") != std::string_view::npos);
  }
}

TEST_CASE("a router refuses rows that contradict each other or name nothing") {
  static const auto groups = resource::of<group_row>("/api/groups", "group", native_dialect);
  CHECK(refusal(groups.rows()).empty());
  CHECK(refusal(table({groups.rows(), groups.rows()})) ==
        "two routes answer GET /api/groups: /api/groups");
  const auto on_room = [](std::string_view path) {
    return refusal({on<remove_member, room_actor, any_room>(verb::remove, path, signed_in)});
  };
  CHECK(on_room("/rooms/{room}/members/{user}").empty());
  CHECK(on_room("/rooms/{room}/members/{member}") ==
        "route DELETE /rooms/{room}/members/{member}: {member} is no field of remove_member");
  CHECK(on_room("/rooms/members/{user}") ==
        "route DELETE /rooms/members/{user}: nothing finds the room");
}

TEST_CASE("a router that minds no case finds every spelling of a path") {
  static const auto groups = resource::of<group_row>("/api/groups", "group", native_dialect);
  const auto rows = groups.rows();
  router strict;
  router easy{router::letters::any_case};
  REQUIRE(strict.add(rows));
  REQUIRE(easy.add(rows));
  router::captures captured;
  CHECK_FALSE(strict.find(verb::get, "/API/Groups", captured));
  CHECK(easy.find(verb::get, "/API/Groups/", captured));
  REQUIRE(easy.find(verb::get, "/Api/GROUPS/Ab", captured));
  // What is captured keeps its letters.
  CHECK(captured.at(0).second == "Ab");
  CHECK_FALSE(easy.find(verb::get, "/api/groupz", captured));
}

TEST_CASE("a command is filled from path, query and body, and every complaint comes back") {
  // A command is read without asking anybody: the place of a house is enough.
  alignas(house) static std::byte empty_place[sizeof(house)];
  auto& nobody = reinterpret_cast<house&>(empty_place);
  site at;
  const auto row =
      on<set_member_role, room_actor, any_room>(verb::patch, "/{room}/{user}", signed_in);
  const auto read = [&](std::string_view body) {
    request asked;
    asked.body = body;
    call c{std::move(asked), nobody, at};
    c.row = &row;
    c.captured = {{"room", "r1"}, {"user", "u1"}};
    set_member_role out;
    read_command(c, &out);
    return out;
  };
  const auto good_one = read(R"({"role":"moderator"})");
  CHECK(good_one.who.value == "u1");
  CHECK(good_one.role == "moderator");
  const auto complaint_of = [&](std::string_view body) -> std::string {
    try {
      read(body);
    } catch (const fault_error& why) {
      CHECK(why.why.code == fault_code::invalid);
      return why.why.complaints.empty() ? why.why.text : why.why.complaints.front().message;
    }
    return "";
  };
  CHECK(complaint_of("{}") == "role is required");
  CHECK(complaint_of(R"({"role":"moderator","more":1})") == "more is not a field of this resource");
  CHECK(complaint_of(R"({"role":"moderator","user":"forged"})") == "user is set by the server");
  CHECK(complaint_of(R"({"role":"king"})") == "role must be one of member, moderator, admin");
  CHECK(complaint_of(R"({"role":7})") == "role must be a string, not a number");
  CHECK_FALSE(complaint_of("[]").empty());
}
