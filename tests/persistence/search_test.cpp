#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

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

namespace {

// A room in which these were said, the first as number 1.
pg::session in_a_room(const scratch_database& scratch, const std::vector<std::string>& said) {
  auto owner = scratch.owner_session();
  settle_a_crowd(owner);
  run(owner,
      "insert into rooms (id, establishment_id, kind, name, created_by)"
      " values ('r1', 'e1', 'room', 'Room', 'u1')");
  for (std::size_t i = 0; i < said.size(); ++i) {
    const auto seq = std::to_string(i + 1);
    auto done = owner.run(
        "insert into messages (room_id, seq, id, establishment_id, author_id, content, created_at,"
        " updated_at) values ('r1', $1::text::bigint, 'm' || $1::text, 'e1', 'u1', $2, now(), "
        "now())",
        {seq, said[i]});
    if (!done)
      FAIL(done.error().cause);
  }
  auto app = scratch.app_session();
  run(app, "select set_config('stoa.establishment', 'e1', false)");
  return app;
}

// The numbers of what is found, in order.
std::string found_in_room(pg::session& app, const std::string& asked) {
  auto got = app.run(
      "select coalesce(string_agg(seq::text, ' ' order by seq), '') from"
      " stoa_find_messages($1, 'r1', 'u1', 100)",
      {asked});
  if (!got)
    FAIL(got.error().cause);
  return got->text(0, 0);
}

}  // namespace

TEST_CASE("words inside addresses, links and names of files are found among messages", "[db]") {
  scratch_database scratch;
  auto app = in_a_room(scratch, {"\u00e9crire \u00e0 jean.dupont@example.org",
                                 "voir https://exemple.fr/chemin/reglement.pdf?id=12",
                                 "le fichier budget_2027-final.xlsx", "on passe \u00e0 C++ demain",
                                 "du C et du C#, ou F#", "rendez-vous en TP1", "la salle tp 1",
                                 "le travail", "les travaux", "l'\u00e9te\u0301 vient.D\u00e9but"});
  for (const auto& [asked, where] : std::vector<std::pair<std::string, std::string>>{
           {"dupont", "1"},      {"jean.dupont", "1"},
           {"example.org", "1"}, {"jean.dupont@example.org", "1"},
           {"DUPONT@EXA", "1"},  {"chemin", "2"},
           {"reglement", "2"},   {"r\u00e8glement.pdf", "2"},
           {"2027", "3"},        {"final", "3"},
           {"budget_2027", "3"}, {"budget final", "3"},
           {"c++", "4"},         {"C#", "5"},
           {"tp1", "6 7"},       {"TP 1", "6 7"},
           {"rendez-vous", "6"}, {"travail", "8 9"},
           {"travaux", "8 9"},   {"\u00e9t\u00e9", "10"},
           {"d\u00e9but", "10"}, {"org example", "1"},
           {"example.com", ""},  {"pdf.reglement", ""},
           {"!!! & | :*", ""},   {"' \\ ''", ""}}) {
    CAPTURE(asked);
    CHECK(found_in_room(app, asked) == where);
  }
}

TEST_CASE("words inside others are found in everything else that is searched", "[db]") {
  scratch_database scratch;
  auto app = in_the_house(scratch);
  run(app,
      "insert into announcements (id, establishment_id, title, content, author_name) values"
      " ('a1', 'e1', 'Cours de C++', 'en TP1 avec jean.dupont@example.org', 'x'),"
      " ('a2', 'e1', 'Cours de C', 'la salle tp 1 pendant les travaux', 'x'),"
      " ('a3', 'e1', 'Fichier budget_2027-final.xlsx', E'l''e\\u0301te\\u0301', 'x')");
  for (const auto& [asked, where] :
       std::vector<std::pair<std::string, std::string>>{{"C++", "a1"},
                                                        {"tp1", "a1 a2"},
                                                        {"TP 1", "a1 a2"},
                                                        {"dupont", "a1"},
                                                        {"example.org", "a1"},
                                                        {"travail", "a2"},
                                                        {"2027", "a3"},
                                                        {"final", "a3"},
                                                        {"\u00e9t\u00e9", "a3"}}) {
    CAPTURE(asked);
    auto got = app.run(
        "select coalesce(string_agg(id, ' ' order by id), '') from"
        " stoa_search('announcements', $1, 'u1', 1, false, false)",
        {asked});
    REQUIRE(got);
    CHECK(got->text(0, 0) == where);
  }
  run(app,
      "insert into documents (id, establishment_id, title, category, file_name, file_url) values"
      " ('d1', 'e1', 'R\u00e8glement', 'x', 'charte_TP-2027.pdf', '/d1')");
  for (const auto* asked : {"charte", "tp 2027", "2027.pdf"}) {
    CAPTURE(asked);
    auto got =
        app.run("select id from stoa_search('documents', $1, 'u1', 1, false, false)", {asked});
    REQUIRE(got);
    CHECK(got->size() == 1);
  }
  run(app, "rollback");
}
