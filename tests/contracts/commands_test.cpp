#include "net/node.hpp"
#include "persistence/pg/session.hpp"
#include "tests/net/support.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/program.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace stoa;
using stoa::testing::scratch_folder;
using stoa::testing::stoa_program;

TEST_CASE("people are let in, listed, given passwords, shut out and signed out from the shell",
          "[db][slow]") {
  const scratch_folder folder;
  settings how;
  how.data = folder.path() / "data";
  how.demo = true;
  how.site.push_back({"stacgate", 0});
  auto started = node::start(how);
  REQUIRE(started);
  auto& here = **started;
  const auto at = " --data " + how.data.string();
  const auto sign_in = [&](const std::string& password) {
    testing::http_client client{here.sites().at(0).port};
    const auto answer = client.post(
        "/api/auth/login", R"({"email":"new@example.org","password":")" + password + R"("})");
    return std::pair{answer.status, std::move(client)};
  };

  // Beside the running server.
  const auto added = stoa_program(
      "user add new@example.org --role trainer --establishment"
      " demo-academy --first-name Nou" +
          at,
      "first-secret");
  INFO(added.said);
  REQUIRE(added.code == 0);
  CHECK(stoa_program("user add NEW@example.org --establishment demo-academy" + at, "first-secret")
            .said.find("is somebody already") != std::string::npos);
  CHECK(stoa_program("user add other@example.org --establishment nowhere" + at, "first-secret")
            .code != 0);
  CHECK(
      stoa_program("user add other@example.org --establishment demo-academy" + at, "short").code !=
      0);
  auto [status, client] = sign_in("first-secret");
  CHECK(status == 200);
  const auto listed = stoa_program("user list --establishment demo-academy" + at).said;
  INFO(listed);
  CHECK(listed.find("new@example.org") != std::string::npos);
  CHECK(listed.find("active   1 sessions") != std::string::npos);
  CHECK(listed.find("techpro") == std::string::npos);

  // The live session hears of it from the job; nobody waits for its two-minute idleness.
  CHECK(client.get("/api/auth/user").status == 200);
  CHECK(stoa_program("user sessions end new@example.org" + at).said == "1 sessions ended\n");
  CHECK(test::until([&client = client] { return client.get("/api/auth/user").status == 401; }));

  CHECK(stoa_program("user password new@example.org" + at, "second-secret").code == 0);
  CHECK(sign_in("first-secret").first == 401);
  CHECK(sign_in("second-secret").first == 200);
  CHECK(stoa_program("user disable new@example.org" + at).said == "disabled; 1 sessions ended\n");
  CHECK(sign_in("second-secret").first == 401);
  CHECK(stoa_program("user enable new@example.org" + at).code == 0);
  CHECK(sign_in("second-secret").first == 200);
  CHECK(stoa_program("user disable nobody@example.org" + at).code != 0);
}

TEST_CASE("a backup of a running server fills an empty one, and overwrites nothing", "[db][slow]") {
  const scratch_folder folder;
  const auto kept = (folder.path() / "kept").string();
  settings how;
  how.data = folder.path() / "data";
  how.demo = true;
  how.site.push_back({"stacgate", 0});
  auto started = node::start(how);
  REQUIRE(started);
  const auto made = stoa_program("backup " + kept + " --data " + how.data.string());
  INFO(made.said);
  REQUIRE(made.code == 0);
  CHECK(stoa_program("backup " + kept + " --data " + how.data.string())
            .said.find("overwrites nothing") != std::string::npos);
  // Into the data of a running server, and into one that has something: refused.
  CHECK(stoa_program("restore " + kept + " --data " + how.data.string()).code != 0);
  started->reset();
  CHECK(
      stoa_program("restore " + kept + " --data " + how.data.string()).said.find("is not empty") !=
      std::string::npos);

  how.data = folder.path() / "other";
  const auto filled = stoa_program("restore " + kept + " --data " + how.data.string());
  INFO(filled.said);
  REQUIRE(filled.code == 0);
  how.demo = false;
  auto again = node::start(how);
  REQUIRE(again);
  testing::http_client client{(*again)->sites().at(0).port};
  CHECK(client
            .post("/api/auth/login",
                  R"({"email":"sophie.apprenant@stacgate.academy","password":"demo123"})")
            .status == 200);
  // Row-level security came along: without a tenant the application sees nothing.
  auto app = pg::session::open((*again)->app_connection());
  REQUIRE(app);
  CHECK(app->run("select count(*) from users", {})->text(0, 0) == "0");
}
