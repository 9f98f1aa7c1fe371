#include "actors/people/bearer.hpp"
#include "schema/base64url.hpp"
#include "tests/support/emlyon.hpp"

#include <catch2/catch.hpp>
#include <sodium.h>

#include <algorithm>
#include <thread>
#include <vector>

using namespace stoa::testing;

namespace {

std::string student_registration(const std::string& email, const std::string& more = {}) {
  return R"({"email":")" + email + R"(","password":"secret1","name":"Zoé Petit")" + more + "}";
}

std::string hmac(const std::string& text, std::string_view key) {
  unsigned char out[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()),
                              key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                                text.size());
  crypto_auth_hmacsha256_final(&state, out);
  return stoa::to_base64url({reinterpret_cast<const char*>(out), sizeof out});
}

// A good token's payload under another header, signed anew.
std::string reheaded(const std::string& token, const std::string& header, std::string_view key) {
  const auto first = token.find('.');
  const auto payload = token.substr(first, token.rfind('.') - first);
  const auto text = stoa::to_base64url(header) + payload;
  return text + '.' + hmac(text, key);
}

}  // namespace

TEST_CASE("emlyon: somebody registers and signs in", "[db][net]") {
  const auto made =
      stranger().post("/api/auth/register", student_registration(" Zoe@Example.ORG "));
  INFO(made.body);
  REQUIRE(made.status == 201);
  CHECK(made.at("success") == "true");
  CHECK(made.at("message") == "Inscription réussie");
  CHECK(made.at("data.user.email") == "zoe@example.org");
  CHECK(made.at("data.user.name") == "Zoé Petit");
  CHECK(made.at("data.user.promotion") == "EMI");
  CHECK(made.at("data.user.createdAt").ends_with("Z"));
  CHECK(made.at("data.user.updatedAt") == "(absent)");
  CHECK(made.at("data.user.password") == "(absent)");
  CHECK(made.header("Set-Cookie").empty());
  // The picture tells nobody the address.
  CHECK(made.at("data.user.avatarUrl") ==
        "https://api.dicebear.com/7.x/avataaars/svg?seed=" + made.at("data.user.id"));

  const auto signed_in =
      stranger().post("/api/auth/login", R"({"email":"ZOE@example.org","password":"secret1"})");
  REQUIRE(signed_in.status == 200);
  CHECK(signed_in.at("message") == "Connexion réussie");
  CHECK(signed_in.at("data.user.id") == made.at("data.user.id"));
  CHECK(signed_in.at("data.user.updatedAt").ends_with("Z"));
  CHECK(signed_in.header("Set-Cookie").empty());
  const auto me = student{signed_in.at("data.token")}.get("/api/users/me");
  CHECK(me.at("data.email") == "zoe@example.org");
  CHECK(me.at("data.promotion") == "EMI");
}

TEST_CASE("emlyon: registrations are read with every complaint, in order", "[db][net]") {
  const auto refused = [](const std::string& body) {
    return refusal(stranger().post("/api/auth/register", body));
  };
  CHECK(refused("{}") ==
        "400 Email invalide, Le mot de passe doit contenir au moins 6 caractères, Le nom est "
        "requis");
  CHECK(refused(R"({"email":"nobody","password":"12345","name":"   "})") ==
        "400 Email invalide, Le mot de passe doit contenir au moins 6 caractères, Le nom est "
        "requis");
  CHECK(refused(student_registration("demo@example.org", R"(,"avatarUrl":"javascript:alert")")) ==
        "400 L'adresse de l'avatar est invalide");
  for (const auto* url : {R"(https://x.org/\"onerror=1)", "https://x.org/<b>", "/uploads/avatars/x",
                          "https://x.org/'a'", "ftp://x.org"})
    CHECK(refused(student_registration("demo@example.org",
                                       std::string{R"(,"avatarUrl":")"} + url + "\"")) ==
          "400 L'adresse de l'avatar est invalide");
  CHECK(refused(R"({"email":"demo@example.org","password":"secret1","name":"<script>"})") ==
        "400 Le nom est invalide");
  CHECK(refused(R"({"email":"demo@example.org","password":"secret1","name":")" +
                std::string(101, 'n') + "\"}") == "400 Le nom est invalide");
  CHECK(refused(student_registration("demo@example.org",
                                     R"(,"promotion":")" + std::string(51, 'p') + '"')) ==
        "400 La promotion est invalide");
  CHECK(refused("no JSON").starts_with("400 "));
  CHECK(refused("[]").starts_with("400 "));
  CHECK(refusal(stranger().post("/api/auth/login", "{}")) ==
        "400 Email invalide, Le mot de passe est requis");
}

