#pragma once

namespace stoa::testing::rights {

// Who may what on the intranet, address by address, as the page of rights says it; nothing here is
// derived from the rules that the server goes by.

/// Who may: from a rank upwards, whoever was delegated the code, and whose row it is.
struct right {
  char least;  // g(uest), e(mployee), m(oderator), a(dmin), n(obody by rank)
  const char* code = "";
  bool own = false;
};
inline constexpr right pub{'g'};
inline constexpr right auth{'e'};
inline constexpr right nobody{'n'};
inline constexpr right own{'n', "", true};
inline constexpr right staff(const char* code = "") {
  return {'m', code};
}
inline constexpr right admin(const char* code = "") {
  return {'a', code};
}
inline constexpr right own_or(right what) {
  return {what.least, what.code, true};
}

/// What differs from the usual at an address.
struct details {
  const char* target = "";      ///< in place of the path: `$id` is a row, `$owner` whose it is
  const char* body = "";        ///< in place of one that fits nearly everywhere
  int answers = 0;              ///< to who may; 0: any success
  int answers_own = 0;          ///< to who may and whose row it is
  int refuses = 403;            ///< 404 where others' rows do not exist
  const right* sees = nullptr;  ///< of a list: who finds the row in it
  const char* row = "$id";      ///< which one
};

struct line {
  const char* method;
  const char* path;
  right who;
  details more = {};
};

inline constexpr right sees_own = own;
inline constexpr right sees_complaints = own_or(staff("manage_complaints"));
inline constexpr right sees_learning = own_or(staff("manage_trainings"));
inline constexpr right sees_closed = admin();
inline constexpr right sees_material = staff("manage_trainings");

inline constexpr const char* shelf_news = R"({"name":"$id","description":"Prise"})";
inline constexpr const char* media = R"({"title":"T","type":"video","category":"c","fileUrl":""})";
inline constexpr const char* course = R"({"title":"T","category":"technical","authorName":"N"})";
inline constexpr const char* quiz =
    R"({"title":"T","questions":[{"id":"a","text":"T","type":"boolean","answer":true}]})";
inline constexpr const char* profile = R"({"department":"Ventes"})";
inline constexpr const char* raised = R"({"role":"admin"})";
inline constexpr const char* closes = R"({"isActive":false})";

inline constexpr line matrix[] = {
    // Signing in, and oneself.
    {"POST", "/api/auth/login", pub, {.body = "{}", .answers = 400}},
    {"POST", "/api/auth/register", pub, {.body = "{}", .answers = 400}},
    {"POST", "/api/auth/forgot-password", pub, {.body = "{}", .answers = 400}},
    {"POST", "/api/auth/reset-password", pub, {.body = "{}", .answers = 400}},
    {"GET", "/api/auth/me", auth},
    {"PUT", "/api/auth/me", auth, {.body = profile}},
    {"PUT", "/api/auth/password", auth, {.body = "{}", .answers = 400}},

    // Figures, search, one's settings.
    {"GET", "/health", pub},
    {"GET", "/api/stats", pub},
    {"GET", "/api/search/users", auth, {.target = "/api/search/users?q=a"}},
    {"GET", "/api/search/content", auth, {.target = "/api/search/content?q=a"}},
    {"GET", "/api/search/documents", auth, {.target = "/api/search/documents?q=a"}},
    {"GET", "/api/search/announcements", auth, {.target = "/api/search/announcements?q=a"}},
    {"GET", "/api/search/messages", auth, {.target = "/api/search/messages?q=a"}},
    {"GET", "/api/search/forum", auth, {.target = "/api/search/forum?q=a"}},
    {"GET", "/api/user/settings", auth},
    {"POST", "/api/user/settings", auth, {.body = R"({"theme":"dark"})"}},

    // The library.
    {"GET", "/api/announcements", pub},
    {"GET", "/api/announcements/{id}", pub},
    {"POST", "/api/announcements", staff("manage_announcements")},
    {"PUT", "/api/announcements/{id}", staff("manage_announcements")},
    {"PATCH", "/api/announcements/{id}", staff("manage_announcements")},
    {"DELETE", "/api/announcements/{id}", staff("manage_announcements")},
    {"GET", "/api/documents", pub},
    {"GET", "/api/documents/{id}", pub},
    {"POST",
     "/api/documents",
     staff("manage_documents"),
     {.body = R"({"title":"T","category":"guide","fileName":"","fileUrl":""})"}},
    {"PUT", "/api/documents/{id}", staff("manage_documents")},
    {"PATCH", "/api/documents/{id}", staff("manage_documents")},
    {"DELETE", "/api/documents/{id}", staff("manage_documents")},
    {"GET", "/api/events", pub},
    {"GET", "/api/events/{id}", pub},
    {"POST",
     "/api/events",
     staff("manage_events"),
     {.body = R"({"title":"T","date":"2031-05-01T10:00:00Z"})"}},
    {"PUT", "/api/events/{id}", staff("manage_events"), {.body = R"({"title":"T"})"}},
    {"PATCH", "/api/events/{id}", staff("manage_events"), {.body = R"({"title":"T"})"}},
    {"DELETE", "/api/events/{id}", staff("manage_events")},
    {"GET", "/api/contents", auth},
    {"GET", "/api/contents/{id}", auth},
    {"POST", "/api/contents", staff("manage_documents"), {.body = media}},
    {"PUT", "/api/contents/{id}", staff("manage_documents"), {.body = media}},
    {"PATCH", "/api/contents/{id}", staff("manage_documents"), {.body = media}},
    {"DELETE", "/api/contents/{id}", staff("manage_documents")},
    {"GET", "/api/categories", pub},
    {"POST", "/api/categories", staff("manage_documents")},
    {"PUT", "/api/categories/{id}", staff("manage_documents")},
    {"PATCH", "/api/categories/{id}", staff("manage_documents")},
    {"DELETE", "/api/categories/{id}", staff("manage_documents")},

    // Files. What is none is refused after who may not; what is on the disk is another test's.
    {"POST", "/api/upload", auth, {.answers = 400}},
    {"POST", "/api/upload/avatar", auth, {.answers = 400}},
    {"POST", "/api/upload/document", staff("manage_documents"), {.answers = 400}},
    {"GET", "/api/files/{filename}", auth},
    {"DELETE", "/api/files/{filename}", own_or(staff())},
    {"GET", "/uploads/{filename}", auth, {.answers = 404}},

    // People. `manage_users` makes, edits and closes accounts of employees.
    {"GET",
     "/api/users",
     auth,
     {.target = "/api/users?includeInactive=true", .sees = &sees_closed, .row = "$id-closed"}},
    {"GET", "/api/users/{id}", auth, {.target = "/api/users/$owner"}},
    {"POST",
     "/api/users",
     admin("manage_users"),
     {.body = R"({"username":"$id.made","password":"Secret1!","name":"N"})"}},
    {"POST",
     "/api/users",
     admin(),
     {.body = R"({"username":"$id.boss","password":"Secret1!","name":"N","role":"moderator"})"}},
    {"PUT",
     "/api/users/{id}",
     own_or(admin("manage_users")),
     {.target = "/api/users/$owner", .body = profile}},
    {"PATCH",
     "/api/users/{id}",
     own_or(admin("manage_users")),
     {.target = "/api/users/$owner", .body = profile}},
    {"PUT", "/api/users/{id}", admin(), {.target = "/api/users/$owner", .body = raised}},
    {"PATCH", "/api/users/{id}", admin(), {.target = "/api/users/$owner", .body = raised}},
    {"PATCH", "/api/users/{id}", admin(), {.target = "/api/users/$id-admin", .body = profile}},
    {"PATCH", "/api/users/{id}", admin(), {.target = "/api/users/$id-moderator", .body = profile}},
    {"PATCH",
     "/api/users/{id}",
     admin("manage_users"),
     {.target = "/api/users/$id", .body = closes}},
    {"DELETE",
     "/api/users/{id}",
     admin("manage_users"),
     {.target = "/api/users/$owner", .answers_own = 400}},
    {"DELETE", "/api/users/{id}", admin(), {.target = "/api/users/$id-admin"}},
    {"PUT",
     "/api/users/{id}/activate",
     admin("manage_users"),
     {.target = "/api/users/$owner/activate"}},
    {"PUT", "/api/users/{id}/activate", admin(), {.target = "/api/users/$id-moderator/activate"}},
    {"PUT",
     "/api/users/{id}/deactivate",
     admin("manage_users"),
     {.target = "/api/users/$owner/deactivate", .answers_own = 400}},
    {"PUT", "/api/users/{id}/deactivate", admin(), {.target = "/api/users/$id-admin/deactivate"}},
    {"PUT",
     "/api/users/{id}/status",
     admin("manage_users"),
     {.target = "/api/users/$owner/status", .body = closes, .answers_own = 400}},
    {"PUT",
     "/api/users/{id}/status",
     admin(),
     {.target = "/api/users/$id-admin/status", .body = closes}},
    {"PUT",
     "/api/users/{id}/password",
     own_or(admin()),
     {.target = "/api/users/$owner/password",
      .body = R"({"newPassword":"Secret1!"})",
      .answers_own = 400}},

    // Letters: to somebody, and sent by somebody.
    {"GET", "/api/messages", auth, {.sees = &sees_own}},
    {"GET", "/api/messages/sent", auth},
    {"GET", "/api/messages/{id}", own},
    {"GET", "/api/messages/{id}", own, {.target = "/api/messages/$id-sent"}},
    {"GET", "/api/messages/{id}", own, {.target = "/api/messages/$owner"}},
    {"POST", "/api/messages", auth},
    {"PUT", "/api/messages/{id}/read", own},
    {"PATCH", "/api/messages/{id}/read", own},
    {"PUT", "/api/messages/{id}/read", nobody, {.target = "/api/messages/$id-sent/read"}},
    {"PATCH", "/api/messages/{id}/read", nobody, {.target = "/api/messages/$id-sent/read"}},
    {"DELETE", "/api/messages/{id}", own},
    {"DELETE", "/api/messages/{id}", own, {.target = "/api/messages/$id-sent"}},

    // Complaints; the owner of `$id-assigned` is whom it is assigned to.
    {"GET", "/api/complaints", auth, {.sees = &sees_complaints}},
    {"GET", "/api/complaints/my", auth, {.sees = &sees_own}},
    {"GET", "/api/complaints/{id}", own_or(staff("manage_complaints"))},
    {"GET",
     "/api/complaints/{id}",
     own_or(staff("manage_complaints")),
     {.target = "/api/complaints/$id-assigned"}},
    {"POST", "/api/complaints", auth},
    {"PUT", "/api/complaints/{id}", staff("manage_complaints")},
    {"PATCH", "/api/complaints/{id}", staff("manage_complaints")},
    {"PATCH",
     "/api/complaints/{id}",
     staff("manage_complaints"),
     {.target = "/api/complaints/$id-assigned"}},
    {"PUT",
     "/api/complaints/{id}/assign",
     staff("manage_complaints"),
     {.body = R"({"assignedToId":"$owner"})"}},
    {"PUT",
     "/api/complaints/{id}/status",
     staff("manage_complaints"),
     {.body = R"({"status":"closed"})"}},
    {"DELETE", "/api/complaints/{id}", admin()},

    // Rights.
    {"GET", "/api/permissions", staff()},
    {"GET",
     "/api/permissions/check",
     auth,
     {.target = "/api/permissions/check?permission=manage_events"}},
    {"GET",
     "/api/permissions/check",
     own_or(staff()),
     {.target = "/api/permissions/check?permission=manage_events&userId=$owner"}},
    {"GET", "/api/permissions/{id}", own_or(staff()), {.target = "/api/permissions/$owner"}},
    {"POST",
     "/api/permissions",
     admin(),
     {.body = R"({"userId":"$owner","permission":"manage_nothing"})"}},
    {"DELETE", "/api/permissions/{id}", admin()},
    {"POST",
     "/api/admin/bulk-permissions",
     admin(),
     {.body = R"({"userId":"$owner","permissions":["manage_nothing"],"action":"grant"})"}},
    {"GET",
     "/api/admin/permission-check/{userId}/{permission}",
     staff(),
     {.target = "/api/admin/permission-check/$owner/manage_events"}},
    {"GET", "/api/employee-categories", staff()},
    {"POST", "/api/employee-categories", admin("manage_employee_categories")},
    {"PUT", "/api/employee-categories/{id}", admin("manage_employee_categories")},
    {"PATCH", "/api/employee-categories/{id}", admin("manage_employee_categories")},
    {"DELETE", "/api/employee-categories/{id}", admin("manage_employee_categories")},

    // The site.
    {"GET", "/api/system-settings", staff()},
    {"PUT", "/api/system-settings", admin(), {.body = R"({"showForum":true})"}},
    {"PATCH", "/api/system-settings", admin(), {.body = R"({"showForum":true})"}},
    {"GET", "/api/views-config", admin()},
    {"POST", "/api/views-config", admin(), {.body = R"({"viewId":"$id","title":"T"})"}},
    {"PUT", "/api/views-config/{viewId}", admin(), {.body = R"({"title":"T"})"}},
    {"PATCH", "/api/views-config/{viewId}", admin(), {.body = R"({"title":"T"})"}},
    {"DELETE", "/api/views-config/{viewId}", admin()},
    {"GET", "/api/admin/analytics/overview", staff()},
    {"GET", "/api/admin/analytics/users", staff()},
    {"GET", "/api/admin/analytics/content", staff()},
    {"GET", "/api/admin/audit", admin()},
    {"GET", "/api/admin/audit/{id}", admin(), {.target = "/api/admin/audit/est-matrix:1"}},
    {"POST", "/api/admin/reset-test-data", nobody},

    // Trainings: a moderator is not in charge of them.
    {"GET", "/api/trainings", pub},
    {"GET", "/api/trainings/{id}", pub},
    {"POST",
     "/api/trainings",
     admin("manage_trainings"),
     {.body = R"({"title":"T","category":"technical","duration":1,"instructorName":""})"}},
    {"PUT", "/api/trainings/{id}", admin("manage_trainings"), {.body = R"({"title":"T"})"}},
    {"PATCH", "/api/trainings/{id}", admin("manage_trainings"), {.body = R"({"isVisible":false})"}},
    {"DELETE", "/api/trainings/{id}", admin("manage_trainings")},
    {"GET", "/api/training-recommendations", auth},
    {"GET", "/api/trainings/{id}/courses", auth},
    {"GET", "/api/trainings/{id}/waiting-list", auth},
    {"GET", "/api/trainings/{id}/participants", auth},
    {"GET", "/api/training-participants/{id}", auth},
    {"POST",
     "/api/trainings/{id}/participants",
     auth,
     {.target = "/api/trainings/$id-empty/participants"}},
    {"POST", "/api/trainings/{id}/register", auth, {.target = "/api/trainings/$id-empty/register"}},
    {"POST", "/api/training-participants", auth, {.body = R"({"trainingId":"$id-empty"})"}},
    {"POST",
     "/api/training-participants",
     own_or(admin("manage_trainings")),
     {.body = R"({"trainingId":"$id-empty","userId":"$owner"})"}},
    {"PATCH",
     "/api/training-participants/{id}",
     own_or(admin("manage_trainings")),
     {.body = R"({"status":"cancelled","feedback":"F"})"}},
    {"PATCH",
     "/api/training-participants/{id}",
     admin("manage_trainings"),
     {.body = R"({"score":50})"}},
    {"PATCH",
     "/api/training-participants/{id}",
     admin("manage_trainings"),
     {.body = R"({"status":"completed"})"}},
    {"DELETE", "/api/trainings/{id}/unregister", own, {.refuses = 404}},
    {"DELETE",
     "/api/trainings/{id}/participants/{userId}",
     own_or(admin("manage_trainings")),
     {.target = "/api/trainings/$id/participants/$owner"}},
    {"DELETE",
     "/api/training-participants/{id}/{userId}",
     own_or(admin("manage_trainings")),
     {.target = "/api/training-participants/$id/$owner"}},
    {"GET",
     "/api/users/{id}/trainings",
     own_or(admin("manage_trainings")),
     {.target = "/api/users/$owner/trainings"}},

    // Learning.
    {"GET", "/api/courses", auth},
    {"GET", "/api/courses/{id}", auth},
    {"POST", "/api/courses", staff("manage_trainings"), {.body = course}},
    {"PUT", "/api/courses/{id}", staff("manage_trainings"), {.body = course}},
    {"PATCH", "/api/courses/{id}", staff("manage_trainings"), {.body = course}},
    {"DELETE", "/api/courses/{id}", admin()},
    {"GET", "/api/lessons", auth},
    {"GET", "/api/lessons/{id}", auth},
    {"GET", "/api/courses/{id}/lessons", auth},
    {"POST",
     "/api/lessons",
     staff("manage_trainings"),
     {.body = R"({"courseId":"$id","title":"T","content":"C"})"}},
    {"PUT", "/api/lessons/{id}", staff("manage_trainings"), {.body = R"({"title":"T"})"}},
    {"PATCH", "/api/lessons/{id}", staff("manage_trainings"), {.body = R"({"title":"T"})"}},
    {"DELETE", "/api/lessons/{id}", staff("manage_trainings")},
    {"GET", "/api/resources", auth, {.sees = &sees_material}},
    {"POST",
     "/api/resources",
     staff("manage_trainings"),
     {.body = R"({"title":"T","category":"c","type":"link","url":"/x","authorName":"N"})"}},
    {"PUT", "/api/resources/{id}", staff("manage_trainings"), {.body = R"({"title":"T"})"}},
    {"PATCH", "/api/resources/{id}", staff("manage_trainings"), {.body = R"({"title":"T"})"}},
    {"DELETE", "/api/resources/{id}", staff("manage_trainings")},
    {"GET", "/api/my-enrollments", auth, {.sees = &sees_own}},
    {"POST", "/api/enroll/{courseId}", auth, {.target = "/api/enroll/$id-empty"}},
    {"PATCH",
     "/api/enrollments/{id}",
     own_or(staff("manage_trainings")),
     {.body = R"({"progress":50})"}},
    {"POST", "/api/lessons/{lessonId}/complete", auth},
    {"GET", "/api/courses/{courseId}/my-progress", auth, {.sees = &sees_own}},
    {"GET",
     "/api/progress/{id}",
     own_or(staff("manage_trainings")),
     {.target = "/api/progress/$owner"}},
    {"PUT", "/api/progress/{id}", auth, {.body = R"({"isCompleted":true})"}},
    {"GET", "/api/my-certificates", auth, {.sees = &sees_own}},
    {"GET", "/api/certificates/{id}/pdf", own_or(staff("manage_trainings"))},
    // Everybody may ask about the site's own, and these are of another house.
    {"GET", "/api/certificates/{id}/verify", pub, {.answers = 404}},
    {"GET", "/api/certificate-keys", pub},
    {"GET",
     "/api/certificates/{id}",
     own_or(staff("manage_trainings")),
     {.target = "/api/certificates/$owner"}},
    {"POST",
     "/api/certificates",
     own_or(staff("manage_trainings")),
     {.body = R"({"courseId":"$id-done","userId":"$owner"})"}},
    {"POST",
     "/api/certificates",
     staff("manage_trainings"),
     {.body = R"({"courseId":"$id-empty"})"}},
    {"GET", "/api/courses/{id}/quizzes", auth},
    {"POST", "/api/courses/{id}/quizzes", staff("manage_trainings"), {.body = quiz}},
    {"GET", "/api/quizzes/{id}", auth},
    {"PUT", "/api/quizzes/{id}", staff("manage_trainings"), {.body = quiz}},
    {"PATCH", "/api/quizzes/{id}", staff("manage_trainings"), {.body = quiz}},
    {"DELETE", "/api/quizzes/{id}", staff("manage_trainings")},
    {"GET", "/api/quizzes/{id}/attempts", auth, {.sees = &sees_learning}},
    {"GET", "/api/my-quiz-attempts", auth, {.sees = &sees_own}},
    {"POST", "/api/quizzes/{id}/attempts", own},  // who is in the course
    {"POST",
     "/api/quizzes/{id}/attempts/{attempt}/submit",
     own,
     {.body = R"({"answers":{}})", .refuses = 404}},

    // The forum.
    {"GET", "/api/forum/categories", pub},
    {"GET", "/api/forum/categories/{id}", pub},
    {"GET", "/api/forum/categories/{id}/topics", pub},
    {"POST", "/api/forum/categories", staff("validate_topics"), {.body = R"({"name":"$id.made"})"}},
    {"PUT", "/api/forum/categories/{id}", staff("validate_topics"), {.body = shelf_news}},
    {"PATCH", "/api/forum/categories/{id}", staff("validate_topics"), {.body = shelf_news}},
    {"DELETE", "/api/forum/categories/{id}", staff("validate_topics")},
    {"GET", "/api/forum/topics", pub},
    {"GET", "/api/forum/topics/{id}", pub},
    {"GET", "/api/forum/topics/{id}/posts", pub},
    {"POST", "/api/forum/topics", auth, {.body = R"({"categoryId":"$id","title":"Titre"})"}},
    {"PUT",
     "/api/forum/topics/{id}",
     own_or(staff("validate_topics")),
     {.body = R"({"title":"Titre","tags":["a"]})"}},
    {"PATCH",
     "/api/forum/topics/{id}",
     own_or(staff("validate_topics")),
     {.body = R"({"title":"Titre","tags":["a"]})"}},
    {"DELETE", "/api/forum/topics/{id}", own_or(staff("validate_topics"))},
    {"DELETE",
     "/api/forum/topics/{id}",
     staff("validate_topics"),
     {.target = "/api/forum/topics/$id-answered"}},
    {"POST", "/api/forum/topics/{id}/approve", staff("validate_topics")},
    {"GET", "/api/forum/topics/{id}/subscription", auth},
    {"PUT", "/api/forum/topics/{id}/subscription", auth},
    {"DELETE", "/api/forum/topics/{id}/subscription", auth},

    // What one is told.
    {"GET", "/api/notifications", auth, {.sees = &sees_own}},
    {"PUT", "/api/notifications/{id}", own, {.body = R"({"isRead":true})"}},
    {"PATCH", "/api/notifications/{id}", own, {.body = R"({"isRead":true})"}},
    {"DELETE", "/api/notifications/{id}", own},
    {"GET", "/api/forum/posts", pub},
    {"GET", "/api/forum/posts/{id}", pub},
    {"GET", "/api/forum/posts/waiting", staff("validate_posts")},
    {"POST", "/api/forum/posts", auth, {.body = R"({"topicId":"$id","content":"C"})"}},
    {"POST",
     "/api/forum/posts",
     staff("validate_posts"),
     {.body = R"({"topicId":"$id-locked","content":"C"})"}},
    {"PUT",
     "/api/forum/posts/{id}",
     own_or(staff("validate_posts")),
     {.body = R"({"content":"D"})"}},
    {"PATCH",
     "/api/forum/posts/{id}",
     own_or(staff("validate_posts")),
     {.body = R"({"content":"D"})"}},
    {"DELETE", "/api/forum/posts/{id}", own_or(staff("validate_posts"))},
    {"POST", "/api/forum/posts/{id}/like", auth, {.body = R"({"reactionType":"like"})"}},
    {"POST", "/api/forum/posts/{id}/approve", staff("validate_posts")},
    {"POST", "/api/forum/posts/{id}/reject", staff("validate_posts")},
    {"GET", "/api/forum/posts/{id}/history", own_or(staff("validate_posts"))},
    {"GET", "/api/forum/stats/me", auth},

    {"POST", "/api/auth/logout", pub},  // the last one: it ends the walker's session
};

}  // namespace stoa::testing::rights
