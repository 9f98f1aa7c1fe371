#include "persistence/postgres_programs.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>

using namespace stoa;
using namespace stoa::testing;

namespace {

/// What pg_dump says of the tables, without what differs from one patch version or run to the next:
/// comments, session settings, and the random words of psql's restricted mode.
std::string schema_of(const scratch_database& database) {
  const auto programs = find_postgres({}, {});
  REQUIRE(programs);
  const auto command = "'" + (*programs / "pg_dump").string() +
                       "' --schema-only --no-owner --schema=public --dbname=\"" + database.owner() +
                       "\" 2>&1";
  std::unique_ptr<FILE, int (*)(FILE*)> run{popen(command.c_str(), "r"), pclose};
  REQUIRE(run);
  std::string said;
  std::array<char, 4096> part{};
  while (std::fgets(part.data(), static_cast<int>(part.size()), run.get()))
    said += part.data();
  INFO(said);
  REQUIRE(pclose(run.release()) == 0);

  std::istringstream lines{said};
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("--") || line.starts_with("SET ") || line.starts_with("\\") ||
        line.starts_with("SELECT pg_catalog.set_config"))
      continue;
    if (line.empty() && (out.empty() || out.ends_with("\n\n")))
      continue;
    out += line + '\n';
  }
  return out;
}

}  // namespace

TEST_CASE("the database's tables are what reviewers have seen", "[db]") {
  const scratch_database database;
  const auto difference = golden_difference("schema.sql", schema_of(database));
  INFO(difference);
  CHECK(difference.empty());
}