TEST_CASE("emlyon: an address is somebody's once, whatever its case", "[db][net]") {
  REQUIRE(stranger().post("/api/auth/register", student_registration("once@example.org")).status ==
          201);
  CHECK(refusal(stranger().post("/api/auth/register", student_registration("ONCE@example.org"))) ==
        "400 Cet email est déjà utilisé");
  // Also when both come at once.
  std::vector<int> statuses(6);
  std::vector<std::thread> all;
  for (auto& status : statuses)
    all.emplace_back([&status] {
      status =
          stranger().post("/api/auth/register", student_registration("race@example.org")).status;
    });
  for (auto& each : all)
    each.join();
  CHECK(std::count(statuses.begin(), statuses.end(), 201) == 1);
  CHECK(std::count(statuses.begin(), statuses.end(), 400) == 5);
}

TEST_CASE("emlyon: an unknown address and a wrong password are one thing", "[db][net]") {
  CHECK(refusal(stranger().post("/api/auth/login",
                                R"({"email":"alice@emlyon.com","password":"wrong"})")) ==
        "401 Email ou mot de passe incorrect");
  CHECK(refusal(stranger().post("/api/auth/login",
                                R"({"email":"nobody@emlyon.com","password":"password123"})")) ==
        "401 Email ou mot de passe incorrect");
}

TEST_CASE("emlyon: ten knocks a minute and address", "[db][net]") {
  const auto hasty = stranger();
  for (int i = 0; i < 10; ++i)
    CHECK(hasty.post("/api/auth/login", "{}").status == 400);
  const auto refused = hasty.post("/api/auth/register", "{}");
  CHECK(refusal(refused) == "429 Trop de tentatives, réessayez plus tard");
  CHECK_FALSE(refused.header("Retry-After").empty());
  CHECK(stranger().post("/api/auth/login", "{}").status == 400);
}

TEST_CASE("emlyon: a token is needed, and it has to be ours", "[db][net]") {
  const auto alice = demo_student("alice");
  for (const auto* path : {"/api/checkins", "/api/events", "/api/users", "/api/users/me"}) {
    CHECK(refusal(stranger().get(path)) == "401 Token non fourni");
    CHECK(refusal(student{"nonsense"}.get(path)) == "401 Token invalide");
  }
  const auto basic = emlyon_client().request("GET", "/api/events", {},
                                             {{"Authorization", "Basic " + alice.token}});
  CHECK(refusal(basic) == "401 Token non fourni");
  // A token in the address is for sockets alone.
  CHECK(refusal(stranger().get("/api/events?token=" + alice.token)) == "401 Token non fourni");
  CHECK(alice.get("/api/events").status == 200);
  // An old token is no reason to refuse what anybody may do.
  CHECK(student{"nonsense"}.post("/api/auth/login", "{}").status == 400);
}

TEST_CASE("emlyon: forged tokens", "[db][net]") {
  const auto good = demo_student("alice").token;
  const auto tried = [](const std::string& token) {
    return refusal(student{token}.get("/api/users/me"));
  };
  for (const auto* header : {R"({"alg":"none","typ":"JWT"})", R"({"alg":"RS256","typ":"JWT"})",
                             R"({"alg":"HS512","typ":"JWT"})", R"({"typ":"JWT"})"})
    CHECK(tried(reheaded(good, header, emlyon_key)) == "401 Token invalide");
  const auto text = good.substr(0, good.rfind('.'));
  CHECK(tried(text + '.') == "401 Token invalide");
  CHECK(tried(text) == "401 Token invalide");
  CHECK(tried(good.substr(0, good.size() - 1)) == "401 Token invalide");
  CHECK(tried(good.substr(0, good.size() - 22)) == "401 Token invalide");
  CHECK(tried(reheaded(good, R"({"alg":"HS256","typ":"JWT"})", "another key, of 32 characters")) ==
        "401 Token invalide");
  // The same with our key is the same token; the key before it still counts.
  const auto header = R"({"alg":"HS256","typ":"JWT"})";
  CHECK(student{reheaded(good, header, emlyon_key)}.get("/api/users/me").status == 200);
  CHECK(student{reheaded(good, header, emlyon_old_key)}.get("/api/users/me").status == 200);
}

