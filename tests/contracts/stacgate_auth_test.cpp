#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

using namespace stoa::testing;

namespace {

std::string login(std::string_view email, std::string_view password) {
  return R"({"email":")" + std::string{email} + R"(","password":")" + std::string{password} +
         R"("})";
}

std::string member_registration(std::string_view email, std::string_view house,
                                std::string_view more = {}) {
  return R"({"email":")" + std::string{email} + R"(","password":"secret1","establishmentId":")" +
         std::string{house} + "\"" + std::string{more} + "}";
}

}  // namespace

TEST_CASE("signing in gives a session, signing out takes it back", "[db][net]") {
  auto client = stacgate_visitor();
  CHECK(client.get("/api/auth/user").status == 401);
  CHECK(client.get("/api/auth/user").at("message") == "Non authentifié");

  const auto in = client.post("/api/auth/login", login("Admin@StacGate.academy", "demo123"));
  REQUIRE(in.status == 200);
  CHECK(in.at("email") == "admin@stacgate.academy");
  CHECK(in.at("role") == "admin");
  CHECK(in.at("firstName") == "Jean");
  CHECK(in.at("establishmentId") == "est-demo-academy");
  CHECK(in.at("permissions") == "null");
  CHECK(in.at("avatar") == "null");
  CHECK(in.at("isActive") == "true");
  CHECK(in.body.find("password") == std::string::npos);
  CHECK(in.body.find("$argon2") == std::string::npos);
  const auto cookie = in.header("Set-Cookie");
  CHECK(cookie.starts_with("connect.sid="));
  CHECK(cookie.find("; Path=/; Expires=") != std::string::npos);
  CHECK(cookie.find("HttpOnly; SameSite=Lax") != std::string::npos);
  CHECK(cookie.find("Secure") == std::string::npos);

  const auto me = client.get("/api/auth/user");
  CHECK(me.status == 200);
  CHECK(me.at("id") == "user-jean");
  CHECK(me.header("Set-Cookie").starts_with(client.cookie()));  // rolling
  INFO(me.head);
  CHECK(me.header("RateLimit-Policy") == "1000;w=900");
  CHECK(me.header("RateLimit-Remaining") == "999");

  const auto stolen = client.cookie();
  const auto out = client.post("/api/auth/logout");
  CHECK(out.status == 200);
  CHECK(out.at("message") == "Déconnexion réussie");
  CHECK(out.header("Set-Cookie").find("Expires=Thu, 01 Jan 1970") != std::string::npos);
  client.set_cookie(stolen);
  CHECK(client.get("/api/auth/user").status == 401);
  CHECK(client.post("/api/auth/logout").status == 200);
}

TEST_CASE("a second sign-in ends the session the browser still had", "[db][net]") {
  auto client = fresh_session("lucas");
  const auto before = client.cookie();
  REQUIRE(
      client.post("/api/auth/login", login("lucas.apprenant@stacgate.academy", "demo123")).status ==
      200);
  CHECK(client.cookie() != before);
  auto old = stacgate_visitor();
  old.set_cookie(before);
  CHECK(old.get("/api/auth/user").status == 401);
}

TEST_CASE("refused sign-ins do not say why", "[db][net]") {
  auto client = stacgate_visitor();
  const auto unknown = client.post("/api/auth/login", login("nobody@example.org", "demo123"));
  const auto wrong =
      client.post("/api/auth/login", login("paul.formateur@stacgate.academy", "wrong"));
  CHECK(unknown.status == 401);
  CHECK(unknown.at("message") == "Email ou mot de passe incorrect");
  CHECK(unknown.at("error") == unknown.at("message"));
  CHECK(wrong.status == 401);
  CHECK(wrong.body == unknown.body);
  CHECK(client.post("/api/auth/login", R"({"email":"x"})").status == 400);
  CHECK(client.post("/api/auth/login", "{").status == 400);
  CHECK(client.post("/api/auth/login").status == 400);
}

