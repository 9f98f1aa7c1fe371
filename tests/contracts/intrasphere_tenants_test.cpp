#include "tests/support/intranet_walk.hpp"
#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::testing;

namespace {

constexpr const char* intranet = "est-intrasphere";

/// An administrator of an establishment of their own, on the intranet's site.
http_client administrator_elsewhere() {
  return member_elsewhere("est-stranger", "stranger", "admin");
}

/// Rows of the intranet for every address whose table the demo data leaves empty.
void fill_intranet() {
  for (const auto* each :
       {"insert into enrollments (id, establishment_id, user_id, course_id) values"
        " ('foreign-enrolment', $1, 'user-3', 'course-3') on conflict do nothing",
        "insert into certificates (id, establishment_id, user_id, course_id, title) values"
        " ('foreign-certificate', $1, 'user-3', 'course-3', 'Attestation') on conflict do nothing",
        "insert into user_permissions (id, establishment_id, user_id, permission) values"
        " ('foreign-permission', $1, 'user-3', 'manage_nothing') on conflict do nothing",
        "insert into training_participants (id, establishment_id, training_id, user_id) values"
        " ('foreign-participant', $1, 'training-2', 'user-2') on conflict do nothing",
        "insert into quizzes (id, establishment_id, course_id, title, questions) values"
        " ('foreign-quiz', $1, 'course-3', 'Quiz', '[]') on conflict do nothing",
        "insert into quiz_attempts (id, establishment_id, user_id, quiz_id, course_id) values"
        " ('foreign-attempt', $1, 'user-3', 'foreign-quiz', 'course-3') on conflict do nothing",
        "insert into notifications (id, establishment_id, user_id, seq, type, title, message) "
        "values"
        " ('foreign-notice', $1, 'user-3', 1000000, 'new_announcement', 'Avis', 'Avis')"
        " on conflict do nothing",
        "insert into page_views (id, establishment_id, view_id, name) values"
        " ('foreign-page', $1, 'foreign-view', 'Page') on conflict do nothing",
        "insert into uploaded_files (id, establishment_id, file_name, original_name, mime_type,"
        " file_type, size, uploaded_by) values ('foreign-file', $1, 'foreign.pdf', 'x.pdf',"
        " 'application/pdf', 'document', 1, 'user-1') on conflict do nothing"})
    ask_database(intranet, statement{sql_text{each}, {intranet}});
}

constexpr std::string_view nowhere = "no-such-row";

/// An address with every `{name}` filled: from the intranet, or by what exists nowhere.
std::string address(std::string_view path, bool foreign) {
  return filled(path, [&](std::string_view parameter) {
    const std::string row{demo_row(path, parameter)};
    return foreign || row.empty() ? row : std::string{nowhere};
  });
}

std::string body(bool foreign, std::size_t count) {
  named_rows where{"user-3",      "training-1",    "course-1",    "lesson-1",
                   "forum-cat-1", "forum-topic-1", "forum-post-1"};
  if (!foreign)
    for (auto* each : {&where.person, &where.training, &where.course, &where.lesson, &where.shelf,
                       &where.topic, &where.post})
      *each = nowhere;
  return body_for_all(where, count);
}

/// A fingerprint of each table's rows of the intranet, but for what counts readers and clocks.
std::string intranet_as_it_is() {
  const auto tables = ask_database(
      "*", prepared("select distinct c.table_name::text from information_schema.columns c"
                    " join pg_tables t on t.tablename = c.table_name"
                    " where c.column_name = 'establishment_id' and t.schemaname = current_schema()"
                    " and c.table_name not in ('sessions', 'jobs') order by 1"));
  REQUIRE(tables.size() > 20);
  std::string out;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const auto table = tables.text(i, 0);
    const sql_text text{
        "select md5(string_agg(x, ',' order by x)) from (select (to_jsonb(t) -"
        " 'view_count' - 'last_active' - 'last_login_at')::text as x from " +
        table + " t where establishment_id = $1) every"};
    out += table + ' ' + ask_database(intranet, {text, {intranet}}).text(0, 0) + '\n';
  }
  return out;
}

}  // namespace

TEST_CASE("intranet: every address answers for a foreign row as for none", "[db][net]") {
  fill_intranet();
  auto who = administrator_elsewhere();
  const auto before = intranet_as_it_is();
  std::size_t walked = 0;
  std::size_t there = 0;  // rows that somebody of the intranet can read at the same address
  for (const auto& row : intranet_edition().routes) {
    // These have no rows of others to reach, and would end or change the stranger's own session.
    if (row.path.starts_with("/api/auth/") || row.form != nullptr)
      continue;
    const bool reads = row.method == verb::get;
    if (reads && row.path.find('{') == std::string_view::npos)
      continue;  // lists are compared below
    const auto method = name_of(row.method);
    const auto theirs =
        who.request(method, address(row.path, true), reads ? "" : body(true, walked * 2));
    const auto nobodys =
        who.request(method, address(row.path, false), reads ? "" : body(false, walked * 2 + 1));
    CAPTURE(method, row.path, theirs.body, nobodys.body);
    CHECK(theirs.status == nobodys.status);
    CHECK(theirs.status != 500);
    if (theirs.status >= 400 || reads)
      CHECK(without_demo_rows(theirs.body, nowhere) == nobodys.body);
    ++walked;
    if (reads && colleague("admin").get(address(row.path, true)).status == 200)
      ++there;
  }
  CHECK(walked > 100);
  CHECK(there > 20);
  CHECK(intranet_as_it_is() == before);
}

TEST_CASE("intranet: no list shows a row of another establishment", "[db][net]") {
  fill_intranet();
  auto who = administrator_elsewhere();
  std::size_t walked = 0;
  for (const auto& row : intranet_edition().routes) {
    if (row.method != verb::get || row.path.find('{') != std::string_view::npos ||
        !row.path.starts_with("/api/") || row.path.starts_with("/api/v1/"))
      continue;
    const auto answer =
        who.get(std::string{row.path} + "?q=a&query=a&search=a&topicId=forum-topic-1");
    CAPTURE(row.path, answer.body);
    CHECK(answer.status < 500);
    for (const auto* theirs :
         {"\"user-1\"", "\"user-3\"", "Dupont", "\"ann-1\"", "\"doc-1\"", "\"event-1\"",
          "\"content-1\"", "\"cat-1\"", "\"msg-1\"", "\"complaint-1\"", "\"training-1\"",
          "\"course-1\"", "\"lesson-1\"", "\"resource-1\"", "\"forum-cat-1\"", "\"foreign-"})
      CHECK(answer.body.find(theirs) == std::string::npos);
    ++walked;
  }
  CHECK(walked > 25);
}
