#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

using namespace stoa::testing;

namespace {

/// Who may at least; a code beside the rank where one exists.
struct line {
  const char* method;
  const char* path;
  char least;  // g(uest), e(mployee), m(oderator), a(dmin)
  const char* code = "";
};

// The matrix of who may do what, over addresses whose rows do not exist: whoever may is told 404 or
// that the empty body is wrong, whoever may not 403, and a guest 401.
constexpr line matrix[] = {
    {"GET", "/api/stats", 'g'},
    {"GET", "/api/announcements", 'g'},
    {"POST", "/api/announcements", 'm', "manage_announcements"},
    {"PUT", "/api/announcements/none", 'm', "manage_announcements"},
    {"PATCH", "/api/announcements/none", 'm', "manage_announcements"},
    {"DELETE", "/api/announcements/none", 'm', "manage_announcements"},
    {"GET", "/api/documents", 'g'},
    {"POST", "/api/documents", 'm', "manage_documents"},
    {"PATCH", "/api/documents/none", 'm', "manage_documents"},
    {"DELETE", "/api/documents/none", 'm', "manage_documents"},
    {"GET", "/api/events", 'g'},
    {"POST", "/api/events", 'm', "manage_events"},
    {"PUT", "/api/events/none", 'm', "manage_events"},
    {"DELETE", "/api/events/none", 'm', "manage_events"},
    {"GET", "/api/contents", 'e'},
    {"POST", "/api/contents", 'm', "manage_documents"},
    {"PATCH", "/api/contents/none", 'm', "manage_documents"},
    {"DELETE", "/api/contents/none", 'm', "manage_documents"},
    {"GET", "/api/categories", 'g'},
    {"POST", "/api/categories", 'm', "manage_documents"},
    {"DELETE", "/api/categories/none", 'm', "manage_documents"},
    {"GET", "/api/users", 'e'},
    {"POST", "/api/users", 'a', "manage_users"},
    {"DELETE", "/api/users/none", 'a', "manage_users"},
    {"GET", "/api/messages", 'e'},
    {"GET", "/api/messages/sent", 'e'},
    {"POST", "/api/messages", 'e'},
    {"GET", "/api/complaints", 'e'},
    {"GET", "/api/complaints/my", 'e'},
    {"POST", "/api/complaints", 'e'},
    {"PATCH", "/api/complaints/none", 'm', "manage_complaints"},
    {"PUT", "/api/complaints/none/assign", 'm', "manage_complaints"},
    {"DELETE", "/api/complaints/none", 'a'},
    {"GET", "/api/permissions", 'm'},
    {"POST", "/api/permissions", 'a'},
    {"DELETE", "/api/permissions/none", 'a'},
    {"POST", "/api/admin/bulk-permissions", 'a'},
    {"GET", "/api/admin/permission-check/user-1/x", 'm'},
    {"GET", "/api/employee-categories", 'm'},
    {"POST", "/api/employee-categories", 'a', "manage_employee_categories"},
    {"PATCH", "/api/employee-categories/none", 'a', "manage_employee_categories"},
    {"DELETE", "/api/employee-categories/none", 'a', "manage_employee_categories"},
    {"GET", "/api/system-settings", 'm'},
    {"PATCH", "/api/system-settings", 'a'},
    {"GET", "/api/views-config", 'a'},
    {"POST", "/api/views-config", 'a'},
    {"DELETE", "/api/views-config/none", 'a'},
    {"GET", "/api/user/settings", 'e'},
    {"GET", "/api/admin/analytics/overview", 'm'},
    {"GET", "/api/admin/analytics/users", 'm'},
    {"GET", "/api/search/users?q=x", 'e'},
    {"GET", "/api/search/messages?q=x", 'e'},
    {"GET", "/api/search/forum?q=x", 'e'},
    {"GET", "/api/trainings", 'g'},
    {"POST", "/api/trainings", 'a', "manage_trainings"},
    {"PUT", "/api/trainings/none", 'a', "manage_trainings"},
    {"DELETE", "/api/trainings/none", 'a', "manage_trainings"},
    {"GET", "/api/trainings/none/participants", 'e'},
    {"POST", "/api/trainings/none/register", 'e'},
    {"GET", "/api/trainings/none/waiting-list", 'e'},
    {"GET", "/api/training-recommendations", 'e'},
    {"GET", "/api/courses", 'e'},
    {"POST", "/api/courses", 'm', "manage_trainings"},
    {"PATCH", "/api/courses/none", 'm', "manage_trainings"},
    {"DELETE", "/api/courses/none", 'a'},
    {"POST", "/api/lessons", 'm', "manage_trainings"},
    {"DELETE", "/api/lessons/none", 'm', "manage_trainings"},
    {"GET", "/api/resources", 'e'},
    {"POST", "/api/resources", 'm', "manage_trainings"},
    {"DELETE", "/api/resources/none", 'm', "manage_trainings"},
    {"GET", "/api/my-enrollments", 'e'},
    {"GET", "/api/my-certificates", 'e'},
    {"GET", "/api/courses/none/quizzes", 'e'},
    {"POST", "/api/courses/none/quizzes", 'm', "manage_trainings"},
    {"PUT", "/api/quizzes/none", 'm', "manage_trainings"},
    {"PATCH", "/api/quizzes/none", 'm', "manage_trainings"},
    {"DELETE", "/api/quizzes/none", 'm', "manage_trainings"},
    {"POST", "/api/quizzes/none/attempts", 'e'},
    {"GET", "/api/quizzes/none/attempts", 'e'},
    {"GET", "/api/my-quiz-attempts", 'e'},
};

void check(http_client& who, char rank, const line& row, bool has_code) {
  constexpr std::string_view ranks = "gema";
  const bool may = ranks.find(rank) >= ranks.find(row.least) || has_code;
  const auto answer =
      who.request(row.method, row.path, std::string_view{row.method} == "GET" ? "" : "{}");
  CAPTURE(row.method, row.path, rank, has_code, answer.status, answer.body);
  if (may)
    CHECK((answer.status == 200 || answer.status == 400 || answer.status == 404));
  else
    CHECK(answer.status == (rank == 'g' ? 401 : 403));
}

}  // namespace

TEST_CASE("intranet: every right is as the matrix says, for every rank and every code",
          "[db][net]") {
  auto guest = intranet_visitor();
  auto& admin = colleague("admin");
  auto holder = new_colleague("holder");
  const auto id = holder.get("/api/auth/me").at("id");
  std::string code;
  for (const auto& row : matrix) {
    check(guest, 'g', row, false);
    check(colleague("pierre.dubois"), 'e', row, false);
    check(colleague("marie.martin"), 'm', row, false);
    check(admin, 'a', row, false);
    if (*row.code == '\0')
      continue;
    const auto granted = admin.post(
        "/api/permissions", R"({"userId":")" + id + R"(","permission":")" + row.code + R"("})");
    check(holder, 'e', row, true);
    CHECK(admin.remove("/api/permissions/" + granted.at("id")).status == 200);
    check(holder, 'e', row, false);
  }
}
