#include "net/router_table.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

using namespace stoa;

TEST_CASE("every edition's rows fit together, and a change of them shows in review") {
  const auto tables = route_tables();
  if (!tables)
    FAIL(tables.error().text);
  std::ifstream file{"tests/golden/routes.txt"};
  REQUIRE(file);
  std::ostringstream golden;
  golden << file.rdbuf();
  INFO("if the change is meant: stoa routes > tests/golden/routes.txt");
  CHECK(*tables == golden.str());
}
