#include "tests/contracts/intrasphere_rights.hpp"
#include "tests/support/intranet_walk.hpp"
#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace stoa::testing;
using namespace stoa::testing::rights;
using stoa::in_establishment;
using stoa::name_of;
using stoa::sql_text;
using stoa::statement;

namespace {

// -- the rows -----------------------------------------------------------------

/// What is there for each try at an address that begins so (one of several): `$2` is its name, `$3`
/// whose it is, `$4` somebody else and `$5` the questions of a quiz.
struct made_row {
  std::string_view prefixes;
  const char* sql;
};
constexpr const char* courses =
    "/api/courses /api/lessons /api/enroll /api/progress /api/my-"
    " /api/certificates /api/quizzes";
constexpr const char* trainings = "/api/training /api/users/{id}/trainings";

constexpr made_row made_rows[] = {
    {"/api/announcements",
     "insert into announcements (id, establishment_id, title, content, author_id)"
     " values ($2, $1, 'T', 'C', $3)"},
    {"/api/documents",
     "insert into documents (id, establishment_id, title, category, file_name, file_url)"
     " values ($2, $1, 'T', 'C', '', '')"},
    {"/api/events",
     "insert into events (id, establishment_id, title, date, organizer_id)"
     " values ($2, $1, 'T', now(), $3)"},
    {"/api/contents",
     "insert into contents (id, establishment_id, title, type, category)"
     " values ($2, $1, 'T', 'video', 'C')"},
    {"/api/categories",
     "insert into content_categories (id, establishment_id, name) values ($2, $1, $2)"},
    {"/api/files",
     "insert into uploaded_files (id, establishment_id, file_name, original_name, mime_type,"
     " file_type, size, uploaded_by) values ($2, $1, $2, 'x', 'image/png', 'image', 1, $3)"},
    {"/api/users",
     "insert into users (id, establishment_id, email, username, password, first_name, role,"
     " is_active) select $2 || x.suffix, $1, '', $2 || x.suffix, '', 'N', x.role,"
     " x.suffix <> '-closed' from (values ('', 'learner'), ('-closed', 'learner'),"
     " ('-moderator', 'manager'), ('-admin', 'admin')) as x(suffix, role)"},
    {"/api/messages",
     "insert into letters (id, establishment_id, sender_id, recipient_id, subject, content)"
     " values ($2, $1, $4, $3, 'S', 'C'), ($2 || '-sent', $1, $3, $4, 'S', 'C')"},
    {"/api/complaints",
     "insert into complaints (id, establishment_id, submitter_id, assigned_to_id, title,"
     " description, category) values ($2, $1, $3, null, 'T', 'D', 'hr'),"
     " ($2 || '-assigned', $1, $4, $3, 'T', 'D', 'hr')"},
    {"/api/permissions",
     "insert into user_permissions (id, establishment_id, user_id, permission)"
     " values ($2, $1, $3, 'manage_little') on conflict (user_id, permission)"
     " do update set id = excluded.id"},
    {"/api/employee-categories",
     "insert into employee_categories (id, establishment_id, name) values ($2, $1, $2)"},
    {"/api/views-config",
     "insert into page_views (id, establishment_id, view_id) values ($1 || ':' || $2, $1, $2)"},
    {"/api/resources",
     "insert into learning_resources (id, establishment_id, title, category, type, url, is_public)"
     " values ($2, $1, 'T', 'C', 'link', '/x', false)"},
    {courses,
     "insert into courses (id, establishment_id, title, category) select $2 || suffix, $1, 'T',"
     " 'technical' from unnest(array['', '-empty', '-done']) as suffix"},
    {courses,
     "insert into lessons (id, establishment_id, course_id, title, content)"
     " values ($2, $1, $2, 'T', 'C')"},
    {courses,
     "insert into enrollments (id, establishment_id, user_id, course_id, progress)"
     " values ($2, $1, $3, $2, 0), ($2 || '-done', $1, $3, $2 || '-done', 100)"},
    {courses,
     "insert into lesson_progress (id, establishment_id, user_id, lesson_id, course_id)"
     " values ($2, $1, $3, $2, $2)"},
    {courses,
     "insert into certificates (id, establishment_id, user_id, course_id, title)"
     " values ($2, $1, $3, $2, 'T')"},
    {courses,
     "insert into certificate_seals (certificate_id, establishment_id, holder_name, course_title,"
     " issuer) values ($2, $1, 'N', 'T', 'I')"},
    {courses,
     "insert into quizzes (id, establishment_id, course_id, title, questions)"
     " values ($2, $1, $2, 'T', $5::jsonb)"},
    {courses,
     "insert into quiz_attempts (id, establishment_id, user_id, quiz_id, course_id, questions)"
     " values ($2, $1, $3, $2, $2, $5::jsonb)"},
    {trainings,
     "insert into trainings (id, establishment_id, title, category, duration, current_participants)"
     " values ($2, $1, 'T', 'technical', 1, 1), ($2 || '-empty', $1, 'T', 'technical', 1, 0)"},
    {trainings,
     "insert into training_participants (id, establishment_id, training_id, user_id)"
     " values ($2, $1, $2, $3)"},
    {"/api/notifications",
     "insert into notifications (id, establishment_id, user_id, seq, type, title, message)"
     " values ($2, $1, $3, (extract(epoch from clock_timestamp()) * 1e6)::bigint,"
     " 'new_announcement', 'T', 'M')"},
    {"/api/forum", "insert into forum_categories (id, establishment_id, name) values ($2, $1, $2)"},
    {"/api/forum",
     "insert into forum_topics (id, establishment_id, category_id, title, author_id, author_name,"
     " is_locked, reply_count) select $2 || x.suffix, $1, $2, 'T', $3, 'N', x.suffix = '-locked',"
     " (x.suffix = '-answered')::int from (values (''), ('-locked'), ('-answered')) as x(suffix)"},
    {"/api/forum",
     "insert into forum_posts (id, establishment_id, topic_id, category_id, author_id,"
     " author_name, content, is_first_post) values ($2, $1, $2, $2, $3, 'N', 'C', true),"
     " ($2 || '-answer', $1, $2 || '-answered', $2, $4, 'N', 'C', false)"},
};

bool begins_so(std::string_view path, std::string_view prefixes) {
  while (!prefixes.empty()) {
    const auto end = std::min(prefixes.find(' '), prefixes.size());
    if (path.starts_with(prefixes.substr(0, end)))
      return true;
    prefixes.remove_prefix(std::min(end + 1, prefixes.size()));
  }
  return false;
}

// -- the walk -----------------------------------------------------------------

constexpr const char* matrix_house = "est-matrix";
constexpr const char* somebody = "user-matrix.somebody";
constexpr const char* questions = R"([{"id":"a","text":"T","type":"boolean","answer":true}])";

struct walker {
  char rank;
  std::string code;
  std::string id;
  http_client client;
};

bool may(const right& what, const walker& who, bool owns) {
  constexpr std::string_view ranks = "geman";
  return ranks.find(who.rank) >= ranks.find(what.least) || (owns && what.own) ||
         (!who.code.empty() && who.code == what.code);
}

// One try: whose rows it is about, and what they are called.
struct attempt {
  std::string row;
  std::string owner;

