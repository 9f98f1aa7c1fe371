#include "schema/dialect.hpp"

#include "samples.hpp"

#include <catch2/catch.hpp>

using namespace stoa;

namespace {

std::string body_of(const fault& why, const dialect& habits) {
  std::string text;
  json_writer out{text};
  write_fault(habits, why, out);
  return text;
}

}  // namespace

TEST_CASE("an error body has the keys of its family and nothing private") {
  auto why = fail(fault_code::invalid, "name is required", "SELECT secret");
  why.complaints = {{"name", "name is required"}};
  CHECK(body_of(why, native_dialect) ==
        R"({"message":"name is required","code":"invalid",)"
        R"("errors":[{"path":"name","message":"name is required"}]})");
  CHECK(body_of(why, samples::french) ==
        R"({"message":"name is required","error":"name is required",)"
        R"("errors":[{"path":"name","message":"name is required"}]})");
  CHECK(body_of(fail(fault_code::not_found, ""), samples::french) ==
        R"({"message":"not_found","error":"not_found"})");
}

TEST_CASE("words go out and come back") {
  CHECK(samples::french.spell("flavour", "sour") == "acide");
  CHECK(samples::french.understand("flavour", "acide") == "sour");
  CHECK(samples::french.understand("flavour", "sour").empty());
  CHECK(samples::french.understand("other", "sour") == "sour");
  CHECK(native_dialect.spell("flavour", "sour") == "sour");
}
