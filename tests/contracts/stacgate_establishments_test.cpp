#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

using namespace stoa::testing;

TEST_CASE("the portal reads the establishments without signing in", "[db][net]") {
  const auto all = stacgate_visitor().get("/api/establishments");
  REQUIRE(all.status == 200);
  REQUIRE(all.parsed->is_array());
  bool seen = false;
  for (const auto item : all.parsed->items()) {
    CHECK(item["name"].is_string());
    CHECK(item["description"].is_string());
    CHECK(item["stats"]["users"].as_int64());
    CHECK(item["stats"]["courses"].as_int64());
    CHECK_FALSE(item.find("databaseUrl"));
    CHECK_FALSE(item["settings"].find("timezone"));
    if (item["id"].as_string() == "est-demo-academy") {
      seen = true;
      CHECK(item["settings"]["language"].as_string() == "fr");
      CHECK(*item["stats"]["users"].as_int64() >= 6);
      CHECK(*item["stats"]["themes"].as_int64() == 1);
    }
  }
  CHECK(seen);
  CHECK(as("jean").get("/api/establishments/est-demo-academy").at("settings.timezone") ==
        "Europe/Paris");
  CHECK(stacgate_visitor().get("/api/establishments/slug/demo-academy").at("name") ==
        "StacGate Academy");
  const auto missing = stacgate_visitor().get("/api/establishments/nowhere");
  CHECK(missing.status == 404);
  CHECK(missing.at("message") == "Établissement non trouvé");
  CHECK(stacgate_visitor().get("/api/establishments/slug/nowhere").status == 404);
}

TEST_CASE("only the platform founds establishments, and they begin furnished", "[db][net]") {
  CHECK(stacgate_visitor().post("/api/establishments", R"({"name":"X"})").status == 401);
  CHECK(as("jean").post("/api/establishments", R"({"name":"X"})").status == 403);
  const auto made = as("superadmin").post("/api/establishments", R"({"name":"École d'Été 25"})");
  REQUIRE(made.status == 201);
  CHECK(made.at("slug") == "ecole-d-ete-25");
  CHECK(made.at("stats.themes") == "1");
  CHECK(made.at("isActive") == "true");
  auto& platform = as("superadmin");
  CHECK(platform.post("/api/establishments", R"({"name":"Y","slug":"ecole-d-ete-25"})").status ==
        409);
  CHECK(platform.post("/api/establishments", R"({"name":"Y","slug":"Not A Slug"})").status == 400);
  CHECK(platform.post("/api/establishments", R"({"name":"Y","slug":"admin"})").status == 400);
  CHECK(platform.post("/api/establishments", R"({"slug":"no-name"})").status == 400);
}

TEST_CASE("an admin changes the own establishment only", "[db][net]") {
  CHECK(as("manager").put("/api/establishments/est-demo-academy", "{}").status == 403);
  const auto foreign = as("claire").put("/api/establishments/est-demo-academy", R"({"name":"X"})");
  CHECK(foreign.status == 403);
  CHECK(foreign.at("message") == "Accès non autorisé à cet établissement");
  const auto changed = as("claire").patch("/api/establishments/est-techpro",
                                          R"({"description":"Neuf","isActive":false,"id":"x"})");
  REQUIRE(changed.status == 200);
  CHECK(changed.at("description") == "Neuf");
  CHECK(changed.at("isActive") == "true");
  CHECK(as("claire").put("/api/establishments/est-techpro", R"({"slug":"demo-academy"})").status ==
        409);
  CHECK(as("claire").put("/api/establishments/est-techpro", R"({"logo":"javascript:x"})").status ==
        400);
  CHECK(as("superadmin").put("/api/establishments/nowhere", R"({"name":"X"})").status == 404);
}

TEST_CASE("a closed establishment disappears with its people", "[db][net]") {
  const auto made = as("superadmin").post("/api/establishments", R"({"name":"Fermée"})");
  REQUIRE(made.status == 201);
  const auto id = made.at("id");
  auto person = stacgate_visitor();
  REQUIRE(person
              .post("/api/auth/register", R"({"email":"p@fermee.org","password":"secret1",)"
                                          R"("establishmentId":")" +
                                              id + R"("})")
              .status == 201);
  const auto cookie = person.cookie();
  REQUIRE(as("superadmin").put("/api/establishments/" + id, R"({"isActive":false})").status == 200);
  CHECK(stacgate_visitor().get("/api/establishments/" + id).status == 404);
  CHECK(as("superadmin").get("/api/establishments/" + id).status == 200);
  CHECK(stacgate_visitor().get("/api/establishments/slug/fermee").status == 404);
  person.set_cookie(cookie);
  CHECK(person.get("/api/auth/user").status == 401);
  CHECK(stacgate_visitor()
            .post("/api/auth/login", R"({"email":"p@fermee.org","password":"secret1"})")
            .status == 401);
}

TEST_CASE("an establishment has a home page from the start", "[db][net]") {
  const auto home = stacgate_visitor().get("/api/establishment-content/demo-academy/home");
  REQUIRE(home.status == 200);
  CHECK(home.at("heroTitle") == "Bienvenue chez StacGate Academy");
  CHECK(home.at("establishmentSlug") == "demo-academy");
  CHECK(home.at("pageName") == "home");
  CHECK(home.json_at("content.sections").is_array());
  CHECK(home.at("content.title") == home.at("heroTitle"));
  CHECK(stacgate_visitor().get("/api/establishment-content/nowhere/home").status == 404);
  const auto page = stacgate_visitor().get("/api/establishments/demo-academy/content/home");
  CHECK(page.body == R"({"content":[],"isCustomized":false})");
  CHECK(stacgate_visitor().get("/api/establishments/nowhere/content/home").status == 404);
}

TEST_CASE("branding has defaults and takes no dangerous style", "[db][net]") {
  const auto plain = stacgate_visitor().get("/api/establishments/est-techpro/branding");
  REQUIRE(plain.status == 200);
  CHECK(plain.at("primaryColor") == "#3b82f6");
  CHECK(plain.at("navigationConfig.showLogo") == "true");
  CHECK(stacgate_visitor().get("/api/establishments/nowhere/branding").status == 404);

  const std::string where = "/api/admin/establishments/est-techpro/branding";
  CHECK(as("jean").put(where, "{}").status == 403);
  const auto refused = [&](std::string_view body) { return as("claire").put(where, body).status; };
  CHECK(refused(R"({"primaryColor":"red"})") == 400);
  CHECK(refused(R"({"customCss":"a{}</style><script>"})") == 400);
  CHECK(refused(R"({"customCss":"@IMPORT url(x);"})") == 400);
  CHECK(refused(R"({"customCss":"a{width:expression(1)}"})") == 400);
  CHECK(refused(R"({"customCss":"a{background:url(JavaScript:1)}"})") == 400);
  CHECK(refused(R"({"footerConfig":{"links":[{"label":"x","url":"javascript:1"}]}})") == 400);

  const auto made = as("claire").put(where, R"({"primaryColor":"#010203","customCss":"a{}"})");
  CHECK(made.status == 201);
  CHECK(made.at("secondaryColor") == "#64748b");
  const auto changed = as("claire").put(where, R"({"accentColor":"#0a0b0c","customCss":null})");
  CHECK(changed.status == 200);
  CHECK(changed.at("primaryColor") == "#010203");
  CHECK(changed.at("customCss") == "null");
  CHECK(stacgate_visitor().get("/api/establishments/est-techpro/branding").at("accentColor") ==
        "#0a0b0c");
}