  [[nodiscard]] std::string named(std::string text) const {
    const std::pair<std::string_view, const std::string&> all[] = {{"$id", row}, {"$owner", owner}};
    for (const auto& [name, value] : all)
      for (auto at = text.find(name); at != std::string::npos; at = text.find(name))
        text.replace(at, name.size(), value);
    return text;
  }
};

// Fresh rows each time: whoever may changes or removes them.
attempt prepare(const line& what, const walker& who, bool owns, std::size_t count) {
  attempt out;
  out.row = "walk-" + std::to_string(count);
  const std::string_view path{what.path};
  const bool about_people = path.starts_with("/api/users") && !path.ends_with("/trainings");
  out.owner = owns ? who.id : about_people ? out.row : somebody;
  auto wanted = in_establishment(matrix_house);
  for (const auto& each : made_rows)
    if (begins_so(path, each.prefixes)) {
      // Each of them is given everything.
      const sql_text text{
          "with given as (select $1::text, $2::text, $3::text, $4::text, $5::text) " +
          std::string{each.sql}};
      wanted.statements.push_back(
          statement{text, {matrix_house, out.row, out.owner, somebody, questions}});
    }
  if (!wanted.statements.empty())
    ask_database(std::move(wanted));
  return out;
}

// A guest meets the intranet's own rows.
attempt of_demo(const line& what) {
  return {std::string{demo_row(what.path, "id")}, "user-3"};
}

void walk(const line& what, walker& who, bool owns, std::size_t count) {
  const auto rows = who.rank == 'g' ? of_demo(what) : prepare(what, who, owns, count);
  const auto& more = what.more;
  const auto target =
      *more.target != '\0'
          ? rows.named(more.target)
          : filled(what.path, [&](std::string_view parameter) {
              return who.rank == 'g' ? std::string{demo_row(what.path, parameter)} : rows.row;
            });
  named_rows names;
  names.person = rows.owner;
  names.training = names.course = names.lesson = names.shelf = names.topic = names.post = rows.row;
  const bool reads = std::string_view{what.method} == "GET";
  const auto body = reads                ? std::string{}
                    : *more.body == '\0' ? body_for_all(names, count)
                                         : rows.named(more.body);
  const auto answer = who.client.request(what.method, target, body);
  CAPTURE(what.method, target, who.rank, who.code, owns, body, answer.status, answer.body);
  if (!may(what.who, who, owns))
    CHECK(answer.status == (who.rank == 'g' ? 401 : more.refuses));
  else if (const int other = owns && more.answers_own != 0 ? more.answers_own : more.answers)
    CHECK(answer.status == other);
  else
    CHECK(answer.status < 400);
  if (more.sees != nullptr && answer.status == 200) {
    const bool found = answer.body.find('"' + rows.named(more.row) + '"') != std::string::npos;
    CHECK(found == may(*more.sees, who, owns));
  }
}

// A guest, one of each rank, and an employee for each code.
std::vector<walker> walkers() {
  std::vector<walker> out;
  out.push_back({'g', "", "", intranet_visitor()});
  const auto add = [&out](char rank, const char* code, const std::string& name,
                          std::string_view word) {
    out.push_back({rank, code, "user-" + name, member_elsewhere(matrix_house, name, word)});
  };
  add('a', "", "matrix.admin", "admin");
  add('m', "", "matrix.moderator", "manager");
  add('e', "", "matrix.employee", "learner");
  const auto grant = [&out](const std::string& id, const char* code) {
    const auto granted = out[1].client.post(
        "/api/permissions", R"({"userId":")" + id + R"(","permission":")" + code + R"("})");
    INFO(granted.body);
    REQUIRE(granted.status == 201);
  };
  for (const auto* code : {"manage_announcements", "manage_documents", "manage_events",
                           "manage_users", "validate_topics", "validate_posts",
                           "manage_employee_categories", "manage_trainings", "manage_complaints"}) {
    add('e', code, std::string{"matrix."} + code, "learner");
    grant(out.back().id, code);
  }
  // These are known words and mean nothing.
  add('e', "", "matrix.words", "learner");
  for (const auto* code :
       {"manage_content", "view_admin_stats", "manage_permissions", "system_configuration"})
    grant(out.back().id, code);
  return out;
}

}  // namespace

