#include "net/people.hpp"
#include "net/routes/stacgate/routes.hpp"
#include "net/routes/stacgate/shapes.hpp"
#include "persistence/audit.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>

namespace stoa::stacgate {

namespace {

constexpr std::string_view usual_preferences =
    R"({"theme":"light", "language":"fr", "notifications":true, "emailDigest":"weekly"})";
constexpr std::size_t most_preferences = 16'384;  // bytes

constexpr grant own_fields[] = {
    {"firstName", "firstName"},
    {"lastName", "lastName"},
    {"username", "username"},
    {"phoneNumber", "phoneNumber"},
    {"department", "department"},
    {"position", "position"},
    {"bio", "bio"},
    {"profileImageUrl", "profileImageUrl"},
    {"preferences", "preferences"},
};
constexpr grant staff_fields[] = {
    {"firstName", "firstName"},
    {"lastName", "lastName"},
    {"username", "username"},
    {"phoneNumber", "phoneNumber"},
    {"department", "department"},
    {"position", "position"},
    {"bio", "bio"},
    {"profileImageUrl", "profileImageUrl"},
    {"preferences", "preferences"},
    {"email", "email"},
    {"role", "role"},
    {"isActive", "isActive"},
    {"metadata", "metadata"},
};

reply one_user(const user_row& who) {
  std::string out;
  json_writer json{out};
  write_user(who, json);
  return json_reply(200, std::move(out));
}

// Somebody else's row is for managers and above; what lies in another establishment does not exist.
task<user_row> look_up(call_ptr c, user_id id) {
  if (id != c->who.user && !c->who.at_least(role::manager))
    throw refuse(fault_code::forbidden, "Accès refusé");
  static const sql_text text{"select " + sql::columns(user_entity) + " from users where id = $1"};
  auto found = co_await c->run(prepared(text, id));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Utilisateur non trouvé");
  co_return row_at<user_row>(found[0], 0);
}

// -- reading ----------------------------------------------------------------------------

task<reply> list_users(call_ptr c) {
  const auto page = paging_of(*c);
  std::string where = "true";
  statement wanted;
  const auto also = [&](std::string_view condition, std::string value) {
    wanted.params.push_back(std::move(value));
    where += " and ";
    where += fmt::format(fmt::runtime(condition), fmt::arg("p", wanted.params.size()));
  };
  if (const auto rank = parameter(*c, "role"); !rank.empty())
    also("u.role = ${p}", std::string{stored_role(rank)});
  const auto active = parameter(*c, "isActive");
  if (active != "all")
    also("u.is_active = ${p}", active == "false" ? "false" : "true");
  if (const auto words = parameter(*c, "search"); !words.empty())
    also(
        "stoa_plain(normalize(concat_ws(' ', u.email, u.username, u.first_name, u.last_name)))"
        " like stoa_plain(normalize(${p}))",
        anywhere(words));
  if (const auto home = parameter(*c, "establishmentId"); !home.empty()) {
    need_own_establishment(c->who, home);
    also("u.establishment_id = ${p}", home);
  }
  const auto rest =
      " from users u left join establishments e on e.id = u.establishment_id where " + where;
  auto count = wanted;
  count.sql = sql_text{"select count(*)" + rest};
  wanted.params.push_back(std::to_string(page.limit));
  wanted.params.push_back(std::to_string(page.offset));
  wanted.sql = sql_text{fmt::format(
      "select {}, e.name{} order by u.created_at, u.id limit ${}::bigint offset ${}::bigint",
      columns_of(user_entity, "u"), rest, wanted.params.size() - 1, wanted.params.size())};
  auto found = co_await c->run(
      in_establishment(c->who.establishment.value, std::move(wanted), std::move(count)));
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[0].size(); ++i) {
    auto who = row_at<user_row>(found[0], i);
    json.begin_object();
    write_user_members(who, json);
    json.member("establishmentName", found[0].cell(i, user_entity.fields.size())).end_object();
  }
  json.end_array();
  auto answer = json_reply(200, std::move(out));
  add_totals(answer, page, found[1].integer(0, 0));
  co_return answer;
}

task<reply> show_user(call_ptr c) {
  auto who = co_await look_up(c, user_id{c->path("id")});
  co_return one_user(who);
}

// -- changing ---------------------------------------------------------------------------

void check_rank(const scope& who, const user_row& target, const change_of<user_row>& what) {
  if (who.user == target.id || who.at_least(role::super_admin))
    return;
  const auto granted_rank = fields_of<&user_row::rank>();
  if (target.rank >= who.rank ||
      ((what.which & granted_rank).any() && what.values.rank >= who.rank))
    throw refuse(fault_code::forbidden, "Accès refusé");
}

// A new password, hashed, if the body has one: one's own only with the old one.
task<std::optional<std::string>> new_password(call_ptr c, user_id target) {
  const auto said = c->body();
  std::optional<std::string> none;
  const auto wanted = said["password"].as_string();
  if (!wanted || wanted->empty())
    co_return none;
  std::string password{*wanted};
  check_password(password);
  if (target == c->who.user) {
    std::string current{said["currentPassword"].as_string().value_or("")};
    if (current.empty())
      throw refuse(fault_code::invalid, "Le mot de passe actuel est requis");
    auto found = co_await c->run(prepared("select password from users where id = $1", target));
    auto stored = found[0].text(0, 0);
    auto verdict =
        co_await c->home.passwords().verify(c->self, std::move(current), std::move(stored));
    if (!verdict.matches)
      throw refuse(fault_code::invalid, "Le mot de passe actuel est incorrect");
  }
  std::optional<std::string> hash = co_await c->home.passwords().hash(c->self, std::move(password));
  co_return hash;
}

change_of<user_row> read_user_change(call_ptr c, const user_row& target) {
  const bool myself = target.id == c->who.user;
  const auto names = myself && !c->who.at_least(role::super_admin)
                         ? std::span<const grant>{own_fields}
                         : std::span<const grant>{staff_fields};
  need_object(c->body(), "preferences");
  need_object(c->body(), "metadata");
  const auto body = granted(c->body(), names);
  auto what = good(read_change<user_row>(body.root(), stacgate_dialect));
  if (what.values.rank == role::guest)
    throw refuse(fault_code::invalid, "role must be a known role");
  for (auto& byte : what.values.email)
    if (byte >= 'A' && byte <= 'Z')
      byte = static_cast<char>(byte - 'A' + 'a');
  if (myself && (what.which & fields_of<&user_row::rank, &user_row::is_active>()).any())
    throw refuse(fault_code::invalid, "Vous ne pouvez pas changer votre propre rôle ou statut");
  return what;
}

task<reply> change_user(call_ptr c) {
  const user_id id{c->path("id")};
  auto target = co_await look_up(c, id);
  auto what = read_user_change(c, target);
  check_rank(c->who, target, what);
  std::optional<std::string> home;
  if (c->who.at_least(role::super_admin))
    if (const auto wanted = c->body()["establishmentId"].as_string())
      home = std::string{*wanted};
  auto password = co_await new_password(c, id);

  auto wanted = in_establishment(c->who.establishment.value);
  wanted.statements.push_back(bound(sql::change(c->who, id.value, what)));
  static const sql_text rest{
      "update users set password = coalesce($2, password),"
      " establishment_id = coalesce($3, establishment_id), updated_at = now()"
      " where id = $1 returning " +
      sql::columns(user_entity)};
  wanted.statements.push_back(prepared(rest, id, password, home));
  wanted.statements.push_back(acting(c->who.user, c->req.peer));
  auto done = co_await caught(c->run(std::move(wanted)));
  if (!done && violates(done.error(), "users_email"))
    throw refuse(fault_code::invalid, "Un utilisateur avec cet email existe déjà");
  if (!done && violates(done.error(), "users_establishment_id_fkey"))
    throw refuse(fault_code::invalid, "Établissement inconnu");
  if (!done)
    throw fault_error(std::move(done.error()));
  if ((*done)[1].empty())
    throw refuse(fault_code::not_found, "Utilisateur non trouvé");
  auto fresh_row = row_at<user_row>((*done)[1], 0);
  const bool loses_rights = fresh_row.rank != target.rank ||
                            fresh_row.is_active != target.is_active ||
                            fresh_row.establishment != target.establishment;
  if (loses_rights || password)
    co_await end_other_sessions(c, id);
  else if (fresh_row.first_name != target.first_name || fresh_row.last_name != target.last_name)
    co_await refresh_sessions_of(c, id);
  co_return one_user(fresh_row);
}

// -- preferences ------------------------------------------------------------------------

task<reply> show_preferences(call_ptr c) {
  auto who = co_await look_up(c, user_id{c->path("userId")});
  co_return json_reply(200,
                       who.preferences ? who.preferences->text : std::string{usual_preferences});
}

task<reply> change_preferences(call_ptr c) {
  const user_id id{c->path("userId")};
  if (id != c->who.user)
    throw refuse(fault_code::forbidden, "Accès refusé");
  auto said = c->body().text();
  if (said.size() > most_preferences)
    throw refuse(fault_code::invalid, "preferences are too long");
  auto done = co_await c->run(
      prepared("update users set preferences = coalesce(preferences, $3::jsonb) || $2::jsonb,"
               " updated_at = now() where id = $1"
               " and length((coalesce(preferences, $3::jsonb) || $2::jsonb)::text) <= $4::int"
               " returning preferences",
               id, said, usual_preferences, most_preferences));
  if (done[0].empty())
    throw refuse(fault_code::invalid, "preferences are too long");
  co_return json_reply(200, done[0].text(0, 0));
}

constexpr endpoint user_rows[] = {
    {verb::get, "/api/users", managers, list_users},
    {verb::get, "/api/users/{id}", signed_in, show_user},
    {verb::put, "/api/users/{id}", signed_in, change_user},
    {verb::patch, "/api/users/{id}", signed_in, change_user},
    {verb::get, "/api/users/{userId}/preferences", signed_in, show_preferences},
    {verb::patch, "/api/users/{userId}/preferences", signed_in, change_preferences},
};

}  // namespace

std::span<const endpoint> user_routes() {
  return user_rows;
}

}  // namespace stoa::stacgate
