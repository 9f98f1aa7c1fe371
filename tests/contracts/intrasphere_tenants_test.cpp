#include "actors/root.hpp"
#include "net/endpoint.hpp"
#include "net/node.hpp"
#include "persistence/database.hpp"
#include "tests/support/intrasphere.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <array>

using namespace stoa;
using namespace stoa::testing;

namespace {

constexpr const char* intranet = "est-intrasphere";

rows ask_database(const std::string& establishment, statement what) {
  auto& where = stacgate_node();
  auto got = run_and_wait(where.system(), where.actors().database(),
                          in_establishment(establishment, std::move(what)));
  INFO((got ? "" : got.error().text));
  REQUIRE(got);
  return std::move((*got)[0]);
}

/// An administrator of an establishment of their own, on the intranet's site.
http_client stranger() {
  for (const auto* each :
       {"insert into establishments (id, name, slug, settings) values ('est-stranger', 'Ailleurs',"
        " 'ailleurs', '{}') on conflict do nothing",
        "insert into users (id, establishment_id, email, username, password, first_name, role)"
        " select 'user-stranger', 'est-stranger', 'stranger@example.org', 'stranger', password,"
        " 'Étrangère', 'admin' from users where email = 'admin@stacgate.academy'"
        " on conflict do nothing"})
    ask_database("*", prepared(sql_text{each}));
  auto at_home = testing::visitor();
  REQUIRE(
      at_home.post("/api/auth/login", R"({"email":"stranger@example.org","password":"demo123"})")
          .status == 200);
  auto out = intranet_visitor();
  out.set_cookie(at_home.cookie());
  return out;
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
        "insert into page_views (id, establishment_id, view_id, name) values"
        " ('foreign-page', $1, 'foreign-view', 'Page') on conflict do nothing",
        "insert into uploaded_files (id, establishment_id, file_name, original_name, mime_type,"
        " file_type, size, uploaded_by) values ('foreign-file', $1, 'foreign.pdf', 'x.pdf',"
        " 'application/pdf', 'document', 1, 'user-1') on conflict do nothing"})
    ask_database(intranet, statement{sql_text{each}, {intranet}});
}

/// Whose rows a `{name}` of an address names, and one of them that is foreign to the stranger. The
/// first prefix that fits counts.
struct known_row {
  std::string_view prefix;
  std::string_view parameter;
  std::string_view foreign;
};
constexpr known_row known_rows[] = {
    {"", "userId", "user-3"},
    {"", "permission", "manage_events"},
    {"", "courseId", "course-1"},
    {"", "lessonId", "lesson-1"},
    {"", "attempt", "foreign-attempt"},
    {"", "filename", "foreign.pdf"},
    {"", "viewId", "foreign-view"},
    {"", "room", "group-web-debutants"},
    {"", "user", "user-sophie"},
    {"", "message", "message-of-others"},
    {"", "board", "board-of-others"},
    {"/api/admin/audit", "id", "est-intrasphere:1"},
    {"/api/announcements", "id", "ann-1"},
    {"/api/categories", "id", "cat-1"},
    {"/api/certificates", "id", "foreign-certificate"},
    {"/api/complaints", "id", "complaint-1"},
    {"/api/contents", "id", "content-1"},
    {"/api/courses", "id", "course-1"},
    {"/api/documents", "id", "doc-1"},
    {"/api/employee-categories", "id", "emp-cat-1"},
    {"/api/enrollments", "id", "foreign-enrolment"},
    {"/api/events", "id", "event-1"},
    {"/api/forum/categories", "id", "forum-cat-1"},
    {"/api/forum/posts", "id", "forum-post-1"},
    {"/api/forum/topics", "id", "forum-topic-1"},
    {"/api/lessons", "id", "lesson-1"},
    {"/api/messages", "id", "msg-1"},
    {"/api/permissions", "id", "foreign-permission"},
    {"/api/progress", "id", "course-1"},
    {"/api/quizzes", "id", "foreign-quiz"},
    {"/api/resources", "id", "resource-1"},
    {"/api/training-participants", "id", "foreign-participant"},
    {"/api/trainings", "id", "training-1"},
    {"/api/users", "id", "user-3"},
};

