#include "net/routes/intrasphere/auth.hpp"

#include "actors/people/accounts.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "net/session_cookie.hpp"
#include "schema/json_writer.hpp"
#include "schema/text/precis.hpp"
#include "schema/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stoa::intrasphere {

namespace {

constexpr std::size_t longest_password = 512;  // bytes

// A session that the browser still carries ends with the new one: no two lives of one cookie.
task<reply> with_session(call_ptr c, int status, fresh_session made) {
  auto me = co_await person_of(c, made.user);
  if (c->who.signed_in()) {
    co_await sign_out(c->self, c->home.database(), c->who.session);
    tell(c->self, session_actor{c->self}, end_session{"signed out"});
  }
  auto answer = co_await own_reply(c, status, std::move(me));
  answer.headers.add(
      "Set-Cookie", session_cookie(c->here, made.token, c->req.secure, c->home.session_lifetime()));
  co_return answer;
}

// -- signing in and out -----------------------------------------------------------------

task<reply> login(call_ptr c) {
  const auto body = c->body();
  auto username = said(body, "username");
  auto password = said(body, "password");
  if (username.empty() || password.empty() || password.size() > longest_password)
    throw refuse(fault_code::invalid, "Username and password required");
  // A session of another establishment may be about to change places.
  c->who.establishment = c->here.establishment;
  const auto account = c->here.establishment.value + "/" + username;
  auto& gate = c->home.sign_ins();
  if (const auto wait = gate.enter(c->req.peer, account, throttle::clock::now()))
    co_return too_many_sign_ins(wait);
  auto made = co_await caught(sign_in_by_name(c->self, c->home.database(), c->home.passwords(),
                                              c->here.establishment, username, std::move(password),
                                              c->home.session_lifetime(), c->req.peer));
  if (!made && made.error().code == fault_code::unauthenticated) {
    gate.failed(c->req.peer, throttle::clock::now());
    throw refuse(fault_code::unauthenticated, "Invalid credentials");
  }
  if (!made && made.error().code == fault_code::forbidden) {
    gate.undecided(c->req.peer, account);
    throw refuse(fault_code::unauthenticated, "Account is deactivated");
  }
  if (!made) {
    gate.undecided(c->req.peer, account);
    throw fault_error(std::move(made.error()));
  }
  gate.succeeded(c->req.peer, account);
  co_return co_await with_session(c, 200, std::move(*made));
}

task<reply> logout(call_ptr c) {
  if (c->who.signed_in()) {
    co_await sign_out(c->self, c->home.database(), c->who.session);
    tell(c->self, session_actor{c->self}, end_session{"signed out"});
  }
  auto answer = message_reply(200, "Logged out successfully");
  answer.headers.add("Set-Cookie", session_cookie(c->here, "", c->req.secure, {}));
  co_return answer;
}

// -- registering ------------------------------------------------------------------------

task<reply> register_one(call_ptr c) {
  if (!c->here.registration)
    throw refuse(fault_code::forbidden, "Registration is disabled");
  const auto body = c->body();
  auto password = said(body, "password");
  check_password(password);
  staff_wish wish;
  auto read = read_create(staff_wish_command, intrasphere_dialect, body, &wish);
  if (!read) {
    read.error().text = "Invalid user data";
    throw fault_error(std::move(read.error()));
  }
  wish.rank = role::learner;
  wish.is_active = true;
  wish.category.reset();
  c->who.establishment = c->here.establishment;
  auto& gate = c->home.sign_ins();
  const auto account = "register/" + wish.username;
  if (const auto wait = gate.enter(c->req.peer, account, throttle::clock::now()))
    co_return too_many_sign_ins(wait);
  auto hash = co_await caught(c->home.passwords().hash(c->self, std::move(password)));
  if (!hash) {
    gate.undecided(c->req.peer, account);
    throw fault_error(std::move(hash.error()));
  }
  auto made = co_await caught(admit(c, std::move(wish), std::move(*hash)));
  if (!made) {
    gate.undecided(c->req.peer, account);
    throw fault_error(std::move(made.error()));
  }
  gate.succeeded(c->req.peer, account);
  std::optional<std::string> house = c->who.establishment.value;
  auto session = co_await begin_session(c->self, c->home.database(), made->id, std::move(house),
                                        c->home.session_lifetime(), c->req.peer);
  co_return co_await with_session(c, 201, std::move(session));
}

// -- oneself ----------------------------------------------------------------------------

task<reply> me(call_ptr c) {
  if (!c->who.signed_in())
    throw refuse(fault_code::unauthenticated, "Not authenticated");
  auto row = co_await caught(person_of(c, c->who.user));
  if (!row && row.error().code == fault_code::not_found)
    throw refuse(fault_code::unauthenticated, "User not found");
  if (!row)
    throw fault_error(std::move(row.error()));
  co_return co_await own_reply(c, 200, std::move(*row));
}

task<reply> change_own_password(call_ptr c) {
  const auto body = c->body();
  auto current = said(body, "currentPassword");
  auto wanted = said(body, "newPassword");
  if (current.empty() || wanted.empty())
    throw refuse(fault_code::invalid, "Current password and new password are required");
  co_await replace_password(c, c->who.user, std::move(current), std::move(wanted), check_password);
  co_return message_reply(200, "Password updated successfully");
}

constexpr endpoint auth_rows[] = {
    {verb::post, "/api/auth/login", anyone, login},
    {verb::post, "/api/auth/register", anyone, register_one, rate{3, std::chrono::hours{1}}},
    {verb::post, "/api/auth/logout", anyone, logout},
    {verb::get, "/api/auth/me", anyone, me},
    {verb::put, "/api/auth/password", signed_in, change_own_password},
    {verb::patch, "/api/auth/password", signed_in, change_own_password},
    {verb::post, "/api/auth/forgot-password", anyone, forgot_password},
    {verb::post, "/api/auth/reset-password", anyone, reset_password},
};

}  // namespace

