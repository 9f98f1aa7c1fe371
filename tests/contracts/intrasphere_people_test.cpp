#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

using namespace stoa::testing;

TEST_CASE("intranet: the directory shows everybody without a password", "[db][net]") {
  CHECK(intranet_visitor().get("/api/users").status == 401);
  const auto all = colleague("pierre.dubois").get("/api/users");
  REQUIRE(all.status == 200);
  CHECK(all.at("0.id") == "user-1");
  CHECK(all.at("1.role") == "moderator");
  CHECK(all.at("2.department") == "Informatique");
  CHECK(all.body.find("password") == std::string::npos);
  CHECK(all.body.find("argon2") == std::string::npos);
  CHECK(colleague("admin").get("/api/users/user-3").at("employeeId") == "EMP003");
  const auto missing = colleague("admin").get("/api/users/nobody");
  CHECK(missing.status == 404);
  CHECK(missing.at("message") == "User not found");
}

TEST_CASE("intranet: an admin makes accounts that can sign in, once each", "[db][net]") {
  auto& admin = colleague("admin");
  const std::string one =
      R"({"username":"luc","password":"Secret1!","name":"Luc Roy","employeeId":"EMP777",)"
      R"("department":"","role":"moderator"})";
  CHECK(colleague("marie.martin").post("/api/users", one).status == 403);
  const auto made = admin.post("/api/users", one);
  REQUIRE(made.status == 201);
  CHECK(made.at("role") == "moderator");
  CHECK(made.at("department") == "null");
  CHECK(made.at("password") == "(absent)");
  CHECK(intranet_visitor()
            .post("/api/auth/login", R"({"username":"luc","password":"Secret1!"})")
            .status == 200);
  CHECK(admin.post("/api/users", one).at("message") == "Username already exists");
  const auto number =
      admin.post("/api/users",
                 R"({"username":"luc2","password":"Secret1!","name":"Luc","employeeId":"EMP777"})");
  CHECK(number.status == 409);
  CHECK(number.at("message") == "Employee ID already exists");
  CHECK(admin.post("/api/users", R"({"username":"luc3","password":"weak","name":"Luc"})").status ==
        400);
}

TEST_CASE("intranet: nobody raises oneself, and a new rank holds at once", "[db][net]") {
  auto nina = new_colleague("nina");
  const auto id = nina.get("/api/auth/me").at("id");
  const auto own = "/api/users/" + id;
  CHECK(nina.patch(own, R"({"role":"admin"})").status == 403);
  CHECK(nina.patch(own, R"({"isActive":false})").status == 403);
  CHECK(nina.patch(own, R"({"password":"x","phone":"01"})").at("phone") == "01");
  CHECK(nina.put("/api/auth/me", R"({"role":"admin","department":"Ventes"})").at("role") ==
        "employee");
  CHECK(nina.patch("/api/users/user-3", R"({"phone":"02"})").status == 403);
  CHECK(nina.get("/api/complaints").body == "[]");
  REQUIRE(colleague("admin").patch(own, R"({"role":"moderator"})").at("role") == "moderator");
  CHECK(nina.get("/api/complaints").at("0.id") != "(absent)");
  CHECK(nina.get("/api/auth/me").at("department") == "Ventes");
}

TEST_CASE("intranet: a closed account's sessions end, and it opens again", "[db][net]") {
  auto tom = new_colleague("tom");
  const auto id = tom.get("/api/auth/me").at("id");
  auto& admin = colleague("admin");
  const auto closed = admin.remove("/api/users/" + id);
  CHECK(closed.status == 200);
  CHECK(closed.at("message") == "User deactivated successfully");
  CHECK(tom.get("/api/auth/me").status == 401);
  const auto refused =
      intranet_visitor().post("/api/auth/login", R"({"username":"tom","password":"Secret1!"})");
  CHECK(refused.status == 401);
  CHECK(refused.at("message") == "Account is deactivated");
  CHECK(colleague("pierre.dubois").get("/api/users/" + id).status == 404);
  CHECK(admin.get("/api/users?includeInactive=true").body.find(id) != std::string::npos);
  CHECK(admin.get("/api/users").body.find(id) == std::string::npos);
  CHECK(admin.put("/api/users/" + id + "/status", R"({"isActive":true})").at("user.isActive") ==
        "true");
  CHECK(admin.put("/api/users/" + id + "/status", R"({"isActive":"yes"})").status == 400);
  CHECK(admin.put("/api/users/user-1/deactivate", "{}").status == 400);
  CHECK(admin.patch("/api/users/user-1", R"({"role":"employee"})").status == 409);
  CHECK(admin.put("/api/users/nobody/activate", "").status == 404);
}

