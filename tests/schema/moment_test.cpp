#include "schema/moment.hpp"

#include <catch2/catch.hpp>

using namespace stoa;

TEST_CASE("a moment survives its own spelling") {
  const iso_time at{1'754'656'496'789'000};
  CHECK(to_iso(at) == "2025-08-08T12:34:56.789Z");
  CHECK(parse_iso(to_iso(at)) == at);
}

TEST_CASE("PostgreSQL's spelling and offsets are read") {
  CHECK(parse_iso("2025-08-08 12:34:56.789+00") == iso_time{1'754'656'496'789'000});
  CHECK(parse_iso("2025-08-08T14:34:56.789+02:00") == iso_time{1'754'656'496'789'000});
  CHECK(parse_iso("1970-01-02") == iso_time{86'400'000'000});
}

TEST_CASE("dates that do not exist are refused") {
  for (const auto* text : {"2025-02-30", "2025-13-01", "2025-01-01T24:00:00Z", "2025-01-01T10:60",
                           "2025-01-01T10:00:00.Z", "yesterday", "", "2025-01-01Tx"})
    CHECK_FALSE(parse_iso(text));
}
