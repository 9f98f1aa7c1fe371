#include "actors/people/accounts.hpp"
#include "net/gateway.hpp"
#include "net/routes/stacgate/routes.hpp"
#include "schema/json_writer.hpp"

namespace stoa::stacgate {

namespace {

const sql_text& user_by_id() {
  static const sql_text text{"select " + std::string{columns_of_user} +
                             " from users u where u.id = $1 and u.is_active"};
  return text;
}

task<reply> with_session(call_ptr c, int status, fresh_session made) {
  auto found = co_await c->run(in_establishment(platform_scope, prepared(user_by_id(), made.user)));
  if (found[0].empty())
    throw refuse(fault_code::unauthenticated, "Utilisateur non trouvé");
  std::string out;
  write_user(found[0], 0, out);
  auto answer = json_reply(status, std::move(out));
  answer.headers.add(
      "Set-Cookie", session_cookie(c->here, made.token, c->req.secure, c->home.session_lifetime()));
  co_return answer;
}

task<reply> login(call_ptr c) {
  const auto said = c->body();
  const auto email = said["email"].as_string().value_or("");
  const auto password = said["password"].as_string().value_or("");
  if (email.empty() || email.find('@') == std::string_view::npos || password.empty())
    throw refuse(fault_code::invalid, "Email et mot de passe requis");
  auto made =
      co_await caught(sign_in(c->self, c->home.database(), c->home.passwords(), std::string{email},
                              std::string{password}, c->home.session_lifetime()));
  if (!made && made.error().code == fault_code::unauthenticated)
    throw refuse(fault_code::unauthenticated, "Email ou mot de passe incorrect");
  if (!made)
    throw fault_error(made.error());
  co_return co_await with_session(c, 200, std::move(*made));
}

task<reply> logout(call_ptr c) {
  if (c->who.signed_in()) {
    co_await sign_out(c->self, c->home.database(), c->who.session);
    tell(c->self, session_actor{c->self}, end_session{"signed out"});
  }
  auto answer = json_reply(200, R"({"message":"Déconnexion réussie"})");
  answer.headers.add("Set-Cookie", session_cookie(c->here, "", c->req.secure, {}));
  co_return answer;
}

task<reply> me(call_ptr c) {
  auto found =
      co_await c->run(prepared(user_by_id(), c->who.user));
  if (found[0].empty())
    throw refuse(fault_code::unauthenticated, "Utilisateur non trouvé");
  std::string out;
  write_user(found[0], 0, out);
  co_return json_reply(200, std::move(out));
}

constexpr endpoint rows[] = {
    {verb::post, "/api/auth/login", anyone, login},
    {verb::post, "/api/auth/logout", anyone, logout},
    {verb::get, "/api/auth/user", signed_in, me},
};

}  // namespace

std::span<const endpoint> auth_routes() {
  return rows;
}

void write_user(const stoa::rows& from, std::size_t row, std::string& out) {
  json_writer json{out};
  const auto text = [&](std::string_view name, std::size_t column) {
    json.key(name);
    if (auto cell = from.cell(row, column))
      json.value(*cell);
    else
      json.null();
  };
  const auto opaque = [&](std::string_view name, std::size_t column) {
    json.key(name).raw(from.cell(row, column).value_or("null"));
  };
  json.begin_object().member("id", from.text(row, 0));
  text("establishmentId", 1);
  json.member("email", from.text(row, 2)).member("username", from.text(row, 3));
  // Never null: the user list of the client sorts and searches them.
  json.member("firstName", from.text(row, 4)).member("lastName", from.text(row, 5));
  text("profileImageUrl", 6);
  text("avatar", 6);
  json.member("role", role_name(from.text(row, 7)));
  text("phoneNumber", 8);
  text("department", 9);
  text("position", 10);
  text("bio", 11);
  opaque("preferences", 12);
  opaque("metadata", 13);
  json.member("isActive", from.flag(row, 14)).member("isEmailVerified", from.flag(row, 15));
  json.key("permissions").null();
  json.key("lastLoginAt");
  if (from.cell(row, 16))
    json.value(from.moment(row, 16));
  else
    json.null();
  json.member("createdAt", from.moment(row, 17)).member("updatedAt", from.moment(row, 18));
  json.end_object();
}

}  // namespace stoa::stacgate
