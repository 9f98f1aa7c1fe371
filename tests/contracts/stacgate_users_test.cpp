#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

using namespace stoa::testing;

TEST_CASE("managers list the people of their establishment", "[db][net]") {
  CHECK(stacgate_visitor().get("/api/users").status == 401);
  CHECK(as("sophie").get("/api/users").status == 403);
  const auto all = as("manager").get("/api/users");
  REQUIRE(all.status == 200);
  for (const auto item : all.parsed->items()) {
    CHECK(item["establishmentId"].as_string() == "est-demo-academy");
    CHECK(item["firstName"].is_string());
    CHECK(item["lastName"].is_string());
    CHECK_FALSE(item.find("password"));
  }
  const auto some = as("manager").get("/api/users?role=formateur&search=marie");
  REQUIRE(some.parsed->size() == 1);
  CHECK(some.at("0.username") == "marie_formateur");
  const auto page = as("manager").get("/api/users?limit=2&page=1");
  CHECK(page.parsed->size() == 2);
  CHECK(std::stoi(page.header("X-Total-Count")) >= 6);
  CHECK(as("claire").get("/api/users").parsed->size() == 1);
  CHECK(as("claire").get("/api/users?establishmentId=est-demo-academy").status == 403);
  CHECK(as("superadmin").get("/api/users?establishmentId=est-techpro").at("0.establishmentName") ==
        "TechPro Institute");
}

TEST_CASE("people see themselves, managers their house, nobody another house", "[db][net]") {
  CHECK(as("sophie").get("/api/users/user-sophie").status == 200);
  CHECK(as("sophie").get("/api/users/user-lucas").status == 403);
  CHECK(as("manager").get("/api/users/user-lucas").status == 200);
  const auto foreign = as("claire").get("/api/users/user-lucas");
  CHECK(foreign.status == 404);
  CHECK(foreign.at("message") == "Utilisateur non trouvé");
  CHECK(as("superadmin").get("/api/users/user-lucas").status == 200);
}

TEST_CASE("one changes one's own profile, but not one's rights", "[db][net]") {
  const auto changed = as("sophie").put(
      "/api/users/user-sophie",
      R"({"bio":"Bonjour","role":"admin","email":"other@example.org","isActive":false,"phoneNumber":""})");
  REQUIRE(changed.status == 200);
  CHECK(changed.at("bio") == "Bonjour");
  CHECK(changed.at("role") == "apprenant");
  CHECK(changed.at("email") == "sophie.apprenant@stacgate.academy");
  CHECK(changed.at("isActive") == "true");
  CHECK(as("sophie").patch("/api/users/user-lucas", R"({"bio":"x"})").status == 403);
  CHECK(as("claire").patch("/api/users/user-lucas", R"({"bio":"x"})").status == 404);
  CHECK(as("manager").patch("/api/users/user-jean", R"({"bio":"x"})").status == 403);
  CHECK(as("manager").patch("/api/users/user-lucas", R"({"role":"manager"})").status == 403);
  CHECK(as("manager").patch("/api/users/user-lucas", R"({"role":"king"})").status == 400);
  CHECK(as("manager").patch("/api/users/user-lucas", R"({"department":"Web"})").at("department") ==
        "Web");
}

TEST_CASE("a new password needs the old one and ends the other sessions", "[db][net]") {
  auto here = newcomer("passer");
  const auto id = here.get("/api/auth/user").at("id");
  auto there = stacgate_visitor();
  REQUIRE(there.post("/api/auth/login", R"({"email":"passer@example.org","password":"secret1"})")
              .status == 200);
  const auto where = "/api/users/" + id;
  CHECK(here.patch(where, R"({"password":"secret2"})").status == 400);
  CHECK(here.patch(where, R"({"password":"secret2","currentPassword":"wrong"})").status == 400);
  const auto done = here.patch(where, R"({"password":"secret2","currentPassword":"secret1"})");
  REQUIRE(done.status == 200);
  CHECK(done.body.find("secret2") == std::string::npos);
  CHECK(here.get("/api/auth/user").status == 200);
  CHECK(there.get("/api/auth/user").status == 401);
  auto later = stacgate_visitor();
  CHECK(later.post("/api/auth/login", R"({"email":"passer@example.org","password":"secret2"})")
            .status == 200);
}

TEST_CASE("whoever is disabled is out at once", "[db][net]") {
  auto person = newcomer("leaver");
  const auto id = person.get("/api/auth/user").at("id");
  ws_client socket{person, "/ws"};
  REQUIRE(socket.status() == 101);
  CHECK(text_at(socket.heard().root(), "type") == "connected");
  CHECK(as("manager").patch("/api/users/" + id, R"({"isActive":false})").status == 200);
  CHECK_FALSE(socket.hear());
  CHECK(socket.close_code() == 4401);
  CHECK(person.get("/api/auth/user").status == 401);
  CHECK(as("manager").get("/api/users?isActive=false&search=leaver").parsed->size() == 1);
  CHECK(as("manager").get("/api/users?search=leaver").parsed->size() == 0);
}

TEST_CASE("preferences begin with the usual ones and are merged", "[db][net]") {
  auto person = newcomer("chooser");
  const auto where = "/api/users/" + person.get("/api/auth/user").at("id") + "/preferences";
  CHECK(person.get(where).at("emailDigest") == "weekly");
  const auto changed = person.patch(where, R"({"theme":"dark","extra":1})");
  REQUIRE(changed.status == 200);
  CHECK(changed.at("theme") == "dark");
  CHECK(changed.at("language") == "fr");
  CHECK(changed.at("extra") == "1");
  CHECK(as("manager").get(where).at("theme") == "dark");
  CHECK(as("manager").patch(where, "{}").status == 403);
  CHECK(as("sophie").get(where).status == 403);
  CHECK(as("claire").get(where).status == 404);
}