reply too_many_sign_ins(std::uint32_t wait) {
  constexpr std::string_view text = "Too many authentication attempts. Please try again later.";
  std::string out;
  json_writer{out}
      .begin_object()
      .member("error", text)
      .member("message", fmt::format("Trop de tentatives. Réessayez dans {} secondes.", wait))
      .member("retryAfter", wait)
      .end_object();
  auto answer = json_reply(429, std::move(out));
  answer.headers.add("Retry-After", std::to_string(wait));
  return answer;
}

std::span<const endpoint> auth_routes() {
  return auth_rows;
}

void check_password(std::string_view password) {
  const auto has = [&](auto test) { return std::any_of(password.begin(), password.end(), test); };
  auto why = fail(fault_code::invalid, "Mot de passe invalide");
  const auto kept = precis::password(password);
  const auto characters = count_code_points(kept ? *kept : password);
  if (!kept && !password.empty())
    why.complaints.push_back({"", "Le mot de passe contient un caractère interdit"});
  const auto need = [&](bool met, std::string_view what) {
    if (!met)
      why.complaints.push_back(
          {"", fmt::format("Le mot de passe doit contenir au moins {}", what)});
  };
  need(characters >= 8, "8 caractères");
  need(has([](char c) { return c >= 'A' && c <= 'Z'; }), "une majuscule");
  need(has([](char c) { return c >= 'a' && c <= 'z'; }), "une minuscule");
  need(has([](char c) { return c >= '0' && c <= '9'; }), "un chiffre");
  need(has([](char c) {
         return std::string_view{"!@#$%^&*(),.?\":{}|<>"}.find(c) != std::string_view::npos;
       }),
       "un caractère spécial");
  if (password.size() > longest_password)
    why.complaints.push_back({"", "Le mot de passe est trop long"});
  if (!why.complaints.empty())
    throw fault_error{std::move(why)};
}

}  // namespace stoa::intrasphere