TEST_CASE("guessing a password is slowed down for that account only", "[db][net]") {
  auto client = stacgate_visitor();
  const auto guess = login("victim@example.org", "guess");
  for (int i = 0; i < 5; ++i)
    CHECK(client.post("/api/auth/login", guess).status == 401);
  const auto refused = client.post("/api/auth/login", guess);
  CHECK(refused.status == 429);
  CHECK(refused.at("type") == "auth_rate_limit_exceeded");
  CHECK(refused.at("error") == "Too many requests from this IP, please try again later.");
  CHECK(refused.at("message") == refused.at("error"));
  CHECK(std::stoi(refused.at("retry_after")) > 800);
  CHECK(refused.header("Retry-After") == refused.at("retry_after"));
  CHECK(refused.header("RateLimit-Policy") == "5;w=900");
  CHECK(client.post("/api/auth/login", login("sophie.apprenant@stacgate.academy", "demo123"))
            .status == 200);
}

TEST_CASE("registering makes a learner, whatever the body says", "[db][net]") {
  auto client = stacgate_visitor();
  const auto made = client.post(
      "/api/auth/register",
      member_registration(
          "New.Person@Example.org", "est-demo-academy",
          R"(,"role":"super_admin","isEmailVerified":true,"first_name":"Nou","lastName":"V")"));
  REQUIRE(made.status == 201);
  CHECK(made.at("role") == "apprenant");
  CHECK(made.at("email") == "new.person@example.org");
  CHECK(made.at("username") == "New.Person");
  CHECK(made.at("firstName") == "Nou");
  CHECK(made.at("isActive") == "true");
  CHECK(made.at("isEmailVerified") == "false");
  CHECK(made.body.find("password") == std::string::npos);
  CHECK(client.get("/api/auth/user").at("id") == made.at("id"));

  auto other = stacgate_visitor();
  const auto again = other.post("/api/auth/register",
                                member_registration("new.person@example.org", "est-digital"));
  CHECK(again.status == 400);
  CHECK(again.at("message") == "Un utilisateur avec cet email existe déjà");
}

TEST_CASE("registering is refused with a reason", "[db][net]") {
  auto client = stacgate_visitor();
  const auto said = [&](std::string_view body) {
    const auto answer = client.post("/api/auth/register", body);
    return std::to_string(answer.status) + " " + answer.at("message");
  };
  CHECK(said("{}") == "400 Email et mot de passe requis");
  CHECK(said(R"({"email":"a@example.org","password":"secret1"})") ==
        "400 Établissement requis pour l'inscription");
  CHECK(said(member_registration("b@example.org", "est-nowhere")) ==
        "400 Établissement inconnu ou inactif");
  CHECK(said(member_registration("c@example.org", "est-techpro")) ==
        "403 Les inscriptions sont fermées pour cet établissement");
  CHECK(said(R"({"email":"d@example.org","password":"short","establishmentId":"est-digital"})")
            .starts_with("400 Le mot de passe"));
  CHECK(
      client.post("/api/auth/register", member_registration("no address", "est-digital")).status ==
      400);
  CHECK(client.cookie().empty());
}

TEST_CASE("signing out by a link works, but not from a foreign page", "[db][net]") {
  auto client = fresh_session("paul");
  const auto cookie = client.cookie();
  const auto foreign =
      client.request("GET", "/api/auth/logout", {}, {{"Sec-Fetch-Site", "cross-site"}});
  CHECK(foreign.status == 302);
  client.set_cookie(cookie);
  CHECK(client.get("/api/auth/user").status == 200);
  const auto own = client.get("/api/auth/logout");
  CHECK(own.status == 302);
  CHECK(own.header("Location") == "/");
  client.set_cookie(cookie);
  CHECK(client.get("/api/auth/user").status == 401);
}

