#include "actors/people/accounts.hpp"
#include "net/routes/stacgate/routes.hpp"
#include "net/routes/stacgate/shapes.hpp"
#include "net/session_cookie.hpp"
#include "schema/json_writer.hpp"
#include "schema/shapes.hpp"
#include "schema/text/precis.hpp"
#include "schema/utf8.hpp"

namespace stoa::stacgate {

namespace {

constexpr std::size_t longest_password = 128;

reply too_many_sign_ins(const throttle_limits& limits, std::uint32_t wait) {
  constexpr std::string_view spoken = "Too many requests from this IP, please try again later.";
  std::string out;
  json_writer json{out};
  json.begin_object().member("error", spoken).member("type", "auth_rate_limit_exceeded");
  json.member("retry_after", wait).member("message", spoken).end_object();
  auto answer = json_reply(429, std::move(out));
  const auto most = std::to_string(limits.per_pair);
  answer.headers.add("Retry-After", std::to_string(wait));
  answer.headers.add("RateLimit-Policy", most + ";w=" + std::to_string(limits.window.count()));
  answer.headers.add("RateLimit-Limit", most);
  answer.headers.add("RateLimit-Remaining", "0");
  answer.headers.add("RateLimit-Reset", std::to_string(wait));
  return answer;
}

task<user_row> load_me(call_ptr c, std::string establishment, user_id who) {
  static const sql_text text{"select " + columns_of(user_entity, "u") +
                             " from users u where u.id = $1 and u.is_active"};
  auto found = co_await c->run(in_establishment(establishment, prepared(text, who)));
  if (found[0].empty())
    throw refuse(fault_code::unauthenticated, "Utilisateur non trouvé");
  co_return row_at<user_row>(found[0], 0);
}

// A session that the browser still carries ends with the new one: no two lives of one cookie.
task<reply> with_session(call_ptr c, int status, fresh_session made) {
  std::string everywhere = platform_scope;
  auto me = co_await load_me(c, std::move(everywhere), made.user);
  if (c->who.signed_in()) {
    co_await sign_out(c->self, c->home.database(), c->who.session);
    tell(c->self, session_actor{c->self}, end_session{"signed out"});
  }
  std::string out;
  json_writer json{out};
  write_user(std::move(me), json);
  auto answer = json_reply(status, std::move(out));
  answer.headers.add(
      "Set-Cookie", session_cookie(c->here, made.token, c->req.secure, c->home.session_lifetime()));
  co_return answer;
}

// -- signing in -------------------------------------------------------------------------

task<reply> login(call_ptr c) {
  const auto said = c->body();
  std::string email{said["email"].as_string().value_or("")};
  std::string password{said["password"].as_string().value_or("")};
  if (!shapes::is_email(precis::wanted_mail_address(email)) || password.empty() ||
      password.size() > 4 * longest_password)
    throw refuse(fault_code::invalid, "Email et mot de passe requis");
  auto& gate = c->home.sign_ins();
  if (const auto wait = gate.enter(c->req.peer, email, throttle::clock::now()))
    co_return too_many_sign_ins(gate.limits(), wait);
  auto made =
      co_await caught(sign_in(c->self, c->home.database(), c->home.passwords(), email,
                              std::move(password), c->home.session_lifetime(), c->req.peer));
  if (!made && made.error().code == fault_code::unauthenticated) {
    gate.failed(c->req.peer, throttle::clock::now());
    throw refuse(fault_code::unauthenticated, "Email ou mot de passe incorrect");
  }
  if (!made) {
    gate.undecided(c->req.peer, email);
    throw fault_error(std::move(made.error()));
  }
  gate.succeeded(c->req.peer, email);
  co_return co_await with_session(c, 200, std::move(*made));
}

// -- registering ------------------------------------------------------------------------

constexpr grant registration[] = {
    {"email", "email"},
    {"firstName", "firstName"},
    {"first_name", "firstName"},
    {"lastName", "lastName"},
    {"last_name", "lastName"},
    {"username", "username"},
    {"password", "password"},
    {"establishmentId", "establishmentId"},
    {"establishment_id", "establishmentId"},
};

user_row read_registration(json_value said, std::string& password) {
  std::string email{said["email"].as_string().value_or("")};
  password = said["password"].as_string().value_or("");
  if (email.empty() || password.empty())
    throw refuse(fault_code::invalid, "Email et mot de passe requis");
  if (said["establishmentId"].as_string().value_or("").empty())
    throw refuse(fault_code::invalid, "Établissement requis pour l'inscription");
  check_password(password);
  // The user name is the client's affair; left out, it is the name part of the address.
  auto draft = good(read_change<user_row>(said, stacgate_dialect)).values;
  draft.establishment = establishment_id{*said["establishmentId"].as_string()};
  if (draft.username.empty())
    draft.username = draft.email.substr(0, draft.email.find('@'));
  for (auto& byte : draft.email)
    if (byte >= 'A' && byte <= 'Z')
      byte = static_cast<char>(byte - 'A' + 'a');
  draft.id = fresh<user_id>();
  draft.rank = role::learner;
  return draft;
}

task<user_row> admit(call_ptr c, user_row draft, std::string password) {
  constexpr auto taken = "Un utilisateur avec cet email existe déjà";
  auto found = co_await c->run(in_establishment(
      platform_scope,
      prepared("select coalesce(settings->>'allowRegistration', 'true') <> 'false'"
               " from establishments where id = $1 and is_active",
               draft.establishment),
      prepared("select 1 from users where email_key = stoa_typed_key($1)", draft.email)));
  if (found[0].empty())
    throw refuse(fault_code::invalid, "Établissement inconnu ou inactif");
  if (!c->here.registration || !found[0].flag(0, 0))
    throw refuse(fault_code::forbidden, "Les inscriptions sont fermées pour cet établissement");
  if (!found[1].empty())
    throw refuse(fault_code::invalid, taken);
  auto hash = co_await c->home.passwords().hash(c->self, std::move(password));
  static const sql_text insert{
      "insert into users (id, establishment_id, email, username, password, first_name, last_name,"
      " role, last_login_at) values ($1, $2, $3, $4, $5, $6, $7, 'learner', now()) returning " +
      sql::columns(user_entity)};
  auto made = co_await caught(c->run(in_establishment(
      platform_scope, prepared(insert, draft.id, draft.establishment, draft.email, draft.username,
                               hash, draft.first_name, draft.last_name))));
  if (!made && violates(made.error(), "users_email"))
    throw refuse(fault_code::invalid, taken);
  if (!made)
    throw fault_error(std::move(made.error()));
  co_return row_at<user_row>((*made)[0], 0);
}

task<reply> enroll(call_ptr c) {
  const auto body = granted(c->body(), registration, unsaid::empty);
  std::string password;
  auto draft = read_registration(body.root(), password);
  auto& gate = c->home.sign_ins();
  const auto email = draft.email;
  if (const auto wait = gate.enter(c->req.peer, email, throttle::clock::now()))
    co_return too_many_sign_ins(gate.limits(), wait);
  auto made = co_await caught(admit(c, std::move(draft), std::move(password)));
  if (!made) {
    const bool theirs = made.error().code == fault_code::invalid;
    if (theirs)
      gate.failed(c->req.peer, throttle::clock::now());
    else
      gate.undecided(c->req.peer, email);
    throw fault_error(std::move(made.error()));
  }
  gate.succeeded(c->req.peer, email);
  std::optional<std::string> house = made->establishment->value;
  auto session = co_await begin_session(c->self, c->home.database(), made->id, std::move(house),
                                        c->home.session_lifetime(), c->req.peer);
  co_return co_await with_session(c, 201, std::move(session));
}

// -- signing out ------------------------------------------------------------------------

task<void> end_own_session(call_ptr c) {
  if (!c->who.signed_in())
    co_return;
  co_await sign_out(c->self, c->home.database(), c->who.session);
  tell(c->self, session_actor{c->self}, end_session{"signed out"});
}

task<reply> logout(call_ptr c) {
  co_await end_own_session(c);
  auto answer = json_reply(200, R"({"message":"Déconnexion réussie"})");
  answer.headers.add("Set-Cookie", session_cookie(c->here, "", c->req.secure, {}));
  co_return answer;
}

// The client's pages navigate here. An image on a foreign page must not sign anybody out.
task<reply> logout_by_link(call_ptr c) {
  auto answer = redirect("/");
  if (c->req.header("Sec-Fetch-Site") != "cross-site") {
    co_await end_own_session(c);
    answer.headers.add("Set-Cookie", session_cookie(c->here, "", c->req.secure, {}));
  }
  co_return answer;
}

// No identity provider is configured: the local page is where one signs in.
task<reply> provider_login(call_ptr) {
  co_return redirect("/login");
}
task<reply> provider_callback(call_ptr) {
  co_return redirect("/login?error=oidc");
}

// -- who am I ---------------------------------------------------------------------------

task<reply> me(call_ptr c) {
  auto row = co_await load_me(c, c->who.establishment.value, c->who.user);
  std::string out;
  json_writer json{out};
  write_user(std::move(row), json);
  co_return json_reply(200, std::move(out));
}

constexpr endpoint auth_rows[] = {
    {verb::post, "/api/auth/login", anyone, login},
    {verb::post, "/api/auth/logout", anyone, logout},
    {verb::get, "/api/auth/logout", anyone, logout_by_link},
    {verb::post, "/api/auth/register", anyone, enroll},
    {verb::get, "/api/auth/user", signed_in, me},
    {verb::get, "/api/auth/permissions", signed_in, permissions},
    {verb::get, "/api/login", anyone, provider_login},
    {verb::get, "/api/callback", anyone, provider_callback},
    {verb::get, "/api/logout", anyone, logout_by_link},
};

}  // namespace

std::span<const endpoint> auth_routes() {
  return auth_rows;
}

void check_password(std::string_view password) {
  std::size_t characters = 0;
  const auto kept = precis::password(password);
  if (!password.empty() && !kept)
    throw refuse(fault_code::invalid, "Le mot de passe contient un caractère interdit");
  if (kept)
    characters = count_code_points(*kept);
  if (characters < 6 || characters > longest_password)
    throw refuse(fault_code::invalid, "Le mot de passe doit compter de 6 à 128 caractères");
}

}  // namespace stoa::stacgate
