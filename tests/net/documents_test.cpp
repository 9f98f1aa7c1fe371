#include "net/routes/stoa/documents.hpp"

#include "net/routes/editions.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/json_lines.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

using namespace stoa;
using stoa::testing::golden_difference;
using stoa::testing::json_lines;

namespace {

/// What a published validator says of a document; empty when it finds nothing.
std::string complaints(const std::string& kind, const std::string& name, const std::string& text) {
  const std::string modules = "build/validators";
  if (!std::ifstream{modules + "/installed.json"})
    return "the validators are not installed; run tools/setup/validators.sh (it needs npm)";
  const auto file = modules + "/" + name + ".json";
  std::ofstream{file} << text;
  const auto command =
      "node tests/documents/validate.mjs " + modules + " " + kind + " " + file + " 2>&1";
  std::unique_ptr<FILE, int (*)(FILE*)> run{popen(command.c_str(), "r"), pclose};
  std::string said;
  std::array<char, 4096> part{};
  while (run && std::fgets(part.data(), static_cast<int>(part.size()), run.get()))
    said += part.data();
  const bool passed = run && pclose(run.release()) == 0;
  return passed ? std::string{} : "the validator refuses " + file + ":\n" + said;
}

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
                               json_lines(stoa_api::openapi_document(site_of(*each))));
  wrong += golden_difference("asyncapi.json", json_lines(stoa_api::asyncapi_document()));
  INFO(wrong);
  CHECK(wrong.empty());
}
