#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

using namespace stoa::testing;

TEST_CASE("intranet: signing in answers the bare user and never a password", "[db][net]") {
  auto client = intranet_visitor();
  CHECK(client.get("/api/auth/me").status == 401);
  CHECK(client.get("/api/auth/me").at("message") == "Not authenticated");
  const auto in = client.post("/api/auth/login", R"({"username":"admin","password":"admin123"})");
  REQUIRE(in.status == 200);
  CHECK(in.at("id") == "user-1");
  CHECK(in.at("name") == "Jean Dupont");
  CHECK(in.at("role") == "admin");
  CHECK(in.at("employeeId") == "EMP001");
  CHECK(in.at("password") == "(absent)");
  CHECK(in.json_at("permissions").is_array());
  const auto cookie = in.header("Set-Cookie");
  CHECK(cookie.find("connect.sid=") == 0);
  CHECK(cookie.find("HttpOnly") != std::string::npos);
  CHECK(cookie.find("SameSite=Strict") != std::string::npos);
  CHECK(client.get("/api/auth/me").at("username") == "admin");
  const auto out = client.post("/api/auth/logout");
  CHECK(out.status == 200);
  CHECK(out.at("message") == "Logged out successfully");
  CHECK(client.get("/api/auth/me").status == 401);
}

TEST_CASE("intranet: signing in is refused in the original's words", "[db][net]") {
  auto client = intranet_visitor();
  const auto says = [&](std::string_view body, int status, std::string_view text) {
    const auto answer = client.post("/api/auth/login", body);
    CHECK(answer.status == status);
    CHECK(answer.at("message") == text);
    CHECK(answer.at("error") == text);
  };
  says("{}", 400, "Username and password required");
  says(R"({"username":"admin"})", 400, "Username and password required");
  says(R"({"username":"nobody-here","password":"x"})", 401, "Invalid credentials");
  says(R"({"username":"admin","password":"wrong"})", 401, "Invalid credentials");
  CHECK(client.post("/api/auth/login", "{broken").status == 400);
}

TEST_CASE("intranet: registering opens a session of an employee, whatever was asked for",
          "[db][net]") {
  auto client = intranet_visitor();
  const auto weak =
      client.post("/api/auth/register", R"({"username":"weak","password":"abc","name":"W"})");
  CHECK(weak.status == 400);
  CHECK(weak.at("message") == "Mot de passe invalide");
  CHECK(weak.at("errors.0") == "Le mot de passe doit contenir au moins 8 caractères");
  CHECK(weak.json_at("errors").size() == 4);
  CHECK(client.post("/api/auth/register", R"({"username":"x","name":"X"})").status == 400);
  const auto unnamed =
      client.post("/api/auth/register", R"({"username":"x","password":"Secret1!"})");
  CHECK(unnamed.status == 400);
  CHECK(unnamed.at("message") == "Invalid user data");
  CHECK(unnamed.at("errors.0.path.0") == "name");
  CHECK(unnamed.at("errors.0.message") == "Required");
  const auto made = client.post(
      "/api/auth/register",
      R"({"username":"zoe","password":"Secret1!","name":"Zoé de la Tour","role":"admin",)"
      R"("email":"","phone":"","isActive":false})");
  REQUIRE(made.status == 201);
  CHECK(made.at("role") == "employee");
  CHECK(made.at("name") == "Zoé de la Tour");
  CHECK(made.at("email") == "null");
  CHECK(made.at("isActive") == "true");
  CHECK(client.get("/api/auth/me").at("username") == "zoe");
  const auto again = intranet_visitor().post(
      "/api/auth/register", R"({"username":"ZOE","password":"Secret1!","name":"Z"})");
  CHECK(again.status == 409);
  CHECK(again.at("message") == "Username already exists");
}

TEST_CASE("intranet: a password changes only with the old one, and ends the other sessions",
          "[db][net]") {
  auto client = new_colleague("paola");
  auto elsewhere = intranet_visitor();
  REQUIRE(
      elsewhere.post("/api/auth/login", R"({"username":"paola","password":"Secret1!"})").status ==
      200);
  const std::string where = "/api/auth/password";
  CHECK(client.put(where, R"({"newPassword":"Secret2!"})").status == 400);
  const auto wrong = client.put(where, R"({"currentPassword":"nope","newPassword":"Secret2!"})");
  CHECK(wrong.status == 400);
  CHECK(wrong.at("message") == "Current password is incorrect");
  CHECK(client.put(where, R"({"currentPassword":"Secret1!","newPassword":"short"})").status == 400);
  CHECK(client.put(where, R"({"currentPassword":"Secret1!","newPassword":"Secret2!"})")
            .at("message") == "Password updated successfully");
  CHECK(elsewhere.get("/api/auth/me").status == 401);
  CHECK(client.get("/api/auth/me").status == 200);
  CHECK(intranet_visitor()
            .post("/api/auth/login", R"({"username":"paola","password":"Secret1!"})")
            .status == 401);
}

TEST_CASE("intranet: paths in any case, a slash at the end, and JSON for unknown ones",
          "[db][net]") {
  CHECK(intranet_visitor().get("/API/Announcements/").status == 200);
  CHECK(intranet_visitor().get("/api/STATS").status == 200);
  const auto missing = intranet_visitor().get("/api/nothing/here");
  CHECK(missing.status == 404);
  CHECK(missing.body == R"({"message":"Not found","error":"Not found"})");
}
