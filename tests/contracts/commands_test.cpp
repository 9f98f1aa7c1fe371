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
  // As it is typed elsewhere: composed or not, and piped by Windows.
  CHECK(stoa_program("user add e\u0301lise@example.org --establishment demo-academy" + at,
                     "\xef\xbb\xbf"
                     "e\u0301te\u0301-2026\r")
            .said == "added \u00e9lise@example.org\n");
  CHECK(stoa_program("user disable \u00c9LISE@example.org" + at).code == 0);
  CHECK(stoa_program("user enable \u00e9lise@example.org" + at).code == 0);
  CHECK(testing::http_client{here.sites().at(0).port}
            .post("/api/auth/login",
                  "{\"email\":\"\u00e9lise@example.org\",\"password\":\"\u00e9t\u00e9-2026\"}")
            .status == 200);
  CHECK(
      stoa_program("user add a\u200b@example.org --establishment demo-academy" + at, "first-secret")
          .code != 0);
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
  {
    auto app = pg::session::open((*started)->app_connection());
    REQUIRE(app);
    REQUIRE(app->run("set stoa.establishment = '*'"));
    REQUIRE(
        app->run("insert into jobs (kind, payload) values ('mail', '{\"to\":\"a@b.fr\"}'),"
                 " ('other', '{}')"));
  }
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
  CHECK(filled.said.find("mails that waited and are not sent: 1") != std::string::npos);
  const auto third = (folder.path() / "third").string();
  CHECK(stoa_program("restore " + kept + " --keep-mail --data " + third)
            .said.find("mails that wait and are sent when a server runs: 1") != std::string::npos);
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
  // Nobody gets a mail of a copy.
  REQUIRE(app->run("set stoa.establishment = '*'"));
  const auto jobs =
      app->run("select kind, state, coalesce(last_error, '') from jobs order by 1", {});
  REQUIRE(jobs);
  REQUIRE(jobs->size() == 2);
  CHECK(jobs->text(0, 1) == "dead");
  CHECK(jobs->text(0, 2) == "it waited when the database was restored");
  CHECK(jobs->text(1, 1) == "waiting");
}