TEST_CASE("intranet: a delegated code has its effect while it lasts", "[db][net]") {
  auto eva = new_colleague("eva");
  const auto id = eva.get("/api/auth/me").at("id");
  auto& admin = colleague("admin");
  const std::string news = R"({"title":"T","content":"C"})";
  CHECK(eva.post("/api/announcements", news).status == 403);
  const std::string wish =
      R"({"userId":")" + id + R"(","permission":"manage_announcements","grantedBy":"user-3"})";
  CHECK(colleague("marie.martin").post("/api/permissions", wish).status == 403);
  const auto granted = admin.post("/api/permissions", wish);
  REQUIRE(granted.status == 201);
  CHECK(granted.at("grantedBy") == "user-1");
  CHECK(admin.post("/api/permissions", wish).at("id") == granted.at("id"));
  CHECK(admin.post("/api/permissions", wish).status == 200);
  CHECK(admin.post("/api/permissions", R"({"userId":"nobody","permission":"manage_events"})")
            .status == 404);
  CHECK(admin.post("/api/permissions", R"({"userId":"user-3","permission":"Bad Code"})").status ==
        400);
  CHECK(eva.get("/api/auth/me").at("permissions.0") == "manage_announcements");
  CHECK(eva.post("/api/announcements", news).status == 201);
  CHECK(eva.post("/api/documents", R"({"title":"T","category":"c","fileName":"","fileUrl":""})")
            .status == 403);
  CHECK(eva.get("/api/permissions/" + id).at("0.permission") == "manage_announcements");
  CHECK(eva.get("/api/permissions/user-1").status == 403);
  CHECK(eva.get("/api/permissions/check?permission=manage_announcements").body ==
        R"({"hasPermission":true})");
  CHECK(eva.get("/api/permissions/check").status == 400);
  CHECK(
      colleague("marie.martin").get("/api/admin/permission-check/" + id + "/manage_events").body ==
      R"({"hasPermission":false})");
  CHECK(admin.get("/api/admin/permission-check/user-1/manage_events").body ==
        R"({"hasPermission":true})");
  CHECK(admin.remove("/api/permissions/" + granted.at("id")).at("message") ==
        "Permission revoked successfully");
  CHECK(eva.post("/api/announcements", news).status == 403);

  const auto both =
      R"({"userId":")" + id + R"(","permissions":["manage_events","manage_documents"],"action":)";
  CHECK(admin.post("/api/admin/bulk-permissions", both + R"("grant"})").at("message") ==
        "Permissions granted successfully");
  CHECK(eva.post("/api/events", R"({"title":"E","date":"2031-01-01T00:00:00Z"})").status == 201);
  CHECK(admin.post("/api/admin/bulk-permissions", both + R"("revoke"})").at("message") ==
        "Permissions revoked successfully");
  CHECK(admin.post("/api/admin/bulk-permissions", both + R"("lend"})").status == 400);
  CHECK(eva.post("/api/events", R"({"title":"E","date":"2031-01-01T00:00:00Z"})").status == 403);
}

