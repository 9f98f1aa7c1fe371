#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <memory>

namespace stoa::testing {

namespace {

std::unique_ptr<node>& shared_stacgate() {
  static std::unique_ptr<node> one;
  return one;
}

struct demo_person {
  const char* email;
  const char* password;
};
const std::map<std::string, demo_person, std::less<>> demo_people = {
    {"superadmin", {"superadmin@stacgate.com", "admin123"}},
    {"jean", {"admin@stacgate.academy", "demo123"}},
    {"manager", {"manager@stacgate.academy", "demo123"}},
    {"marie", {"marie.formateur@stacgate.academy", "demo123"}},
    {"paul", {"paul.formateur@stacgate.academy", "demo123"}},
    {"sophie", {"sophie.apprenant@stacgate.academy", "demo123"}},
    {"lucas", {"lucas.apprenant@stacgate.academy", "demo123"}},
    {"claire", {"admin@techpro.institute", "demo123"}},
};

}  // namespace

node& stacgate_node() {
  if (!shared_stacgate()) {
    settings how;
    how.ephemeral = true;
    how.demo = true;
    // One I/O thread: what was pushed first is on the wire first, so a test can look.
    how.io_threads = 1;
    how.site.push_back({"stacgate", 0});
    how.site.push_back({"intrasphere", 0});
    // Every test registers whom it needs, from one address.
    how.rate.push_back({"postApiAuthRegister", 1'000'000, std::chrono::seconds{1}});
    auto started = node::start(how);
    if (!started)
      FAIL(started.error().text << ": " << started.error().cause);
    shared_stacgate() = std::move(*started);
  }
  return *shared_stacgate();
}

void forget_stacgate() {
  shared_stacgate() = nullptr;
}

http_client stacgate_visitor() {
  return http_client{stacgate_node().sites().at(0).port};
}

http_client fresh_session(std::string_view who) {
  const auto& known = demo_people.find(who)->second;
  auto client = stacgate_visitor();
  const auto answer =
      client.post("/api/auth/login", std::string{R"({"email":")"} + known.email +
                                         R"(","password":")" + known.password + R"("})");
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  return client;
}

http_client& as(std::string_view who) {
  static std::map<std::string, http_client, std::less<>> sessions;
  auto found = sessions.find(who);
  if (found == sessions.end())
    found = sessions.emplace(who, fresh_session(who)).first;
  return found->second;
}

http_client newcomer(std::string_view name) {
  auto client = stacgate_visitor();
  const std::string known{name};
  const auto answer =
      client.post("/api/auth/register",
                  R"({"email":")" + known + R"(@example.org","password":"secret1",)" +
                      R"("firstName":")" + known + R"(","establishmentId":"est-demo-academy"})");
  INFO(answer.body);
  REQUIRE(answer.status == 201);
  return client;
}

std::string new_group(std::string_view more) {
  const auto made =
      as("marie").post("/api/study-groups", R"({"name":"Algèbre")" + std::string{more} + "}");
  INFO(made.body);
  REQUIRE(made.status == 201);
  return made.at("id");
}

std::string join_room_frame(std::string_view room, std::string_view kind,
                            std::string_view resource) {
  return R"({"type":"join_room","data":{"roomId":")" + std::string{room} + R"(","roomType":")" +
         std::string{kind} + R"(","resourceId":")" + std::string{resource} + R"("}})";
}

}  // namespace stoa::testing
