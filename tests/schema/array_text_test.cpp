#include "schema/array_text.hpp"

#include <catch2/catch.hpp>

using namespace stoa;

TEST_CASE("array literals survive quotes, backslashes and NULL") {
  array_text out;
  out.add("a\"b");
  out.add("c\\d");
  out.add_null();
  out.add_or_null(std::nullopt);
  out.add("{x,y}");
  out.add_or_null("");
  CHECK(out.take() == R"({"a\"b","c\\d",NULL,NULL,"{x,y}",""})");
  CHECK(array_text{}.take() == "{}");
}
