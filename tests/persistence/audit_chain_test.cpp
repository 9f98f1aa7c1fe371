#include "persistence/audit_chain.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

using namespace stoa;

namespace {

// As the database would have written them.
std::vector<audit_link> log_of(std::int64_t count) {
  std::vector<audit_link> out;
  for (std::int64_t i = 1; i <= count; ++i) {
    audit_link next;
    next.establishment = "e1";
    next.seq = i;
    next.at = 1'754'656'496'789'123 + i;
    next.actor = "u" + std::to_string(i);
    next.action = "user.role";
    next.details = R"({"role": {"to": "admin", "from": "learner"}})";
    next.previous = out.empty() ? "" : out.back().hash;
    next.hash = audit_hash(next);
    out.push_back(std::move(next));
  }
  return out;
}

std::string said_of(const std::vector<audit_link>& log, audit_end end) {
  audit_check check{std::move(end)};
  for (const auto& each : log)
    if (const auto broken = check.next(each))
      return name_of(broken->what) + std::string{" "} + std::to_string(broken->seq);
  const auto broken = check.finish();
  return broken ? name_of(broken->what) + std::string{" "} + std::to_string(broken->seq) : "sound";
}

}  // namespace

TEST_CASE("a log is sound as it was written, and nothing can be taken from it or moved") {
  const auto whole = log_of(6);
  const audit_end end{6, whole.back().hash};
  CHECK(said_of(whole, end) == "sound");
  CHECK(said_of({}, {}) == "sound");
  auto log = whole;

  SECTION("an entry says something else") {
    log[2].actor = "somebody-else";
    CHECK(said_of(log, end) == "changed 3");
  }
  SECTION("an entry says something else and was hashed anew") {
    log[2].actor = "somebody-else";
    log[2].hash = audit_hash(log[2]);
    CHECK(said_of(log, end) == "reordered 4");
  }
  SECTION("what was nobody's is empty now") {
    log[3].address = "";
    CHECK(said_of(log, end) == "changed 4");
  }
  SECTION("one in the middle is gone") {
    log.erase(log.begin() + 2);
    CHECK(said_of(log, end) == "missing 3");
  }
  SECTION("one in the middle is gone and the others moved up") {
    log.erase(log.begin() + 2);
    for (std::size_t i = 2; i < log.size(); ++i)
      --log[i].seq;
    CHECK(said_of(log, end) == "reordered 3");
  }
  SECTION("two changed places") {
    std::swap(log[1], log[3]);
    std::swap(log[1].seq, log[3].seq);
    CHECK(said_of(log, end) == "reordered 2");
  }
  SECTION("the last ones are gone") {
    log.resize(4);
    CHECK(said_of(log, end) == "cut off 5");
    CHECK(said_of(log, {4, end.hash}) == "changed 4");
  }
  SECTION("there are more than there were") {
    CHECK(said_of(log, {4, whole[3].hash}) == "reordered 5");
  }
}

TEST_CASE("parts of an entry cannot be shifted from one field to the next") {
  audit_link one;
  one.action = "ab";
  one.details = "c";
  auto other = one;
  other.action = "a";
  other.details = "bc";
  CHECK(audit_hash(one) != audit_hash(other));
}
