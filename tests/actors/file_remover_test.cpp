#include "actors/jobs/file_remover.hpp"

#include "tests/support/deterministic.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <stdlib.h>

using namespace stoa;
using namespace stoa::testing;

namespace {

namespace fs = std::filesystem;

struct remover_fixture : deterministic {
  remover_fixture() {
    auto name = (fs::temp_directory_path() / "stoa-remover-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder = name;
    fs::create_directories(folder / "uploads" / "intranet");
    std::ofstream{folder / "uploads" / "intranet" / "a.pdf"} << "a";
    std::ofstream{folder / "outside"} << "o";
    remover = start<file_remover_state>(file_places{folder / "uploads", {}});
  }
  ~remover_fixture() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  std::string removal(const std::string& text) {
    caf::scoped_actor asker{system};
    auto asked =
        asker->request(remover, caf::infinite, run_job{1, "", remove_file_job, text, 1, 0});
    run();
    std::string out = "unanswered";
    asked.receive([&] { out = "done"; },
                  [&](caf::error& why) { out = name_of(to_fault(why).code); });
    return out;
  }

  fs::path folder;
  worker_actor remover;
};

}  // namespace

TEST_CASE_METHOD(remover_fixture, "a removed file's bytes go, and a second time is no mistake") {
  CHECK(removal(R"({"name":"intranet/a.pdf"})") == "done");
  CHECK_FALSE(fs::exists(folder / "uploads" / "intranet" / "a.pdf"));
  CHECK(removal(R"({"name":"intranet/a.pdf"})") == "done");
}

TEST_CASE_METHOD(remover_fixture, "a name that leads elsewhere removes nothing") {
  for (const auto* payload :
       {R"({"name":"../outside"})", R"({"name":"/outside"})", R"({"name":""})", R"({"name":7})",
        R"({"name":"intranet/../../outside"})", R"({})", "nonsense"}) {
    INFO(payload);
    CHECK(removal(payload) == "invalid");
  }
  CHECK(fs::exists(folder / "outside"));
  CHECK(fs::exists(folder / "uploads" / "intranet" / "a.pdf"));
}
