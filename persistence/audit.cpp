#include "persistence/audit.hpp"

#include "schema/scope.hpp"

#include <algorithm>

namespace stoa {

namespace {

sql_value unless_empty(std::string_view text) {
  return text.empty() ? sql_value{} : to_sql(text);
}

}  // namespace

statement acting(const user_id& who, std::string_view address) {
  return prepared("select set_config('stoa.actor', $1, true), set_config('stoa.address', $2, true)",
                  who, address);
}

bool is_audited(std::string_view table) {
  constexpr std::string_view all[] = {"users",          "user_permissions",  "employee_categories",
                                      "establishments", "intranet_settings", "page_views"};
  return std::find(std::begin(all), std::end(all), table) != std::end(all);
}

statement audit(const audit_note& what) {
  return prepared(
      "insert into audit_entries (establishment_id, actor_id, action, subject_kind, subject_id,"
      " address) values ($1, $2, $3, $4, $5, $6)",
      what.establishment.empty() ? std::string{platform_scope} : what.establishment,
      unless_empty(what.actor.value), what.action, unless_empty(what.kind),
      unless_empty(what.subject), unless_empty(what.address));
}

}  // namespace stoa
