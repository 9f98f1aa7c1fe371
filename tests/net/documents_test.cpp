#include "net/routes/stoa/documents.hpp"

#include "net/routes/editions.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/json_lines.hpp"
#include "tests/support/published_validator.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace stoa;
using stoa::testing::complaints;
using stoa::testing::golden_difference;
using stoa::testing::line_by_line;

namespace {

site site_of(const edition& speaks) {
  site out;
  out.speaks = &speaks;
  return out;
}

}  // namespace

TEST_CASE("every edition's /openapi.json is OpenAPI 3.1 to a published validator") {
  for (const auto* each : editions()) {
    const auto document = stoa_api::openapi_document(site_of(*each));
    const auto wrong = complaints("openapi", "openapi." + std::string{each->name}, document);
    INFO(wrong);
    CHECK(wrong.empty());
  }
}

TEST_CASE("the validator of OpenAPI documents refuses what is none") {
  const auto wrong = complaints("openapi", "no-openapi", R"({"openapi":"3.1.0","paths":{}})");
  INFO(wrong);
  CHECK(wrong.find("must have required property 'info'") != std::string::npos);
}

TEST_CASE("/asyncapi.json is AsyncAPI 3 to its published parser") {
  const auto wrong = complaints("asyncapi", "asyncapi", stoa_api::asyncapi_document());
  INFO(wrong);
  CHECK(wrong.empty());
}

TEST_CASE("every edition's documents are what reviewers have seen") {
  std::string wrong;
  for (const auto* each : editions())
    wrong += golden_difference("openapi." + std::string{each->name} + ".json",
                               line_by_line(stoa_api::openapi_document(site_of(*each))));
  wrong += golden_difference("asyncapi.json", line_by_line(stoa_api::asyncapi_document()));
  INFO(wrong);
  CHECK(wrong.empty());
}
