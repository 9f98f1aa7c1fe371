#include "actors/people/accounts.hpp"
#include "net/routes/emlyon-connect/routes.hpp"
#include "net/routes/emlyon-connect/shapes.hpp"
#include "schema/json_writer.hpp"
#include "schema/text/precis.hpp"

namespace stoa::emlyon {

namespace {

constexpr std::size_t longest_password = 128;  // bytes
constexpr auto usual_promotion = "EMI";

constexpr wish login_wishes[] = {{.name = "email",
                                  .missing = "Email invalide",
                                  .wrong = "Email invalide",
                                  .type = wish::kind::email,
                                  .looked_for = true},
                                 {.name = "password",
                                  .missing = "Le mot de passe est requis",
                                  .wrong = "Email ou mot de passe incorrect",
                                  .type = wish::kind::secret,
                                  .most = 4 * longest_password,
                                  .low = 1}};

constexpr wish registration_wishes[] = {
    {.name = "email",
     .missing = "Email invalide",
     .wrong = "Email invalide",
     .type = wish::kind::email},
    {.name = "password",
     .missing = "Le mot de passe doit contenir au moins 6 caractères",
     .wrong = "Le mot de passe doit contenir au plus 128 caractères",
     .type = wish::kind::secret,
     .most = longest_password,
     .low = 6},
    {.name = "name", .missing = "Le nom est requis", .wrong = "Le nom est invalide", .most = 100},
    {.name = "promotion",
     .missing = "La promotion est invalide",
     .wrong = "La promotion est invalide",
     .most = 50,
     .required = false},
    {.name = "avatarUrl",
     .missing = "L'adresse de l'avatar est invalide",
     .wrong = "L'adresse de l'avatar est invalide",
     .type = wish::kind::address,
     .most = 2048,
     .required = false}};

fault_error too_many(std::uint32_t wait) {
  auto out = fail(fault_code::too_many, "too many");
  out.retry_after = wait;
  return fault_error{std::move(out)};
}

// Whoever guesses, or registers without end, is slowed down before a password is hashed.
void knock(call& c) {
  if (const auto wait = c.home.arrivals().enter(c.req.peer, "", throttle::clock::now()))
    throw too_many(wait);
}

task<reply> with_token(call_ptr c, int status, std::string message, fresh_session made, shown how) {
  static const sql_text text{"select " + std::string{member_columns} + " from users where id = $1"};
  auto look = in_establishment(platform_scope, prepared(text, made.user));
  auto found = co_await c->run(std::move(look));
  if (found[0].empty())
    throw refuse(fault_code::unauthenticated, "Email ou mot de passe incorrect");
  bearer_claims claims;
  claims.user = made.user;
  claims.session = made.token;
  claims.issued = now();
  claims.expires.micros =
      claims.issued.micros + std::chrono::microseconds{c->home.token_life()}.count();
  std::string data;
  json_writer json{data};
  json.begin_object().key("user");
  write_member(member_at(found[0], 0), c->here.public_base, how, json);
  json.member("token", c->home.tokens().sign(claims)).end_object();
  co_return success(status, message, data);
}

task<reply> login(call_ptr c) {
  knock(*c);
  const auto said = tidied(*c, login_wishes, how_much::all);
  const std::string email{said.root()["email"].as_string().value_or("")};
  std::string password{said.root()["password"].as_string().value_or("")};
  auto& gate = c->home.sign_ins();
  if (const auto wait = gate.enter(c->req.peer, email, throttle::clock::now()))
    throw too_many(wait);
  auto made = co_await caught(sign_in(c->self, c->home.database(), c->home.passwords(), email,
                                      std::move(password), c->home.token_life(), c->req.peer));
  if (!made && made.error().code == fault_code::unauthenticated) {
    gate.failed(c->req.peer, throttle::clock::now());
    throw refuse(fault_code::unauthenticated, "Email ou mot de passe incorrect");
  }
  if (!made) {
    gate.undecided(c->req.peer, email);
    throw fault_error(std::move(made.error()));
  }
  gate.succeeded(c->req.peer, email);
  co_return co_await with_token(c, 200, "Connexion réussie", std::move(*made), shown::with_update);
}

struct newcomer {
  user_id id = fresh<user_id>();
  std::string email;
  std::string name;
  std::string promotion;
  std::string avatar;
};

newcomer read_newcomer(json_value said) {
  newcomer out;
  out.email = said["email"].as_string().value_or("");
  out.name = said["name"].as_string().value_or("");
  out.promotion = said["promotion"].as_string().value_or(usual_promotion);
  out.avatar = said["avatarUrl"].as_string().value_or("");
  if (out.avatar.empty())
    out.avatar = drawn_avatar(out.id);
  return out;
}

task<std::string> admit(call_ptr c, newcomer who, std::string password) {
  constexpr auto taken = "Cet email est déjà utilisé";
  auto look = in_establishment(
      platform_scope,
      prepared("select id, coalesce(settings->>'allowRegistration', 'true') <> 'false'"
               " from establishments where id = $1 and is_active",
               c->here.establishment),
      prepared("select 1 from users where email_key = stoa_typed_key($1)", who.email));
  auto found = co_await c->run(std::move(look));
  if (!c->here.registration || found[0].empty() || !found[0].flag(0, 1))
    throw refuse(fault_code::forbidden, "Les inscriptions sont fermées");
  if (!found[1].empty())
    throw refuse(fault_code::invalid, taken);
  auto establishment = found[0].text(0, 0);
  auto hash = co_await c->home.passwords().hash(c->self, std::move(password));
  auto insert = in_establishment(
      platform_scope,
      prepared("insert into users (id, establishment_id, email, username, password, first_name,"
               " last_name, department, profile_image_url, role, last_login_at)"
               " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'learner', now())",
               who.id, establishment, who.email, who.email.substr(0, who.email.find('@')), hash,
               first_name_of(who.name), last_name_of(who.name), who.promotion, who.avatar));
  auto done = co_await caught(c->run(std::move(insert)));
  if (!done && violates(done.error(), "users_email"))
    throw refuse(fault_code::invalid, taken);
  if (!done)
    throw fault_error(std::move(done.error()));
  co_return establishment;
}

task<reply> enroll(call_ptr c) {
  knock(*c);
  const auto said = tidied(*c, registration_wishes, how_much::all);
  auto who = read_newcomer(said.root());
  auto id = who.id;
  std::string password{said.root()["password"].as_string().value_or("")};
  if (!precis::password(password))
    throw refuse(fault_code::invalid, "Le mot de passe contient un caractère interdit");
  std::optional<std::string> establishment = co_await admit(c, std::move(who), std::move(password));
  auto made = co_await begin_session(c->self, c->home.database(), std::move(id),
                                     std::move(establishment), c->home.token_life(), c->req.peer);
  co_return co_await with_token(c, 201, "Inscription réussie", std::move(made), shown::to_self);
}

constexpr endpoint auth_rows[] = {
    row(verb::post, "/api/auth/register", anyone, enroll),
    row(verb::post, "/api/auth/login", anyone, login),
};

}  // namespace

std::span<const endpoint> auth_routes() {
  return auth_rows;
}

}  // namespace stoa::emlyon
