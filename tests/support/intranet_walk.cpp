#include "tests/support/intranet_walk.hpp"

#include "actors/root.hpp"
#include "net/node.hpp"
#include "net/routes/editions.hpp"
#include "persistence/database.hpp"
#include "persistence/pg/session.hpp"
#include "tests/support/intrasphere.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

namespace stoa::testing {

namespace {

/// The first prefix that fits counts.
struct demo_name {
  std::string_view prefix;
  std::string_view parameter;
  std::string_view row;
};
constexpr demo_name demo_names[] = {
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
    {"/api/notifications", "id", "foreign-notice"},
    {"/api/permissions", "id", "foreign-permission"},
    {"/api/progress", "id", "course-1"},
    {"/api/quizzes", "id", "foreign-quiz"},
    {"/api/resources", "id", "resource-1"},
    {"/api/training-participants", "id", "foreign-participant"},
    {"/api/trainings", "id", "training-1"},
    {"/api/users", "id", "user-3"},
};

}  // namespace

const edition& intranet_edition() {
  for (const auto* each : editions())
    if (each->name == "intrasphere")
      return *each;
  FAIL("no such edition");
  return *editions().front();
}

results ask_database(transaction what) {
  auto& where = stacgate_node();
  auto got = run_and_wait(where.system(), where.actors().database(), std::move(what));
  INFO((got ? "" : got.error().text + ": " + got.error().cause));
  REQUIRE(got);
  return std::move(*got);
}

rows ask_database(const std::string& establishment, statement what) {
  auto got = ask_database(in_establishment(establishment, std::move(what)));
  return std::move(got.each.front());
}

void run_as_owner(const std::string& sql, const std::string& id) {
  auto database = pg::session::open(stacgate_node().owner_connection());
  REQUIRE(database);
  const auto done = database->run(sql, {id});
  INFO(sql);
  REQUIRE(done);
}

http_client member_elsewhere(const std::string& establishment, const std::string& name,
                             std::string_view rank) {
  ask_database("*", prepared("insert into establishments (id, name, slug, settings)"
                             " values ($1, 'Ailleurs', $1, '{}') on conflict do nothing",
                             establishment));
  const auto email = name + "@" + establishment + ".example.org";
  ask_database("*", prepared("insert into users (id, establishment_id, email, username, password,"
                             " first_name, role) select $1, $2, $3, $4, password, 'Étrangère', $5"
                             " from users where email = 'admin@stacgate.academy'"
                             " on conflict do nothing",
                             "user-" + name, establishment, email, name, rank));
  // One signs in there by address, and the session is as good on every site.
  auto at_home = stacgate_visitor();
  const auto answer =
      at_home.post("/api/auth/login", R"({"email":")" + email + R"(","password":"demo123"})");
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  auto out = intranet_visitor();
  out.set_cookie(at_home.cookie());
  return out;
}

std::string filled(std::string_view path,
                   const std::function<std::string(std::string_view)>& row_of) {
  std::string out;
  for (auto rest = path; !rest.empty();) {
    const auto open = rest.find('{');
    out += rest.substr(0, open);
    if (open == std::string_view::npos)
      break;
    const auto close = rest.find('}', open);
    const auto row = row_of(rest.substr(open + 1, close - open - 1));
    INFO(path);
    REQUIRE_FALSE(row.empty());  // a new address: say which row is there
    out += row;
    rest.remove_prefix(close + 1);
  }
  return out;
}

std::string_view demo_row(std::string_view path, std::string_view parameter) {
  for (const auto& each : demo_names)
    if (each.parameter == parameter && path.starts_with(each.prefix))
      return each.row;
  return {};
}

std::string without_demo_rows(std::string text, std::string_view by) {
  for (const auto& each : demo_names)
    for (auto at = text.find(each.row); at != std::string::npos; at = text.find(each.row))
      text.replace(at, each.row.size(), by);
  return text;
}

std::string body_for_all(const named_rows& where, std::size_t count) {
  std::string out = R"({"title":"Prise","content":"Prise","description":"Prise","subject":"Prise",)"
                    R"("name":"Prise )" +
                    std::to_string(count) + R"(","username":"prise)" + std::to_string(count) +
                    R"(","password":"Secret1!","newPassword":"Secret1!","status":"resolved",)"
                    R"("category":"technical","type":"info","duration":10,"score":50,)"
                    R"("progress":50,"isCompleted":true,"role":"admin","isActive":false,)"
                    R"("permission":"manage_events","permissions":["manage_events"],)"
                    R"("date":"2031-05-01T10:00:00Z","url":"/documents/x.pdf","text":"Prise",)"
                    R"("authorName":"Prise",)";
  const auto reference = [&](std::string_view name, const std::string& row) {
    out += '"';
    out += name;
    out += R"(":")" + row + R"(",)";
  };
  for (const auto* name : {"userId", "recipientId", "assignedToId", "organizerId", "instructorId",
                           "authorId", "grantedBy", "senderId", "submitterId", "user"})
    reference(name, where.person);
  reference("trainingId", where.training);
  reference("courseId", where.course);
  reference("lessonId", where.lesson);
  reference("categoryId", where.shelf);
  reference("topicId", where.topic);
  reference("replyToId", where.post);
  out += R"("userIds":[")" + where.person + R"("],"moderatorIds":[")" + where.person + R"("]})";
  return out;
}

}  // namespace stoa::testing
