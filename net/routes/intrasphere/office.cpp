#include "net/routes/intrasphere/routes.hpp"
#include "schema/json_writer.hpp"

namespace stoa::intrasphere {

namespace {

// -- figures ----------------------------------------------------------------------------

struct figure {
  std::string_view name;
  const char* sql;
};

// Weeks begin on Monday. `connectedUsers` is what the original counts under that name.
constexpr figure figures[] = {
    {"totalUsers", "(select count(*) from users)"},
    {"totalAnnouncements", "(select count(*) from announcements)"},
    {"totalDocuments", "(select count(*) from documents)"},
    {"totalEvents", "(select count(*) from events)"},
    {"totalMessages", "(select count(*) from letters)"},
    {"totalComplaints", "(select count(*) from complaints)"},
    {"newAnnouncements",
     "(select count(*) from announcements where created_at > now() - interval '7 days')"},
    {"updatedDocuments",
     "(select count(*) from documents where updated_at > now() - interval '7 days')"},
    {"connectedUsers", "(select count(*) from users where is_active)"},
    {"pendingComplaints", "(select count(*) from complaints where status = 'open')"},
    {"weeklyEvents",
     "(select count(*) from events where date >= date_trunc('week', now())"
     " and date < date_trunc('week', now()) + interval '7 days')"},
};

task<reply> statistics(call_ptr c) {
  static const sql_text text{[] {
    std::string out = "select ";
    for (const auto& each : figures)
      out += std::string{&each == figures ? "" : ", "} + each.sql;
    return out;
  }()};
  auto found = co_await c->run(prepared(text));
  std::string out;
  json_writer json{out};
  json.begin_object();
  std::size_t column = 0;
  for (const auto& each : figures)
    json.member(each.name, found[0].integer(0, column++));
  json.end_object();
  co_return json_reply(200, std::move(out));
}

task<reply> people_figures(call_ptr c) {
  const sql_text text{
      "select role, count(*), count(*) filter (where is_active) from users group by role"};
  auto found = co_await c->run(prepared(text));
  std::int64_t total = 0;
  std::int64_t active = 0;
  std::int64_t by_role[3] = {};
  constexpr std::string_view roles[] = {"employee", "moderator", "admin"};
  for (std::size_t i = 0; i < found[0].size(); ++i) {
    total += found[0].integer(i, 1);
    active += found[0].integer(i, 2);
    const auto shown = intrasphere_dialect.spell("role", found[0].text(i, 0));
    for (std::size_t k = 0; k < std::size(roles); ++k)
      if (roles[k] == shown)
        by_role[k] += found[0].integer(i, 1);
  }
  std::string out;
  json_writer json{out};
  json.begin_object().member("totalUsers", total).member("activeUsers", active);
  json.member("inactiveUsers", total - active).key("usersByRole").begin_object();
  for (std::size_t k = 0; k < std::size(roles); ++k)
    json.member(roles[k], by_role[k]);
  json.end_object().end_object();
  co_return json_reply(200, std::move(out));
}

task<reply> content_figures(call_ptr c) {
  const sql_text text{
      "select (select count(*) from announcements), (select count(*) from documents),"
      " (select count(*) from events), (select count(*) from trainings)"};
  auto found = co_await c->run(prepared(text));
  std::string out;
  json_writer{out}
      .begin_object()
      .member("announcements", found[0].integer(0, 0))
      .member("documents", found[0].integer(0, 1))
      .member("events", found[0].integer(0, 2))
      .member("trainings", found[0].integer(0, 3))
      .end_object();
  co_return json_reply(200, std::move(out));
}

// Whoever tries things out starts the server anew on an empty folder: a button that forgets
// everybody's work has no place on a server that is used.
task<reply> reset(call_ptr) {
  co_return error_reply(403, "Réinitialisation désactivée sur ce serveur");
}

task<reply> health(call_ptr) {
  std::string out;
  json_writer{out}.begin_object().member("status", "ok").member("timestamp", now()).end_object();
  co_return json_reply(200, std::move(out));
}

constexpr endpoint office_rows[] = {
    {verb::get, "/api/stats", anyone, statistics},
    {verb::get, "/api/admin/analytics/overview", managers, statistics},
    {verb::get, "/api/admin/analytics/users", managers, people_figures},
    {verb::get, "/api/admin/analytics/content", managers, content_figures},
    {verb::post, "/api/admin/reset-test-data", admins, reset},
    {verb::get, "/health", anyone, health},
};

}  // namespace

std::span<const endpoint> office_routes() {
  return office_rows;
}

}  // namespace stoa::intrasphere
