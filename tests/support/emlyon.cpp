#include "tests/support/emlyon.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <map>
#include <memory>

namespace stoa::testing {

namespace {

std::unique_ptr<node>& shared_emlyon() {
  static std::unique_ptr<node> one;
  return one;
}

std::string next_address() {
  static std::atomic<unsigned> count{0};
  const auto n = ++count;
  return "10." + std::to_string(n / 65'536 % 256) + '.' + std::to_string(n / 256 % 256) + '.' +
         std::to_string(n % 256);
}

}  // namespace

node& emlyon_node() {
  if (!shared_emlyon()) {
    settings how;
    how.ephemeral = true;
    how.demo = true;
    how.io_threads = 1;
    how.public_url = std::string{emlyon_base} + '/';
    how.secret_key = emlyon_key;
    how.previous_secret_key = emlyon_old_key;
    how.trusted_proxies = {"127.0.0.1"};
    how.allowed_origins = {"https://front.example.org"};
    how.site.push_back({"emlyon-connect", 0});
    how.site.push_back({"stacgate", 0});
    auto started = node::start(how);
    if (!started)
      FAIL(started.error().text << ": " << started.error().cause);
    shared_emlyon() = std::move(*started);
  }
  return *shared_emlyon();
}

void forget_emlyon() {
  shared_emlyon() = nullptr;
}

http_client emlyon_client() {
  return http_client{emlyon_node().sites().at(0).port};
}

student::student(std::string shown, std::string who)
    : token(std::move(shown)), id(std::move(who)), from(next_address()) {}

http_answer student::request(std::string_view method, std::string_view target,
                             std::string_view body, http_headers more) const {
  more.emplace_back("X-Forwarded-For", from);
  if (!token.empty())
    more.emplace_back("Authorization", "Bearer " + token);
  return emlyon_client().request(method, target, body, more);
}

student stranger() {
  return student{};
}

const student& demo_student(std::string_view name) {
  static std::map<std::string, student, std::less<>> all;
  const auto found = all.find(name);
  if (found != all.end())
    return found->second;
  const auto answer =
      stranger().post("/api/auth/login", R"({"email":")" + std::string{name} +
                                             R"(@emlyon.com","password":"password123"})");
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  return all.emplace(name, student{answer.at("data.token"), answer.at("data.user.id")})
      .first->second;
}

student new_student(std::string_view name) {
  const std::string known{name};
  const auto answer = stranger().post(
      "/api/auth/register",
      R"({"email":")" + known + R"(@example.org","password":"secret1","name":")" + known + R"("})");
  INFO(answer.body);
  REQUIRE(answer.status == 201);
  return student{answer.at("data.token"), answer.at("data.user.id")};
}

std::string socket_path(const student& of) {
  return "/ws?token=" + of.token;
}

std::string refusal(const http_answer& answer) {
  CHECK(answer.at("success") == "false");
  CHECK(answer.at("stack") == "(absent)");
  return std::to_string(answer.status) + ' ' + answer.at("message");
}

std::string check_in_body(const std::string& place, const std::string& more) {
  return R"({"locationName":")" + place + R"(","latitude":45.77,"longitude":4.85)" + more + "}";
}

std::string event_body(const std::string& title, const std::string& date) {
  return R"({"title":")" + title + R"(","description":"On y va","date":)" + date + "}";
}

}  // namespace stoa::testing
