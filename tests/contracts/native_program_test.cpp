#include "tests/net/support.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/program.hpp"
#include "tools/load/server_process.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <cstdio>
#include <memory>

using namespace stoa;
using testing::content_of;
using testing::port_in;
using testing::scratch_folder;
using testing::stoa_program;

TEST_CASE("the program ends with 0 when it is told to, whoever is connected", "[db][net][slow]") {
  const scratch_folder folder;
  const auto log = folder.path() / "server.log";
  load::server_process server{
      {STOA_PROGRAM, "serve", "--ephemeral", "--site", "stacgate:0", "--drain-time", "2s"}, log};
  REQUIRE(server.start());
  // A start may take longer than one wait.
  bool there = false;
  while (!there && !server.ended())
    there = test::until([&] { return port_in(content_of(log)) != 0 || server.ended(); });
  const auto port = port_in(content_of(log));
  INFO(content_of(log));
  REQUIRE(port != 0);
  test::raw_client kept{port};
  CHECK(kept.ask("GET /api/health HTTP/1.1\r\nHost: here\r\n\r\n").status == 200);
  test::raw_client half{port};
  half.send("GET /api/he");

  REQUIRE(::kill(server.process(), SIGTERM) == 0);
  CHECK(server.wait() == 0);
  CHECK(content_of(log).find("stoa: stopped") != std::string::npos);
  CHECK(kept.ended());
  CHECK(content_of(log).find("superadmin") == std::string::npos);
}

TEST_CASE("tools/run says which version it would run, and builds nothing for it", "[net]") {
  const auto known = stoa_program("--version");
  REQUIRE(known.code == 0);
  std::unique_ptr<FILE, int (*)(FILE*)> run{popen("tools/run --version 2>&1", "r"), pclose};
  REQUIRE(run);
  std::string said;
  for (int next = 0; (next = std::fgetc(run.get())) != EOF;)
    said += static_cast<char>(next);
  CHECK(pclose(run.release()) == 0);
  CHECK(said == known.said);
}
