#include "actors/people/accounts.hpp"
#include "net/routes/emlyon-connect/routes.hpp"
#include "net/routes/emlyon-connect/shapes.hpp"
#include "schema/json_writer.hpp"

namespace stoa::emlyon {

namespace {

constexpr wish profile_wishes[] = {{.name = "name",
                                    .missing = "Le nom ne peut pas être vide",
                                    .wrong = "Le nom est invalide",
                                    .most = 100,
                                    .required = false}};

task<member> look_up(call_ptr c, user_id who) {
  static const sql_text text{"select " + std::string{member_columns} +
                             " from users where id = $1 and is_active"};
  auto found = co_await c->run(prepared(text, who));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Utilisateur introuvable");
  co_return member_at(found[0], 0);
}

reply user_reply(std::string_view message, const call& c, const member& who, shown how) {
  std::string data;
  json_writer json{data};
  write_member(who, c.here.public_base, how, json);
  return success(200, message, data);
}

task<reply> me(call_ptr c) {
  auto found = co_await look_up(c, c->who.user);
  co_return user_reply({}, *c, found, shown::to_self);
}

task<reply> show_user(call_ptr c) {
  auto found = co_await look_up(c, user_id{c->path("id")});
  co_return user_reply({}, *c, found, shown::to_others);
}

task<reply> list_users(call_ptr c) {
  static const sql_text text{"select " + std::string{member_columns} +
                             " from users where is_active order by 3, id limit 1000"};
  auto found = co_await c->run(prepared(text));
  std::string data;
  json_writer json{data};
  json.begin_array();
  for (std::size_t i = 0; i < found[0].size(); ++i)
    write_member(member_at(found[0], i), c->here.public_base, shown::to_others, json);
  json.end_array();
  co_return success(200, {}, data);
}

task<reply> rename(call_ptr c) {
  // Here an empty text is no way of leaving the name out.
  const auto given = c->body().find("name");
  if (given && (given->is_null() || given->as_string() == ""))
    throw refuse(fault_code::invalid, "Le nom ne peut pas être vide");
  const auto said = tidied(*c, profile_wishes, how_much::some);
  const auto name = said.root()["name"].as_string();
  if (name) {
    co_await c->run(
        prepared("update users set first_name = $2, last_name = $3,"
                 " updated_at = now() where id = $1",
                 c->who.user, first_name_of(*name), last_name_of(*name)));
    tell(c->self, session_actor{c->self}, refresh_session{});
    co_await tell_campus(c);
  }
  auto found = co_await look_up(c, c->who.user);
  co_return user_reply("Profil mis à jour", *c, found, shown::to_self);
}

// The campus deletes: the check-in is its own. Then every token of the person is worth nothing.
task<reply> close_account(call_ptr c) {
  auto campus = campus_for(*c);
  auto me_now = co_await look_up(c, c->who.user);
  auto look = in_establishment(
      platform_scope, prepared("select token_hash from sessions where user_id = $1", c->who.user));
  auto sessions = co_await c->run(std::move(look));
  forget_person wanted;
  wanted.who = c->who.user;
  auto done = co_await caught(ask(c->self, campus, std::move(wanted)));
  if (!done && done.error().code == fault_code::conflict)
    throw refuse(fault_code::conflict, "Ce compte est encore utilisé ailleurs");
  if (!done)
    throw fault_error(std::move(done.error()));
  remove_picture(*c, me_now.avatar);
  for (std::size_t i = 0; i < sessions[0].size(); ++i)
    if (auto live = c->home.live_session(sessions[0].text(i, 0)))
      tell(c->self, live, end_session{"signed out"});
  co_return success(200, "Compte supprimé");
}

constexpr endpoint user_rows[] = {
    row(verb::get, "/api/users/me", signed_in, me),
    row(verb::put, "/api/users/me", signed_in, rename),
    row(verb::patch, "/api/users/me", signed_in, rename),
    row(verb::remove, "/api/users/me", signed_in, close_account),
    row(verb::get, "/api/users/{id}", signed_in, show_user),
    row(verb::get, "/api/users", signed_in, list_users),
};

}  // namespace

std::span<const endpoint> user_routes() {
  return user_rows;
}

}  // namespace stoa::emlyon
