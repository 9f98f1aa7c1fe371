#include "config/secret.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <sys/stat.h>

using namespace stoa;
namespace fs = std::filesystem;

namespace {

struct scratch_folder {
  scratch_folder() {
    auto name = (fs::temp_directory_path() / "stoa-secret-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()));
    path = name;
  }
  ~scratch_folder() { fs::remove_all(path); }
  fs::path path;
};

}  // namespace

TEST_CASE("a secret is made once and kept to its owner") {
  const scratch_folder folder;
  const auto first = kept_secret(folder.path);
  REQUIRE(first);
  CHECK(first->size() == 43);
  const auto again = kept_secret(folder.path);
  REQUIRE(again);
  CHECK(*again == *first);
  struct stat facts {};
  REQUIRE(stat((folder.path / "secret.key").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  // Nothing is left of how it was made.
  CHECK(std::distance(fs::directory_iterator{folder.path}, {}) == 1);
  const scratch_folder other;
  const auto another = kept_secret(other.path);
  REQUIRE(another);
  CHECK(*another != *first);
}

TEST_CASE("a file that is no secret is not replaced") {
  const scratch_folder folder;
  std::ofstream{folder.path / "secret.key"} << "short\n";
  CHECK_FALSE(kept_secret(folder.path));
  std::ofstream{folder.path / "secret.key"} << "";
  CHECK_FALSE(kept_secret(folder.path));
  CHECK_FALSE(kept_secret(folder.path / "nowhere"));
}
