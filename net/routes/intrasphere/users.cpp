#include "actors/jobs/job_rows.hpp"
#include "actors/jobs/mail_letters.hpp"
#include "net/routes/intrasphere/invalid.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "persistence/audit.hpp"
#include "schema/json_writer.hpp"
#include "schema/text/precis.hpp"

#include <algorithm>
#include <iterator>

namespace stoa::intrasphere {

namespace {

// "Jean Dupont" is kept as a first and a last name, which other editions show apart.
struct two_names {
  std::string first;
  std::optional<std::string> last;
};
two_names split(const std::string& name) {
  const auto blank = name.find(' ');
  if (blank == std::string::npos)
    return {name, std::nullopt};
  return {name.substr(0, blank), name.substr(blank + 1)};
}

fault_error collision(fault why) {
  if (violates(why, "users_sign_in_name"))
    return refuse(fault_code::conflict, "Username already exists");
  if (violates(why, "users_employee_number"))
    return refuse(fault_code::conflict, "Employee ID already exists");
  if (violates(why, "users_email"))
    return refuse(fault_code::conflict, "Email already exists");
  return fault_error{std::move(why)};
}

bool is_language(std::string_view code) {
  constexpr std::string_view all[] = {"fr", "en", "es", "de"};
  return std::find(std::begin(all), std::end(all), code) != std::end(all);
}

// Where a row asks for no session, people come by themselves.
statement greeting(const call& c, const user_id& who, const std::string& username) {
  std::string facts;
  json_writer{facts}.begin_object().member("username", username).end_object();
  return add_letter(who, c.row->who.least == role::guest ? registration_letter : welcome_letter,
                    facts, letter_reach::always);
}

task<void> check_category(call_ptr c, std::optional<employee_category_id> wanted) {
  if (!wanted)
    co_return;
  auto found =
      co_await c->run(prepared("select 1 from employee_categories where id = $1", *wanted));
  if (found[0].empty())
    throw refuse(fault_code::invalid, "Employee category not found");
}

std::vector<sql::equal> active_unless_asked(const call& c) {
  std::vector<sql::equal> out;
  if (!c.who.at_least(role::admin) || parameter(c, "includeInactive") != "true")
    out.push_back({"is_active", "true"});
  return out;
}

// Somebody has the name that this one of other letters is drawn like.
task<void> check_double(call_ptr c, std::string username) {
  const auto drawn = precis::ascii_double(username);
  if (drawn.empty())
    co_return;
  auto found = co_await c->run(in_establishment(
      c->who.establishment.value,
      prepared("select 1 from users where establishment_id = $1 and signs_in_by_name"
               " and name_key = stoa_typed_key($2)",
               c->who.establishment, drawn)));
  if (!found[0].empty())
    throw refuse(fault_code::conflict, "Username already exists");
}

// -- making -----------------------------------------------------------------------------

staff_wish read_wish(const json_value& body, field_set& which, bool making) {
  staff_wish out;
  if (making) {
    auto read = read_create(staff_wish_command, intrasphere_dialect, body, &out);
    // The password is no member of the wish: only its hash leaves this file.
    std::vector<complaint> wrong;
    if (!read)
      wrong = std::move(read.error().complaints);
    if (!body["password"].is_string())
      wrong.push_back({"password", "password is required"});
    if (!read || !wrong.empty())
      throw invalid("Invalid user data", std::move(wrong));
  } else {
    auto read = read_change(staff_wish_command, intrasphere_dialect, body, &out);
    if (!read) {
      read.error().text = "Invalid user data";
      throw fault_error(std::move(read.error()));
    }
    which = *read;
  }
  if (out.rank == role::guest || out.rank == role::super_admin)
    throw refuse(fault_code::invalid, "Invalid user data");
  return out;
}

task<reply> create(call_ptr c) {
  const bool admin = c->who.at_least(role::admin);
  if (!admin && !c->who.may("manage_users"))
    throw not_allowed();
  const auto body = c->body();
  field_set ignored;
  auto wish = read_wish(body, ignored, true);
  if (!admin && (wish.rank != role::learner || wish.category))
    throw not_allowed();
  auto password = said(body, "password");
  check_password(password);
  co_await check_category(c, wish.category);
  auto hash = co_await c->home.passwords().hash(c->self, std::move(password));
  auto made = co_await admit(c, std::move(wish), std::move(hash));
  co_return staff_reply(*c, 201, made);
}

// -- changing ---------------------------------------------------------------------------

// The columns of a wish, as one UPDATE of those that were named.
statement change_of_user(const user_id& who, const staff_wish& wish, const field_set& which) {
  statement out;
  std::string set = "updated_at = now()";
  const auto add = [&](const char* column, sql_value value) {
    out.params.push_back(std::move(value));
    set += std::string{", "} + column + " = $" + std::to_string(out.params.size());
  };
  const auto named = [&](const field_set& one) { return (which & one).any(); };
  if (named(fields_of<&staff_wish::username>()))
    add("username", wish.username);
  if (named(fields_of<&staff_wish::name>())) {
    auto names = split(wish.name);
    add("first_name", std::move(names.first));
    add("last_name", std::move(names.last));
  }
  if (named(fields_of<&staff_wish::rank>()))
    add("role", std::string{name_of(wish.rank)});
  if (named(fields_of<&staff_wish::avatar>()))
    add("profile_image_url", wish.avatar);
  if (named(fields_of<&staff_wish::employee_number>()))
    add("employee_number", wish.employee_number);
  if (named(fields_of<&staff_wish::department>()))
    add("department", wish.department);
  if (named(fields_of<&staff_wish::position>()))
    add("position", wish.position);
  if (named(fields_of<&staff_wish::is_active>()))
    add("is_active", to_sql(wish.is_active));
  if (named(fields_of<&staff_wish::phone>()))
    add("phone_number", wish.phone);
  if (named(fields_of<&staff_wish::email>()))
    add("email", wish.email.value_or(""));
  if (named(fields_of<&staff_wish::category>()))
    add("employee_category_id", to_sql(wish.category));
  out.params.push_back(who.value);
  out.sql =
      sql_text{"update users set " + set + " where id = $" + std::to_string(out.params.size()) +
               " returning " + sql::columns(staff_entity)};
  return out;
}

// An establishment keeps an active administrator: the rows are locked while that is looked at.
statement lock_admins() {
  return prepared(
      "select id from users where role = 'admin' and is_active and establishment_id ="
      " current_setting('stoa.establishment') order by id for update");
}

// Changes a person; whatever takes rights away ends the sessions that have them.
task<staff_row> store(call_ptr c, staff_row before, staff_wish wish, field_set which) {
  const bool rank_changes =
      (which & fields_of<&staff_wish::rank>()).any() && wish.rank != before.rank;
  const bool closes = (which & fields_of<&staff_wish::is_active>()).any() && !wish.is_active;
  auto wanted = in_establishment(c->who.establishment.value);
  if (before.rank == role::admin && (rank_changes || closes)) {
    wanted.statements.push_back(lock_admins());
    wanted.statements.push_back(prepared(
        "select 1 / (case when exists (select 1 from users where role = 'admin' and is_active"
        " and id <> $1 and establishment_id = current_setting('stoa.establishment'))"
        " then 1 else 0 end)",
        before.id));
  }
  wanted.statements.push_back(acting(c->who.user, c->req.peer));
  wanted.statements.push_back(change_of_user(before.id, wish, which));
  auto done = co_await caught(c->run(std::move(wanted)));
  if (!done && done.error().cause.starts_with("22012"))  // the division by zero above
    throw refuse(fault_code::conflict, "The last active administrator cannot be removed");
  if (!done)
    throw collision(std::move(done.error()));
  const auto& rows = done->each.back();
  if (rows.empty())
    throw refuse(fault_code::not_found, "User not found");
  auto after = row_at<staff_row>(rows, 0);
  if (closes)
    co_await end_other_sessions(c, before.id);
  else
    co_await refresh_sessions_of(c, before.id);
  co_return after;
}

field_set own_fields() {
  return fields_of<&staff_wish::name, &staff_wish::email, &staff_wish::phone, &staff_wish::avatar,
                   &staff_wish::department, &staff_wish::position>();
}

// Which of the named fields the caller may change of this person.
field_set granted(const scope& who, const staff_row& target, const field_set& named) {
  if (who.at_least(role::admin))
    return named;
  const auto delegated = who.may("manage_users") && target.rank == role::learner;
  const bool myself = who.user == target.id;
  if (!delegated && !myself)
    throw not_allowed();
  auto may = own_fields();
  if (delegated && !myself)
    may |= fields_of<&staff_wish::username, &staff_wish::employee_number, &staff_wish::is_active>();
  if ((named & ~may).any())
    throw not_allowed();
  return named;
}

task<reply> change(call_ptr c) {
  auto before = co_await person_of(c, user_id{c->path("id")});
  field_set named;
  auto wish = read_wish(c->body(), named, false);
  const auto which = granted(c->who, before, named);
  const bool closes = (which & fields_of<&staff_wish::is_active>()).any() && !wish.is_active;
  if (closes && before.id == c->who.user)
    throw refuse(fault_code::invalid, "You cannot deactivate your own account");
  co_await check_category(c, wish.category);
  if ((which & fields_of<&staff_wish::username>()).any())
    co_await check_double(c, wish.username);
  auto after = co_await store(c, std::move(before), std::move(wish), which);
  co_return staff_reply(*c, 200, after);
}

task<reply> change_me(call_ptr c) {
  auto before = co_await person_of(c, c->who.user);
  field_set named;
  auto wish = read_wish(c->body(), named, false);
  auto after = co_await store(c, std::move(before), std::move(wish), named & own_fields());
  co_return co_await own_reply(c, 200, std::move(after));
}

// -- opening and closing accounts -------------------------------------------------------

task<reply> set_active(call_ptr c, bool active) {
  const user_id id{c->path("id")};
  if (!c->who.at_least(role::admin) && !c->who.may("manage_users"))
    throw not_allowed();
  auto before = co_await person_of(c, id);
  if (!c->who.at_least(role::admin) && before.rank != role::learner)
    throw not_allowed();
  if (id == c->who.user && !active)
    throw refuse(fault_code::invalid, "You cannot deactivate your own account");
  staff_wish wish;
  wish.is_active = active;
  auto after =
      co_await store(c, std::move(before), std::move(wish), fields_of<&staff_wish::is_active>());
  std::string out;
  json_writer json{out};
  json.begin_object().member(
      "message", active ? "User activated successfully" : "User deactivated successfully");
  json.key("user");
  staff().write(*c, &after, json);
  json.end_object();
  co_return json_reply(200, std::move(out));
}

task<reply> activate(call_ptr c) {
  co_return co_await set_active(c, true);
}
task<reply> deactivate(call_ptr c) {
  co_return co_await set_active(c, false);
}
task<reply> set_status(call_ptr c) {
  const auto wanted = c->body()["isActive"].as_bool();
  if (!wanted)
    throw refuse(fault_code::invalid, "isActive must be true or false");
  co_return co_await set_active(c, *wanted);
}

task<reply> set_password(call_ptr c) {
  const user_id id{c->path("id")};
  if (id != c->who.user && !c->who.at_least(role::admin))
    throw not_allowed();
  const auto body = c->body();
  auto current = said(body, "currentPassword");
  auto wanted = said(body, "newPassword");
  if (wanted.empty())
    throw refuse(fault_code::invalid, "New password is required");
  co_await replace_password(c, id, std::move(current), std::move(wanted), check_password);
  co_return message_reply(200, "Password updated successfully");
}

// Whom one may not see there is not.
task<reply> show_person(call_ptr c) {
  static const auto read = staff().row(verb::get, {}, act::read).run;
  auto end = co_await caught(read(c));
  if (!end && end.error().code == fault_code::forbidden)
    throw refuse(fault_code::not_found, "User not found");
  co_return good(std::move(end));
}

std::vector<endpoint> directory_rows() {
  auto out = staff().rows();
  for (auto& each : out)
    if (staff().act_of(*each.facts) == act::read)
      each.run = show_person;
  return out;
}

}  // namespace

const resource& staff() {
  static const auto one = [] {
    deviations<staff_row> how;
    how.only = active_unless_asked;
    resource_options more;
    more.acts = act::list | act::read;
    more.limits = sorted_by("createdAt");
    return resource::of<staff_row>("/api/users", "user", intrasphere_dialect, how, more);
  }();
  return one;
}

reply staff_reply(const call& c, int status, const staff_row& who) {
  std::string out;
  json_writer json{out};
  staff().write(c, &who, json);
  return json_reply(status, std::move(out));
}

task<reply> own_reply(call_ptr c, int status, staff_row who) {
  auto found = co_await c->run(
      prepared("select p.permission from user_permissions p where p.user_id = $1 and p.granted"
               " union select unnest(e.permissions) from employee_categories e join users u"
               " on u.employee_category_id = e.id where u.id = $1 and e.is_active order by 1",
               who.id));
  std::string out;
  json_writer json{out};
  json.begin_object();
  write_members(who, json, intrasphere_dialect);
  json.key("permissions").begin_array();
  for (std::size_t i = 0; i < found[0].size(); ++i)
    json.value(found[0].text(i, 0));
  json.end_array().end_object();
  co_return json_reply(status, std::move(out));
}

task<staff_row> person_of(call_ptr c, user_id who) {
  static const sql_text text{"select " + sql::columns(staff_entity) + " from users where id = $1"};
  auto found = co_await c->run(prepared(text, who));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "User not found");
  co_return row_at<staff_row>(found[0], 0);
}

