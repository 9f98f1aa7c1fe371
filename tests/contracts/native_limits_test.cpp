#include "actors/people/tokens.hpp"
#include "actors/root.hpp"
#include "net/node.hpp"
#include "persistence/database.hpp"
#include "tests/contracts/native_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace stoa;
using namespace stoa::test;
using namespace std::chrono_literals;

namespace {

/// A node of its own with tight limits.
std::unique_ptr<node> tight_node() {
  settings how;
  how.ephemeral = true;
  how.demo = true;
  how.site.push_back({"stacgate", 0});
  how.rate = {{"general", 5, 600s}, {"getApiReady", 2, 600s}};
  how.http_body = byte_size{1024};
  how.sign_in_attempts = 2;
  how.session_idle = std::chrono::hours{2};
  how.session_life = std::chrono::hours{1};
  auto started = node::start(how);
  if (!started)
    FAIL(started.error().text << ": " << started.error().cause);
  return std::move(*started);
}

answer sign_in(const node& where, const char* from, std::string_view password) {
  raw_client wire{where.sites().at(0).port, 0, from};
  const auto body =
      fmt::format(R"({{"email":"sophie.apprenant@stacgate.academy","password":"{}"}})", password);
  return wire.ask(
      fmt::format("POST /api/auth/login HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
                  "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                  body.size(), body));
}

}  // namespace

TEST_CASE("what the settings limit is limited, and each guest for himself", "[db][net]") {
  const auto here = tight_node();

  // Five requests of a guest, whatever they ask; his neighbour has five of his own.
  for (int i = 0; i < 5; ++i)
    CHECK(plain_get(*here, "/api/health", {}, "127.0.0.2").status == 200);
  const auto refused = plain_get(*here, "/api/health", {}, "127.0.0.2");
  CHECK(refused.status == 429);
  CHECK(refused.header("Retry-After") == "120");
  CHECK(plain_get(*here, "/api/health", {}, "127.0.0.3").status == 200);

  // A row's own limit comes on top.
  CHECK(plain_get(*here, "/api/ready", {}, "127.0.0.3").status == 200);
  CHECK(plain_get(*here, "/api/ready", {}, "127.0.0.3").status == 200);
  CHECK(plain_get(*here, "/api/ready", {}, "127.0.0.3").status == 429);
  CHECK(plain_get(*here, "/api/ready", {}, "127.0.0.4").status == 200);

  // A cookie of no session does not buy more than a guest has.
  const std::string_view made_up = "Cookie: connect.sid=nobody\r\n";
  for (int i = 0; i < 5; ++i)
    CHECK(plain_get(*here, "/api/health", made_up, "127.0.0.5").status == 200);
  CHECK(plain_get(*here, "/api/health", made_up, "127.0.0.5").status == 429);

  // Two wrong passwords from one address; another address may still sign in.
  CHECK(sign_in(*here, "127.0.0.6", "wrong").status == 401);
  CHECK(sign_in(*here, "127.0.0.6", "wrong").status == 401);
  CHECK(sign_in(*here, "127.0.0.6", "demo123").status == 429);
  CHECK(sign_in(*here, "127.0.0.7", std::string(2000, 'x')).status == 413);
  CHECK(sign_in(*here, "127.0.0.7", "demo123").status == 200);
}

TEST_CASE("a session ends when its life is over, however busy it is", "[db][net]") {
  const auto here = tight_node();
  const auto session = [&](std::string_view age) {
    const auto token = fresh_token();
    auto done = run_and_wait(
        here->system(), here->actors().database(),
        in_establishment(
            platform_scope,
            prepared("insert into sessions (token_hash, id, user_id, establishment_id, created_at,"
                     " expires_at) select $1, $2, id, establishment_id, now() - $3::interval,"
                     " now() + interval '2 hours' from users where id = 'user-sophie'",
                     token_hash(token), fresh_uuid(), age)));
    REQUIRE(done);
    return "Cookie: connect.sid=" + token + "\r\n";
  };
  CHECK(plain_get(*here, "/api/v1/me", session("59 minutes"), "127.0.0.2").status == 200);
  CHECK(plain_get(*here, "/api/v1/me", session("61 minutes"), "127.0.0.2").status == 401);
}

TEST_CASE("a limit for a route that nobody has is refused at the start", "[db][net]") {
  settings how;
  how.ephemeral = true;
  how.demo = false;
  how.site.push_back({"stacgate", 0});
  how.rate = {{"getApiNothing", 5, 600s}};
  const auto started = node::start(how);
  REQUIRE_FALSE(started);
  CHECK(started.error().text == "rate: getApiNothing is neither `general` nor an operationId");
}