TEST_CASE("without a provider the provider's addresses lead home", "[db][net]") {
  auto client = stacgate_visitor();
  CHECK(client.get("/api/login").header("Location") == "/login");
  CHECK(client.get("/api/callback?code=1&state=2").header("Location") == "/login?error=oidc");
  auto someone = fresh_session("paul");
  const auto cookie = someone.cookie();
  const auto out = someone.get("/api/logout");
  CHECK(out.status == 302);
  CHECK(out.header("Location") == "/");
  someone.set_cookie(cookie);
  CHECK(someone.get("/api/auth/user").status == 401);
}

TEST_CASE("permissions follow the rank", "[db][net]") {
  CHECK(stacgate_visitor().get("/api/auth/permissions").status == 401);
  const auto learner = as("sophie").get("/api/auth/permissions");
  CHECK(learner.at("role") == "apprenant");
  CHECK(learner.at("canCollaborate") == "true");
  CHECK(learner.at("canManageUsers") == "false");
  CHECK(learner.at("canManageCourses") == "false");
  CHECK(as("marie").get("/api/auth/permissions").at("canManageCourses") == "true");
  CHECK(as("manager").get("/api/auth/permissions").at("canManageUsers") == "true");
  const auto admin = as("jean").get("/api/auth/permissions");
  CHECK(admin.at("canManageOwnEstablishment") == "true");
  CHECK(admin.at("canManageAllEstablishments") == "false");
  const auto platform = as("superadmin").get("/api/auth/permissions");
  CHECK(platform.at("canManageAllEstablishments") == "true");
  CHECK(platform.at("establishmentId") == "null");
}

TEST_CASE("requests of foreign pages change nothing", "[db][net]") {
  const auto refused = as("sophie").request("POST", "/api/study-groups", R"({"name":"x"})",
                                            {{"Origin", "http://evil.example"}});
  CHECK(refused.status == 403);
  CHECK(refused.at("message") == "Origine non autorisée");
  const auto fetched = as("sophie").request("POST", "/api/study-groups", R"({"name":"x"})",
                                            {{"Sec-Fetch-Site", "cross-site"}});
  CHECK(fetched.status == 403);
  const auto port = std::to_string(as("sophie").port());
  CHECK(as("sophie")
            .request("PATCH", "/api/users/user-sophie", R"({"bio":"x"})",
                     {{"Origin", "http://127.0.0.1:" + port}})
            .status == 200);
}

TEST_CASE("an unknown route is named in its answer", "[db][net]") {
  const auto answer = stacgate_visitor().get("/api/nothing?here=1");
  CHECK(answer.status == 404);
  CHECK(answer.at("error") == "API endpoint not found: GET /api/nothing?here=1");
  CHECK(answer.header("X-Frame-Options") == "DENY");
  CHECK(answer.header("X-Content-Type-Options") == "nosniff");
}

TEST_CASE("an address and a password are the same ones however they are typed", "[db][net]") {
  const std::string apart = "e\u0301lodie@e\u0301cole.example";
  const auto made = stacgate_visitor().post(
      "/api/auth/register",
      member_registration(apart, "est-demo-academy", R"(,"firstName":"E","lastName":"L")"));
  INFO(made.body);
  REQUIRE(made.status == 201);
  CHECK(made.at("email") == "\u00e9lodie@\u00e9cole.example");
  for (const auto* twin : {"\u00e9lodie@\u00e9cole.example", " \u00c9lodie@\u00e9cole.example",
                           "e\u0301lodie@xn--cole-9oa.example"}) {
    CAPTURE(twin);
    CHECK(stacgate_visitor()
              .post("/api/auth/register", member_registration(twin, "est-demo-academy"))
              .at("message") == "Un utilisateur avec cet email existe déjà");
    CHECK(stacgate_visitor().post("/api/auth/login", login(twin, "secret1")).status == 200);
  }
  for (const auto* odd :
       {"a\u200b@ecole.example", "a\u00a0b@ecole.example", "\u202ea@ecole.example"})
    CHECK(stacgate_visitor()
              .post("/api/auth/register", member_registration(odd, "est-demo-academy"))
              .status == 400);
}