task<staff_row> admit(call_ptr c, staff_wish wish, std::string password_hash) {
  static const sql_text text{
      "insert into users (id, establishment_id, email, username, password, first_name, last_name,"
      " role, profile_image_url, employee_number, department, position, phone_number, is_active,"
      " employee_category_id, signs_in_by_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
      " $11, $12, $13, $14, $15, true) returning " +
      sql::columns(staff_entity)};
  auto language = said(c->body(), "language");
  if (!language.empty() && !is_language(language))
    throw refuse(fault_code::invalid, "Invalid user data");
  co_await check_double(c, wish.username);
  auto names = split(wish.name);
  const auto id = fresh<user_id>();
  auto person = prepared(text, id, c->who.establishment, wish.email.value_or(""), wish.username,
                         password_hash, names.first, names.last, name_of(wish.rank), wish.avatar,
                         wish.employee_number, wish.department, wish.position, wish.phone,
                         wish.is_active, wish.category);
  auto wanted = in_establishment(c->who.establishment.value, std::move(person));
  if (!language.empty())
    wanted.statements.push_back(
        prepared("insert into user_settings (user_id, establishment_id, settings)"
                 " values ($1, $2, jsonb_build_object('language', $3::text))",
                 id, c->who.establishment, language));
  wanted.statements.push_back(greeting(*c, id, wish.username));
  wanted.statements.push_back(acting(c->who.user, c->req.peer));
  auto made = co_await caught(c->run(std::move(wanted)));
  if (!made)
    throw collision(std::move(made.error()));
  co_return row_at<staff_row>((*made)[0], 0);
}

std::span<const endpoint> user_routes() {
  static const auto all =
      table({directory_rows(),
             {
                 {verb::put, "/api/auth/me", signed_in, change_me},
                 {verb::patch, "/api/auth/me", signed_in, change_me},
                 {verb::post, "/api/users", signed_in, create},
                 {verb::put, "/api/users/{id}", signed_in, change},
                 {verb::patch, "/api/users/{id}", signed_in, change},
                 {verb::remove, "/api/users/{id}", signed_in, deactivate},
                 {verb::put, "/api/users/{id}/activate", signed_in, activate},
                 {verb::patch, "/api/users/{id}/activate", signed_in, activate},
                 {verb::put, "/api/users/{id}/deactivate", signed_in, deactivate},
                 {verb::patch, "/api/users/{id}/deactivate", signed_in, deactivate},
                 {verb::put, "/api/users/{id}/status", signed_in, set_status},
                 {verb::patch, "/api/users/{id}/status", signed_in, set_status},
                 {verb::put, "/api/users/{id}/password", signed_in, set_password},
                 {verb::patch, "/api/users/{id}/password", signed_in, set_password},
             }});
  return all;
}

}  // namespace stoa::intrasphere