TEST_CASE("intranet: the matrix of rights has every address", "[net]") {
  std::set<std::pair<std::string, std::string>> served;
  std::set<std::pair<std::string, std::string>> written;
  for (const auto& row : intranet_edition().routes)
    served.emplace(name_of(row.method), row.path);
  for (const auto& each : matrix)
    written.emplace(each.method, each.path);
  for (const auto& [method, path] : served) {
    CAPTURE(method, path);
    CHECK(written.count({method, path}) == 1);  // a new address: say who may
  }
  for (const auto& [method, path] : written) {
    CAPTURE(method, path);
    CHECK(served.count({method, path}) == 1);
  }
}

TEST_CASE("intranet: every right is as the matrix says, for every rank, every code and every owner",
          "[db][net][slow]") {
  (void)member_elsewhere(matrix_house, "matrix.somebody", "learner");
  auto people = walkers();
  std::size_t count = 0;
  for (const auto& each : matrix) {
    if (std::string_view{each.path} == "/api/auth/logout")
      continue;  // last, below
    const bool has_rows = std::string_view{each.path}.find('{') != std::string_view::npos ||
                          std::string_view{each.more.target}.find('$') != std::string_view::npos ||
                          std::string_view{each.more.body}.find('$') != std::string_view::npos ||
                          each.more.sees != nullptr;
    for (auto& who : people) {
      walk(each, who, false, ++count);
      if (has_rows && who.rank != 'g')
        walk(each, who, true, ++count);
    }
  }
  CHECK(count > 4000);

  // A code that was taken back means nothing any more.
  for (auto& who : people) {
    if (who.code.empty())
      continue;
    const std::string code = std::exchange(who.code, "");
    const auto revoked = people[1].client.post(
        "/api/admin/bulk-permissions",
        R"({"userId":")" + who.id + R"(","permissions":[")" + code + R"("],"action":"revoke"})");
    REQUIRE(revoked.status == 200);
    for (const auto& each : matrix)
      if (each.who.code == code)
        walk(each, who, false, ++count);
  }
  for (auto& who : people)
    walk(rights::matrix[std::size(rights::matrix) - 1], who, false, ++count);
}
