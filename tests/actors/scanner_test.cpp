#include "actors/media/scanner.hpp"

#include "tests/support/fake_clamd.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace stoa;
using namespace stoa::testing;

namespace {

/// A file with this content, gone at the end.
struct kept {
  explicit kept(const std::string& content) { std::ofstream{path, std::ios::binary} << content; }
  ~kept() { std::filesystem::remove(path); }
  std::string path =
      (std::filesystem::temp_directory_path() / ("stoa-scanned-" + std::to_string(::getpid())))
          .string();
};

fault_code refusal(const outcome<std::string>& verdict) {
  REQUIRE_FALSE(verdict);
  return verdict.error().code;
}

}  // namespace

TEST_CASE("clamd reads a file whole, at its socket or at its port") {
  std::string content;
  for (int i = 0; content.size() < 1'000'000; ++i)
    content += std::to_string(i);
  const kept file{content};
  for (const bool tcp : {false, true}) {
    fake_clamd clamd{{.tcp = tcp}};
    const auto verdict = scan_with_clamd(clamd.address(), file.path);
    REQUIRE(verdict);
    CHECK(verdict->empty());
    REQUIRE(clamd.read().size() == 1);
    CHECK(clamd.read().front() == content);
    CHECK(clamd.complaints().empty());
  }
}

TEST_CASE("what clamd finds has a name") {
  const kept file{"STOA-TEST-VIRUS"};
  fake_clamd clamd;
  const auto verdict = scan_with_clamd(clamd.address(), file.path);
  REQUIRE(verdict);
  CHECK(*verdict == "Stoa-Test-Signature");
}

TEST_CASE("without a verdict nothing counts as clean") {
  const kept file{std::string(2'000'000, 'x')};
  fake_clamd small{{.longest = 100'000}};
  CHECK(refusal(scan_with_clamd(small.address(), file.path)) == fault_code::too_large);
  fake_clamd silent{{.silent = true}};
  const auto unsaid = scan_with_clamd(silent.address(), file.path);
  CHECK(refusal(unsaid) == fault_code::unavailable);
  CHECK(unsaid.error().retry_after == 30);
  fake_clamd gone;
  gone.stop();
  CHECK(refusal(scan_with_clamd(gone.address(), file.path)) == fault_code::unavailable);
  for (const auto* nowhere : {"/nonexistent/clamd", "127.0.0.1:1", "nothing", "127.0.0.1:x"})
    CHECK(refusal(scan_with_clamd(nowhere, file.path)) == fault_code::unavailable);
  CHECK(refusal(scan_with_clamd(silent.address(), "/nonexistent/file")) == fault_code::unavailable);
  // One that takes the file and never answers.
  fake_clamd held{{.held = true}};
  const scan_patience brief{std::chrono::seconds{1}, std::chrono::seconds{1}};
  CHECK(refusal(scan_with_clamd(held.address(), file.path, brief)) == fault_code::unavailable);
}
