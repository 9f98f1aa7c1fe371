#include "net/routes/intrasphere/invalid.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "persistence/audit.hpp"
#include "schema/json_writer.hpp"
#include "schema/shapes.hpp"

namespace stoa::intrasphere {

namespace {

// -- delegated codes --------------------------------------------------------------------

task<void> rights_changed(call_ptr c, act, std::shared_ptr<const permission_row> row) {
  co_await refresh_sessions_of(c, row->user);
}

const resource& permissions() {
  static const auto one = [] {
    deviations<permission_row> how;
    how.done = rights_changed;
    static const row_texts says = [] {
      auto out = intrasphere_dialect.says;
      out.removed = "Permission revoked successfully";
      return out;
    }();
    resource_options more;
    more.acts = act::list | act::remove;
    more.limits = sorted_by("-createdAt");
    more.says = &says;
    return resource::of<permission_row>("/api/permissions", "permission", intrasphere_dialect, how,
                                        more);
  }();
  return one;
}

statement grant_code(const call& c, const user_id& who, const std::string& code) {
  static const sql_text text{
      "insert into user_permissions (id, user_id, establishment_id, permission, granted_by)"
      " values ($1, $2, $3, $4, $5) on conflict (user_id, permission) do update set"
      " granted = true, expires_at = null, granted_by = case when user_permissions.granted then"
      " user_permissions.granted_by else excluded.granted_by end returning " +
      sql::columns(permission_entity) + ", xmax = 0"};
  return prepared(text, fresh<permission_id>(), who, c.who.establishment, code, c.who.user);
}

task<reply> grant(call_ptr c) {
  if (!c->who.at_least(role::admin))
    throw not_allowed();
  permission_row wish;
  auto read = read_create(permission_entity, intrasphere_dialect, c->body(), &wish);
  if (!read) {
    read.error().text = "Invalid permission data";
    throw fault_error(std::move(read.error()));
  }
  co_await person_of(c, wish.user);
  auto done = co_await c->run(in_establishment(c->who.establishment.value,
                                               grant_code(*c, wish.user, wish.permission),
                                               acting(c->who.user, c->req.peer)));
  auto row = row_at<permission_row>(done[0], 0);
  const bool fresh_one = done[0].flag(0, permission_entity.fields.size());
  co_await refresh_sessions_of(c, row.user);
  co_return json_reply(fresh_one ? 201 : 200, to_json(row, intrasphere_dialect));
}

task<reply> of_user(call_ptr c) {
  const user_id who{c->path("id")};
  if (who != c->who.user && !c->who.at_least(role::manager))
    throw refuse(fault_code::forbidden, "Access denied");
  static const sql_text text{"select " + sql::columns(permission_entity) +
                             " from user_permissions where user_id = $1 and granted"
                             " order by created_at, id"};
  auto found = co_await c->run(prepared(text, who));
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[0].size(); ++i)
    write_json(row_at<permission_row>(found[0], i), json, intrasphere_dialect);
  json.end_array();
  co_return json_reply(200, std::move(out));
}

// -- checking ---------------------------------------------------------------------------

task<reply> has_permission(call_ptr c, user_id who, std::string code) {
  auto found = co_await c->run(prepared(
      "select u.role = 'admin' or exists (select 1 from user_permissions p where p.user_id = u.id"
      " and p.permission = $2 and p.granted) or exists (select 1 from employee_categories e"
      " where e.id = u.employee_category_id and e.is_active and $2 = any(e.permissions))"
      " from users u where u.id = $1",
      who, code));
  std::string out;
  json_writer{out}
      .begin_object()
      .member("hasPermission", !found[0].empty() && found[0].flag(0, 0))
      .end_object();
  co_return json_reply(200, std::move(out));
}

task<reply> check_permission(call_ptr c) {
  auto code = parameter(*c, "permission");
  if (code.empty())
    throw refuse(fault_code::invalid, "Permission required");
  user_id who{parameter(*c, "userId")};
  if (who.empty())
    who = c->who.user;
  if (who != c->who.user && !c->who.at_least(role::manager))
    throw refuse(fault_code::forbidden, "Access denied");
  co_return co_await has_permission(c, std::move(who), std::move(code));
}

task<reply> check_of_user(call_ptr c) {
  user_id who{c->path("userId")};
  auto code = c->path("permission");
  co_return co_await has_permission(c, std::move(who), std::move(code));
}

// -- many at once -----------------------------------------------------------------------

task<reply> bulk(call_ptr c) {
  const auto body = c->body();
  const user_id who{said(body, "userId")};
  const auto action = said(body, "action");
  const auto codes = body["permissions"];
  const std::string refused = "Invalid permission data";
  std::vector<complaint> wrong;
  if (who.empty())
    wrong.push_back({"userId", "userId is required"});
  if (!codes.is_array())
    wrong.push_back({"permissions", codes.is_null() ? std::string{"permissions is required"}
                                                    : "permissions must be an array, not " +
                                                          std::string{a_kind(codes.kind())}});
  else if (codes.size() > 100)
    wrong.push_back({"permissions", "permissions must have at most 100 items"});
  if (action != "grant" && action != "revoke")
    wrong.push_back(
        {"action", action.empty() ? "action is required" : "action must be one of grant, revoke"});
  if (!wrong.empty())
    throw invalid(refused, std::move(wrong));
  auto wanted = in_establishment(c->who.establishment.value);
  for (const auto item : codes.items()) {
    const std::string code{item.as_string().value_or("")};
    if (!shapes::is_code(code))
      throw invalid(refused, {{"permissions",
                               "permissions must be lower-case letters and"
                               " underscores"}});
    wanted.statements.push_back(
        action == "grant"
            ? grant_code(*c, who, code)
            : prepared("delete from user_permissions where user_id = $1 and permission = $2", who,
                       code));
  }
  co_await person_of(c, who);
  if (!wanted.statements.empty()) {
    wanted.statements.push_back(acting(c->who.user, c->req.peer));
    co_await c->run(std::move(wanted));
  }
  co_await refresh_sessions_of(c, who);
  co_return message_reply(200, action == "grant" ? "Permissions granted successfully"
                                                 : "Permissions revoked successfully");
}

// -- employee categories ----------------------------------------------------------------

// Everybody in a category has its codes.
task<void> category_changed(call_ptr c, act what,
                            std::shared_ptr<const employee_category_row> row) {
  if (what == act::create)
    co_return;
  auto members = prepared("select id from users where employee_category_id = $1", row->id);
  co_await refresh_sessions(c, std::move(members));
}

// Those in it are looked up before it goes: afterwards nobody is in it any more. Their sessions
// read their row again a moment later, when it is gone.
task<void> empty_category(call_ptr c, std::shared_ptr<const employee_category_row> row) {
  auto wanted = in_establishment(
      c->who.establishment.value,
      prepared("update employee_categories set is_active = false where id = $1", row->id),
      acting(c->who.user, c->req.peer));
  co_await c->run(std::move(wanted));
  co_await category_changed(c, act::change, row);
}

const resource& employee_categories() {
  static const auto one = [] {
    deviations<employee_category_row> how;
    how.done = category_changed;
    how.removing = empty_category;
    resource_options more;
    more.acts = act::list | act::create | act::change | act::remove;
    more.limits = sorted_by("name");
    return resource::of<employee_category_row>("/api/employee-categories", "employee category",
                                               intrasphere_dialect, how, more);
  }();
  return one;
}

}  // namespace

std::span<const endpoint> permission_routes() {
  static const auto all =
      table({permissions().rows(),
             employee_categories().rows(),
             {
                 {verb::post, "/api/permissions", admins, grant},
                 {verb::get, "/api/permissions/check", signed_in, check_permission},
                 {verb::get, "/api/permissions/{id}", signed_in, of_user},
                 {verb::post, "/api/admin/bulk-permissions", admins, bulk},
                 {verb::get, "/api/admin/permission-check/{userId}/{permission}", managers,
                  check_of_user},
             }});
  return all;
}

}  // namespace stoa::intrasphere
