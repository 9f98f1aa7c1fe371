#include "net/node.hpp"
#include "persistence/pg/session.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/program.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

using namespace stoa;
using stoa::testing::content_of;
using stoa::testing::scratch_folder;
using stoa::testing::stoa_program;

namespace {

namespace fs = std::filesystem;

/// A running server whose people have sent two files, of which one was lost.
struct house_with_files {
  house_with_files() {
    settings how;
    how.data = data();
    how.demo = true;
    how.site.push_back({"emlyon-connect", 0});
    auto started = node::start(how);
    if (!started)
      FAIL(started.error().text << ": " << started.error().cause);
    server = std::move(*started);
    auto app = pg::session::open(server->app_connection());
    REQUIRE(app);
    REQUIRE(app->run("set stoa.establishment = '*'"));
    REQUIRE(app->run(
        "insert into uploaded_files (id, establishment_id, file_name, original_name, mime_type,"
        " file_type, size) select n, (select min(id) from establishments), n, n, 'application/pdf',"
        " 'document', 4 from unnest(array['there.pdf', 'lost.pdf']) n"));
    fs::create_directories(data() / "uploads" / "intranet");
    std::ofstream{data() / "uploads" / "intranet" / "there.pdf"} << "%PDF";
  }
  [[nodiscard]] fs::path data() const { return folder.path() / "data"; }
  [[nodiscard]] fs::path kept() const { return folder.path() / "kept"; }
  [[nodiscard]] testing::ended backup() const {
    return stoa_program("backup " + kept().string() + " --data " + data().string());
  }
  [[nodiscard]] testing::ended restore(const std::string& to, const std::string& more = "") const {
    return stoa_program("restore " + kept().string() + " --data " + (folder.path() / to).string() +
                        more);
  }

  scratch_folder folder;
  std::unique_ptr<node> server;
};

}  // namespace

TEST_CASE("a backup brings files and keys along, and says what it could not", "[db][slow]") {
  const house_with_files here;
  const auto made = here.backup();
  INFO(made.said);
  REQUIRE(made.code == 0);
  CHECK(made.said.find("not in it") != std::string::npos);
  CHECK(made.said.find("settings") != std::string::npos);
  CHECK(made.said.find("intranet/lost.pdf") != std::string::npos);
  CHECK(made.said.find("intranet/there.pdf") == std::string::npos);

  const auto restored = here.restore("other");
  INFO(restored.said);
  REQUIRE(restored.code == 0);
  CHECK(restored.said.find("1 files") != std::string::npos);
  CHECK(restored.said.find("intranet/lost.pdf was not in the backup") != std::string::npos);
  const auto other = here.folder.path() / "other";
  CHECK(content_of(other / "uploads" / "intranet" / "there.pdf") == "%PDF");
  CHECK_FALSE(content_of(other / "secret.key").empty());
  CHECK(content_of(other / "secret.key") == content_of(here.data() / "secret.key"));
}

TEST_CASE("half a backup, or a changed one, restores nothing", "[db][slow]") {
  const house_with_files here;
  REQUIRE(here.backup().code == 0);
  const auto file = here.kept() / "files" / "intranet" / "there.pdf";
  const auto untouched = [&](const std::string& to) {
    return !fs::exists(here.folder.path() / to / "postgres") &&
           !fs::exists(here.folder.path() / to / "uploads");
  };
  std::ofstream{file} << "%PDX";
  auto refused = here.restore("changed");
  CHECK(refused.code != 0);
  CHECK(refused.said.find("there.pdf is not what was saved") != std::string::npos);
  CHECK(untouched("changed"));
  fs::remove(file);
  refused = here.restore("cut");
  CHECK(refused.code != 0);
  CHECK(refused.said.find("there.pdf is missing") != std::string::npos);
  CHECK(untouched("cut"));
  // As versions before made them.
  fs::remove(here.kept() / "manifest.json");
  refused = here.restore("old");
  CHECK(refused.code != 0);
  CHECK(refused.said.find("--database-alone") != std::string::npos);
  CHECK(untouched("old"));
  const auto alone = here.restore("alone", " --database-alone");
  INFO(alone.said);
  CHECK(alone.code == 0);
  CHECK(alone.said.find("left out") != std::string::npos);
}
