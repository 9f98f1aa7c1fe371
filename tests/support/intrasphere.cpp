#include "tests/support/intrasphere.hpp"

#include "net/node.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace stoa::testing {

namespace {

std::uint16_t intranet_port() {
  for (const auto& each : stacgate_node().sites())
    if (each.edition == "intrasphere")
      return each.port;
  FAIL("the node has no intranet");
  return 0;
}

}  // namespace

http_client intranet_visitor() {
  return http_client{intranet_port()};
}

http_client fresh_colleague(std::string_view who) {
  auto client = intranet_visitor();
  const auto answer =
      client.post("/api/auth/login", R"({"username":")" + std::string{who} + R"(","password":")" +
                                         (who == "admin" ? "admin123" : "password123") + R"("})");
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  return client;
}

http_client& colleague(std::string_view who) {
  static std::map<std::string, http_client, std::less<>> sessions;
  auto found = sessions.find(who);
  if (found == sessions.end())
    found = sessions.emplace(who, fresh_colleague(who)).first;
  return found->second;
}

http_client new_colleague(std::string_view name) {
  auto client = intranet_visitor();
  const auto answer =
      client.post("/api/auth/register", R"({"username":")" + std::string{name} +
                                            R"(","password":"Secret1!","name":"Nouvelle )" +
                                            std::string{name} + R"("})");
  INFO(answer.body);
  REQUIRE(answer.status == 201);
  return client;
}

http_client& outside_colleague() {
  // Jean is an administrator of another establishment; his session is as good on every site.
  static auto one = [] {
    auto client = intranet_visitor();
    client.set_cookie(fresh_session("jean").cookie());
    return client;
  }();
  return one;
}

}  // namespace stoa::testing