std::string_view foreign_row(std::string_view path, std::string_view parameter) {
  for (const auto& each : known_rows)
    if (each.parameter == parameter && path.starts_with(each.prefix))
      return each.foreign;
  return {};
}

constexpr std::string_view nowhere = "no-such-row";

/// An address with every `{name}` filled: from the intranet, or by what exists nowhere.
std::string address(std::string_view path, bool foreign) {
  std::string out;
  for (auto rest = path; !rest.empty();) {
    const auto open = rest.find('{');
    out += rest.substr(0, open);
    if (open == std::string_view::npos)
      break;
    const auto close = rest.find('}', open);
    const auto row = foreign_row(path, rest.substr(open + 1, close - open - 1));
    INFO(path);
    REQUIRE_FALSE(row.empty());  // a new address: say which row is foreign there
    out += foreign ? row : nowhere;
    rest.remove_prefix(close + 1);
  }
  return out;
}

/// A body that every address can read something in. Unknown members are ignored, so one serves all;
/// `count` keeps names unique.
std::string body(bool foreign, std::size_t count) {
  std::string out = R"({"title":"Prise","content":"Prise","description":"Prise","subject":"Prise",)"
                    R"("name":"Prise )" +
                    std::to_string(count) + R"(","username":"prise)" + std::to_string(count) +
                    R"(","password":"Secret1!","newPassword":"Secret1!","status":"resolved",)"
                    R"("category":"technical","type":"info","duration":10,"score":50,)"
                    R"("progress":50,"isCompleted":true,"role":"admin","isActive":false,)"
                    R"("permission":"manage_events","permissions":["manage_events"],)"
                    R"("date":"2031-05-01T10:00:00Z","url":"/documents/x.pdf","text":"Prise",)";
  const auto reference = [&](std::string_view name, std::string_view row) {
    out += '"';
    out += name;
    out += R"(":")";
    out += foreign ? row : nowhere;
    out += R"(",)";
  };
  for (const auto* name : {"userId", "recipientId", "assignedToId", "organizerId", "instructorId",
                           "authorId", "grantedBy", "senderId", "submitterId", "user"})
    reference(name, "user-3");
  reference("trainingId", "training-1");
  reference("courseId", "course-1");
  reference("lessonId", "lesson-1");
  reference("categoryId", "forum-cat-1");
  reference("topicId", "forum-topic-1");
  reference("replyToId", "forum-post-1");
  out += R"("userIds":[")" + std::string{foreign ? "user-3" : nowhere} + R"("],)";
  out += R"("moderatorIds":[")" + std::string{foreign ? "user-3" : nowhere} + R"("]})";
  return out;
}

/// The answer's body without what may differ: which row was asked for.
std::string plain(std::string text) {
  for (const auto& each : known_rows)
    for (auto at = text.find(each.foreign); at != std::string::npos; at = text.find(each.foreign))
      text.replace(at, each.foreign.size(), nowhere);
  return text;
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

const edition& intrasphere() {
  for (const auto* each : editions())
    if (each->name == "intrasphere")
      return *each;
  FAIL("no such edition");
  return *editions().front();
}

}  // namespace

TEST_CASE("intranet: every address answers for a foreign row as for none", "[db][net]") {
  fill_intranet();
  auto who = stranger();
  const auto before = intranet_as_it_is();
  std::size_t walked = 0;
  std::size_t there = 0;  // rows that somebody of the intranet can read at the same address
  for (const auto& row : intrasphere().routes) {
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
      CHECK(plain(theirs.body) == nobodys.body);
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
  auto who = stranger();
  std::size_t walked = 0;
  for (const auto& row : intrasphere().routes) {
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
