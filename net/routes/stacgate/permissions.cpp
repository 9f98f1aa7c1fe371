#include "net/routes/stacgate/routes.hpp"
#include "net/routes/stacgate/shapes.hpp"
#include "schema/json_writer.hpp"

#include <set>

namespace stoa::stacgate {

namespace {

// What each rank adds to the rank below it, as `<resource>.<action>`.
struct granted_from {
  role rank;
  std::string_view permission;
};
constexpr granted_from base[] = {
    {role::learner, "courses.read"},       {role::learner, "modules.read"},
    {role::learner, "assessments.read"},   {role::learner, "study_groups.create"},
    {role::learner, "study_groups.read"},  {role::learner, "whiteboards.create"},
    {role::learner, "whiteboards.read"},   {role::learner, "whiteboards.update"},
    {role::learner, "help.read"},          {role::learner, "notifications.read"},
    {role::trainer, "courses.create"},     {role::trainer, "courses.update"},
    {role::trainer, "modules.create"},     {role::trainer, "modules.update"},
    {role::trainer, "modules.delete"},     {role::trainer, "assessments.create"},
    {role::trainer, "assessments.update"}, {role::manager, "courses.delete"},
    {role::manager, "assessments.manage"}, {role::manager, "users.read"},
    {role::manager, "users.create"},       {role::manager, "users.update"},
    {role::manager, "users.delete"},       {role::manager, "study_groups.manage"},
    {role::manager, "analytics.read"},     {role::manager, "exports.create"},
    {role::manager, "exports.read"},       {role::manager, "help.manage"},
    {role::manager, "content.manage"},     {role::manager, "themes.manage"},
    {role::manager, "menus.manage"},       {role::manager, "notifications.create"},
    {role::admin, "establishments.read"},  {role::admin, "establishments.update"},
    {role::admin, "courses.manage"},       {role::admin, "plugins.manage"},
    {role::admin, "system.read"},          {role::super_admin, "establishments.manage"},
    {role::super_admin, "system.manage"},
};

}  // namespace

task<reply> permissions(call_ptr c) {
  auto found =
      co_await c->run(prepared("select permission, granted from user_permissions where user_id = $1"
                               " and (expires_at is null or expires_at > now())",
                               c->who.user));
  std::set<std::string, std::less<>> names;
  for (const auto& each : base)
    if (c->who.at_least(each.rank))
      names.emplace(each.permission);
  for (std::size_t i = 0; i < found[0].size(); ++i) {
    if (found[0].flag(i, 1))
      names.insert(found[0].text(i, 0));
    else
      names.erase(found[0].text(i, 0));
  }
  const auto least = [&](role rank) { return c->who.at_least(rank); };
  std::string out;
  json_writer json{out};
  json.begin_object().member("role", role_name(c->who.rank)).key("establishmentId");
  if (c->who.establishment.value == platform_scope)
    json.null();
  else
    json.value(c->who.establishment.value);
  json.member("canManageUsers", least(role::manager));
  json.member("canCreateUsers", least(role::manager));
  json.member("canManageCourses", least(role::trainer));
  json.member("canManageEstablishments", least(role::admin));
  json.member("canManageOwnEstablishment", least(role::admin));
  json.member("canManageAllEstablishments", least(role::super_admin));
  json.member("canViewAnalytics", least(role::manager));
  json.member("canManageSystem", least(role::super_admin));
  json.member("canEditProfile", true).member("canAccessHelp", true);
  json.member("canCollaborate", true).key("permissions").begin_array();
  for (const auto& each : names)
    json.value(each);
  json.end_array().end_object();
  co_return json_reply(200, std::move(out));
}

}  // namespace stoa::stacgate
