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

TEST_CASE("moments before 1970 and at the ends of the calendar are spelled right") {
  CHECK(to_iso(iso_time{0}) == "1970-01-01T00:00:00.000Z");
  CHECK(to_iso(iso_time{-1}) == "1969-12-31T23:59:59.999Z");
  CHECK(to_iso(iso_time{-62'135'596'800'000'000}) == "0001-01-01T00:00:00.000Z");
  CHECK(to_iso(iso_time{253'402'300'799'999'999}) == "9999-12-31T23:59:59.999Z");
  CHECK(parse_iso("2024-02-29T23:59:59.000001Z") == iso_time{1'709'251'199'000'001});
}