TEST_CASE("intranet: an employee category lends its codes to its members", "[db][net]") {
  auto& admin = colleague("admin");
  auto leo = new_colleague("leo");
  const auto id = leo.get("/api/auth/me").at("id");
  CHECK(leo.get("/api/employee-categories").status == 403);
  CHECK(colleague("marie.martin").get("/api/employee-categories").at("0.id") == "emp-cat-1");
  const auto made = admin.post("/api/employee-categories",
                               R"({"name":"Rédaction","permissions":["manage_announcements"]})");
  REQUIRE(made.status == 201);
  CHECK(made.at("color") == "#10B981");
  CHECK(admin.post("/api/employee-categories", R"({"name":"rédaction"})").status == 409);
  CHECK(leo.patch("/api/users/" + id, R"({"employeeCategoryId":")" + made.at("id") + R"("})")
            .status == 403);
  CHECK(admin.patch("/api/users/" + id, R"({"employeeCategoryId":"nowhere"})").status == 400);
  REQUIRE(admin.patch("/api/users/" + id, R"({"employeeCategoryId":")" + made.at("id") + R"("})")
              .status == 200);
  const std::string news = R"({"title":"T","content":"C"})";
  CHECK(leo.post("/api/announcements", news).status == 201);
  const auto address = "/api/employee-categories/" + made.at("id");
  CHECK(admin.patch(address, R"({"permissions":[]})").json_at("permissions").size() == 0);
  CHECK(leo.post("/api/announcements", news).status == 403);
  CHECK(admin.remove(address).at("message") == "Employee category deleted successfully");
}

TEST_CASE("intranet: two accounts cannot have names that look alike", "[db][net]") {
  auto& admin = colleague("admin");
  const auto make = [&](const std::string& name) {
    return admin
        .post("/api/users",
              R"({"username":")" + name + R"(","password":"Secret1!","name":"Élodie"})")
        .status;
  };
  REQUIRE(make("\u00e9lodie.b") == 201);
  for (const auto* twin : {"e\u0301lodie.b", "\u00c9LODIE.B", "E\u0301lodie.b"})
    CHECK(make(twin) == 409);
  for (const auto* odd : {"\u00e9lodie.b ", " \u00e9lodie.b", "\u00e9lodie.b\u00a0",
                          "\u00e9lodie.b\u200b", "\u00e9lodie.b\u2060", "\u00e9l\u043edie.b"})
    CHECK(make(odd) == 400);
  // Cyrillic letters that are drawn like those of a name that somebody has.
  REQUIRE(make("coco") == 201);
  CHECK(make("\u0441\u043e\u0441\u043e") == 409);
  CHECK(make("\u0441\u043e\u0441\u043e\u0436") == 201);
  // One signs in however a keyboard spells the name, and renames oneself to nobody's.
  for (const auto* typed : {"e\u0301lodie.b", " \u00c9lodie.b "})
    CHECK(intranet_visitor()
              .post("/api/auth/login",
                    std::string{R"({"username":")"} + typed + R"(","password":"Secret1!"})")
              .status == 200);
  auto ada = new_colleague("ada");
  const auto own = "/api/users/" + ada.get("/api/auth/me").at("id");
  CHECK(admin.patch(own, "{\"username\":\"e\u0301lodie.b\"}").status == 409);
  CHECK(admin.patch(own, "{\"username\":\"\u0441\u043e\u0441\u043e\"}").status == 409);
  CHECK(admin.patch(own, "{\"username\":\"ada\u200b\"}").status == 400);
  CHECK(admin.patch(own, "{\"username\":\"a\u0300da\"}").at("username") == "\u00e0da");
  CHECK(admin.patch(own, "{\"email\":\" ada@e\u0301cole.example\"}").at("email") ==
        "ada@\u00e9cole.example");
  CHECK(admin.patch(own, "{\"email\":\"ada\u200b@ecole.example\"}").status == 400);
}

TEST_CASE("intranet: a password is the same one on every keyboard", "[db][net]") {
  auto lea = new_colleague("lea");
  CHECK(lea.put("/api/auth/password",
                "{\"currentPassword\":\"Secret1!\",\"newPassword\":\"E\u0301te\u00a02026!\"}")
            .status == 200);
  const auto sign_in = [](const std::string& password) {
    return intranet_visitor()
        .post("/api/auth/login", R"({"username":"lea","password":")" + password + R"("})")
        .status;
  };
  CHECK(sign_in("\u00c9te 2026!") == 200);
  CHECK(sign_in("E\u0301te\u202f2026!") == 200);
  CHECK(sign_in("Ete 2026!") == 401);
  const auto refused = lea.put("/api/auth/password",
                               R"({"currentPassword":"Secret1!","newPassword":"Secret1!\u0007"})");
  CHECK(refused.status == 400);
}
