#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::testing;

namespace {

// Counts what each of these reads: the numbers of the open transaction, which nobody else changes.
class reading {
public:
  reading(pg::session& database, const char* table)
      : database_(database), table_(table), before_(now()) {}

  long rows() const { return now() - before_; }

private:
  long now() const {
    auto got = database_.run(
        "select pg_stat_get_xact_tuples_returned($1::regclass)"
        " + pg_stat_get_xact_tuples_fetched($1::regclass)"
        " + coalesce((select sum(pg_stat_get_xact_tuples_returned(indexrelid))"
        "             from pg_index where indrelid = $1::regclass), 0)",
        {table_});
    REQUIRE(got);
    return std::stol(got->text(0, 0));
  }

  pg::session& database_;
  std::string table_;
  long before_;
};

// A house of two hundred people, each of whom wrote to fifty others.
void settle_a_crowd(pg::session& database) {
  run(database, "select set_config('stoa.establishment', '*', false)");
  run(database, "insert into establishments (id, name, slug) values ('e1', 'House', 'house')");
  run(database,
      "insert into users (id, establishment_id, email, username, password, first_name, last_name,"
      " signs_in_by_name) select 'u' || i, 'e1', 'u' || i || '@e1.org', 'user.' || i, 'x',"
      " 'Prenom' || i, 'Nom' || i, true from generate_series(1, 200) as i");
  run(database,
      "insert into letters (id, establishment_id, sender_id, recipient_id, subject, content)"
      " select 'l' || i, 'e1', 'u' || 1 + i % 200, 'u' || 1 + (i * 7 + i / 200) % 200,"
      " 'lettre ' || i % 49, 'bonjour tout le monde' from generate_series(1, 10000) as i");
  run(database, "analyze");
}

// The application in a transaction of that house.
pg::session in_the_house(const scratch_database& scratch) {
  auto owner = scratch.owner_session();
  settle_a_crowd(owner);
  auto app = scratch.app_session();
  run(app, "begin");
  run(app, "select set_config('stoa.establishment', 'e1', true)");
  return app;
}

}  // namespace

TEST_CASE("whoever writes a searched row does not read the words of everybody", "[db]") {
  scratch_database scratch;
  auto app = in_the_house(scratch);
  const reading words{app, "search_words"};
  run(app,
      "insert into announcements (id, establishment_id, title, content, author_name)"
      " select 'a' || i, 'e1', 'titre nouveau ' || i, 'du texte bonjour', 'x'"
      " from generate_series(1, 100) as i");
  // Each of them has six words or so; the house has over six hundred.
  CHECK(words.rows() < 100 * 20);
  run(app, "rollback");
}

TEST_CASE("a search in letters reads those of whoever searches and has the words", "[db]") {
  scratch_database scratch;
  auto app = in_the_house(scratch);
  const reading letters{app, "letters"};
  auto found = app.run("select id from stoa_search('letters', 'lettre 7', 'u8', 1, false, false)");
  REQUIRE(found);
  // A hundred letters are hers, two hundred have the words.
  CHECK(letters.rows() < 50);
  auto counted = app.run(
      "select count(*) from letters where 'u8' in (sender_id, recipient_id)"
      " and subject = 'lettre 7'");
  REQUIRE(counted);
  CHECK(counted->text(0, 0) == std::to_string(found->size()));
  CHECK(found->size() > 0);
  run(app, "rollback");
}
