#include "persistence/pg/sql_state.hpp"

#include <catch2/catch.hpp>

using namespace stoa;

TEST_CASE("what a database cannot do just now is `unavailable`, whatever stands in its way") {
  // Read-only, disk full, out of memory, shutdown (three kinds), serialisation, statement time-out.
  for (const auto* state :
       {"25006", "53100", "53200", "57P01", "57P02", "57P03", "40001", "57014"}) {
    INFO(state);
    const auto why = pg::from_sql_state(state, "", "no");
    CHECK(why.code == fault_code::unavailable);
    CHECK(why.cause.starts_with(state));
  }
  CHECK(pg::from_sql_state("53300", "", "too many clients").code == fault_code::overloaded);
  CHECK(pg::from_sql_state("23505", "users_email_key", "twice").code == fault_code::conflict);
  CHECK(pg::from_sql_state("23503", "", "gone").code == fault_code::conflict);
  CHECK(pg::from_sql_state("22001", "", "too long").code == fault_code::invalid);
  CHECK(pg::from_sql_state("42501", "", "row-level security").code == fault_code::forbidden);
}

TEST_CASE("two moments in the wrong order are a complaint about the later one") {
  const auto why = pg::from_sql_state("23514", "trainings_end_date_in_order", "no", "trainings");
  CHECK(why.code == fault_code::invalid);
  REQUIRE(why.complaints.size() == 1);
  CHECK(why.complaints[0].path == "endDate");
  CHECK(pg::from_sql_state("23514", "trainings_end_date_check", "no", "trainings")
            .complaints.empty());
  CHECK(pg::from_sql_state("23514", "_in_order", "no", "").complaints.empty());
}