TEST_CASE("emlyon: a token stands for a session, until it expires", "[db][net]") {
  const stoa::bearer_keys keys{std::string{emlyon_key}, {}};
  const auto good = demo_student("bob").token;
  auto claims = keys.read(good, stoa::now());
  REQUIRE(claims);
  CHECK(claims->expires.micros - claims->issued.micros == 7LL * 86'400 * 1'000'000);
  claims->expires.micros = stoa::now().micros - 1'000'000;
  CHECK(refusal(student{keys.sign(*claims)}.get("/api/users/me")) == "401 Token invalide");
  // Well signed, for another purpose: no session is behind it.
  claims->expires.micros = stoa::now().micros + 60'000'000;
  claims->session = std::string(43, 'x');
  CHECK(refusal(student{keys.sign(*claims)}.get("/api/users/me")) == "401 Token invalide");
  claims->session = "mail";
  CHECK(refusal(student{keys.sign(*claims)}.get("/api/users/me")) == "401 Token invalide");
}

TEST_CASE("emlyon: who is deleted has no token any more", "[db][net]") {
  const auto gone = new_student("gone");
  const auto again =
      student{stranger()
                  .post("/api/auth/login", R"({"email":"gone@example.org","password":"secret1"})")
                  .at("data.token")};
  REQUIRE(again.get("/api/users/me").status == 200);
  REQUIRE(gone.post("/api/events",
                    R"({"title":"Fête","description":"x","date":"2030-01-01T10:00:00.000Z"})")
              .status == 201);
  REQUIRE(gone.remove("/api/users/me").status == 200);
  CHECK(refusal(gone.get("/api/users/me")) == "401 Token invalide");
  CHECK(
      refusal(again.post("/api/checkins", R"({"locationName":"x","latitude":1,"longitude":1})")) ==
      "401 Token invalide");
  CHECK(demo_student("alice").get("/api/users/" + gone.id).status == 404);
  CHECK(demo_student("alice").get("/api/events").body.find("Fête") == std::string::npos);
}

TEST_CASE("emlyon: every error has the envelope", "[db][net]") {
  CHECK(refusal(stranger().get("/api/nothing")) == "404 Route introuvable");
  CHECK(refusal(stranger().get("/")) == "404 Route introuvable");
  const auto alice = demo_student("alice");
  CHECK(refusal(alice.post("/api/events", "{\"title\":\"" + std::string(200'000, 'x') + "\"}")) ==
        "413 Fichier ou requête trop volumineux");
  CHECK(refusal(alice.post("/api/events", R"({"title":)")) == "400 Requête invalide");
  const auto health = stranger().get("/api/health");
  CHECK(health.status == 200);
  CHECK(health.at("status") == "ok");
  CHECK(health.at("timestamp").ends_with("Z"));
  CHECK(health.at("success") == "(absent)");
  CHECK(health.header("X-Content-Type-Options") == "nosniff");
}

TEST_CASE("emlyon: pages of allowed origins, and of no others", "[db][net]") {
  const auto alice = demo_student("alice");
  for (const auto* origin :
       {"http://localhost:3000", "http://localhost:5173", "https://front.example.org"}) {
    const auto asked =
        alice.request("OPTIONS", "/api/checkins", {},
                      {{"Origin", origin},
                       {"Access-Control-Request-Method", "POST"},
                       {"Access-Control-Request-Headers", "authorization,content-type"}});
    CHECK(asked.status == 204);
    CHECK(asked.header("Access-Control-Allow-Origin") == origin);
    CHECK(asked.header("Access-Control-Allow-Credentials") == "true");
    CHECK(asked.header("Access-Control-Allow-Headers") == "authorization,content-type");
    CHECK(asked.header("Access-Control-Allow-Methods") == "GET,HEAD,PUT,PATCH,POST,DELETE");
    CHECK(asked.header("Vary").find("Origin") != std::string::npos);
    for (const auto* path : {"/api/events", "/api/nothing", "/api/health"}) {
      const auto got = alice.request("GET", path, {}, {{"Origin", origin}});
      CHECK(got.header("Access-Control-Allow-Origin") == origin);
      CHECK(got.header("Access-Control-Allow-Credentials") == "true");
    }
    const auto refused = stranger().request("GET", "/api/events", {}, {{"Origin", origin}});
    CHECK(refused.status == 401);
    CHECK(refused.header("Access-Control-Allow-Origin") == origin);
    const auto big = stranger().request("POST", "/api/auth/login", std::string(200'000, 'x'),
                                        {{"Origin", origin}});
    CHECK(big.status == 413);
    CHECK(big.header("Access-Control-Allow-Origin") == origin);
  }
  const http_headers evil{{"Origin", "http://evil.example"},
                          {"Access-Control-Request-Method", "POST"}};
  CHECK(alice.request("OPTIONS", "/api/checkins", {}, evil)
            .header("Access-Control-Allow-Origin")
            .empty());
  CHECK(alice.request("GET", "/api/events", {}, {{"Origin", "http://evil.example"}})
            .header("Access-Control-Allow-Origin")
            .empty());
  CHECK(alice.request("POST", "/api/events/x/attend", {}, {{"Origin", "http://evil.example"}})
            .status == 403);
}

TEST_CASE("emlyon: an address and a password are the same ones however they are typed",
          "[db][net]") {
  const std::string apart = "e\u0301lise@e\u0301cole.example";
  const auto made = stranger().post(
      "/api/auth/register",
      "{\"email\":\"" + apart + "\",\"password\":\"e\u0301te\u00a026\",\"name\":\"Élise\"}");
  INFO(made.body);
  REQUIRE(made.status == 201);
  CHECK(made.at("data.user.email") == "\u00e9lise@\u00e9cole.example");
  CHECK(stranger()
            .post("/api/auth/register", student_registration("\u00e9lise@\u00e9cole.example"))
            .status == 400);
  CHECK(stranger()
            .post("/api/auth/login", "{\"email\":\"" + apart + " \",\"password\":\"\u00e9te 26\"}")
            .status == 200);
  CHECK(stranger().post("/api/auth/register", student_registration("a\u200b@b.example")).status ==
        400);
}
