#include "net/node.hpp"
#include "persistence/pg/session.hpp"
#include "tests/support/intrasphere.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/program.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <thread>
#include <vector>

using namespace stoa;
using namespace stoa::testing;

namespace {

// The newest entry of an action about somebody or something.
http_answer last(const std::string& action, const std::string& subject) {
  return colleague("admin").get("/api/admin/audit?action=" + action + "&subjectId=" + subject +
                                "&limit=1");
}

ended stoa_audit_verify(const std::string& arguments) {
  return stoa_program("audit verify " + arguments);
}

}  // namespace

TEST_CASE("intranet: sensitive actions are in the log with who did them", "[db][net]") {
  auto& admin = colleague("admin");
  auto lea = new_colleague("audit.lea");
  const auto id = lea.get("/api/auth/me").at("id");
  CHECK(last("sign_in", id).at("0.actorName") == "Nouvelle audit.lea");
  CHECK(last("sign_in", id).at("0.address") == "127.0.0.1");
  CHECK(intranet_visitor()
            .post("/api/auth/login", R"({"username":"audit.lea","password":"Wrong1!!"})")
            .status == 401);
  CHECK(last("sign_in.failed", id).at("0.actorId") == "null");

  REQUIRE(admin.patch("/api/users/" + id, R"({"role":"moderator"})").status == 200);
  const auto rank = last("user.role", id);
  CHECK(rank.at("0.actorId") == "user-1");
  CHECK(rank.at("0.address") == "127.0.0.1");
  CHECK(rank.at("0.details.role.from") == "learner");
  CHECK(rank.at("0.details.role.to") == "manager");
  CHECK(rank.at("0.hash").size() == 64);

  REQUIRE(admin.put("/api/users/" + id + "/status", R"({"isActive":false})").status == 200);
  CHECK(last("user.active", id).at("0.details.is_active.to") == "false");
  CHECK(intranet_visitor()
            .post("/api/auth/login", R"({"username":"audit.lea","password":"Secret1!"})")
            .status == 401);
  REQUIRE(admin.put("/api/users/" + id + "/status", R"({"isActive":true})").status == 200);
  REQUIRE(admin.put("/api/users/" + id + "/password", R"({"newPassword":"Another1!"})").status ==
          200);
  const auto password = last("user.password", id);
  CHECK(password.at("0.actorId") == "user-1");
  CHECK(password.at("0.details") == "{}");

  const auto granted =
      admin.post("/api/permissions", R"({"userId":")" + id + R"(","permission":"manage_events"})");
  REQUIRE(granted.status == 201);
  CHECK(last("permission.granted", id).at("0.details.permission") == "manage_events");
  REQUIRE(admin.remove("/api/permissions/" + granted.at("id")).status == 200);
  CHECK(last("permission.revoked", id).at("0.actorId") == "user-1");

  const auto category = admin.post("/api/employee-categories", R"({"name":"Audités"})").at("id");
  REQUIRE(admin.patch("/api/employee-categories/" + category, R"({"color":"#000000"})").status ==
          200);
  CHECK(last("employee_category.changed", category).at("0.details.color.to") == "#000000");
  REQUIRE(
      admin.patch("/api/users/" + id, R"({"employeeCategoryId":")" + category + R"("})").status ==
      200);
  CHECK(last("user.category", id).at("0.actorId") == "user-1");
  REQUIRE(admin.remove("/api/employee-categories/" + category).status / 100 == 2);
  CHECK(last("employee_category.removed", category).at("0.actorId") == "user-1");

  const auto was = admin.get("/api/system-settings").at("showForum");
  const std::string other = was == "true" ? "false" : "true";
  REQUIRE(admin.patch("/api/system-settings", R"({"showForum":)" + other + "}").status == 200);
  CHECK(last("settings.changed", "est-intrasphere").at("0.details.show_forum.to") == other);
  REQUIRE(admin.patch("/api/system-settings", R"({"showForum":)" + was + "}").status == 200);
  REQUIRE(admin.patch("/api/views-config/content", R"({"color":"#101010"})").status == 200);
  CHECK(last("view.changed", "content").at("0.actorId") == "user-1");

  const auto news = admin.post("/api/announcements", R"({"title":"Gone","content":"C"})").at("id");
  REQUIRE(admin.remove("/api/announcements/" + news).status / 100 == 2);
  const auto gone = last("announcement.removed", news);
  CHECK(gone.at("0.actorId") == "user-1");
  CHECK(gone.at("0.details.title") == "Gone");
}

TEST_CASE("intranet: the log is its establishment's administrators', newest first", "[db][net]") {
  auto& admin = colleague("admin");
  const auto all = admin.get("/api/admin/audit?limit=2");
  REQUIRE(all.status == 200);
  CHECK(std::stoll(all.at("0.seq")) == std::stoll(all.at("1.seq")) + 1);
  CHECK(all.at("0.previousHash") == all.at("1.hash"));
  const auto older = admin.get("/api/admin/audit?limit=1&seq%5Blt%5D=" + all.at("0.seq"));
  CHECK(older.at("0.id") == all.at("1.id"));
  CHECK(older.at("1") == "(absent)");
  CHECK(admin.get("/api/admin/audit?at%5Bgte%5D=2999-01-01").body == "[]");
  CHECK(admin.get("/api/admin/audit?actorId=nobody").body == "[]");
  CHECK(admin.get("/api/admin/audit/" + all.at("0.id")).at("hash") == all.at("0.hash"));

  CHECK(intranet_visitor().get("/api/admin/audit").status == 401);
  const auto refused = colleague("pierre.dubois").get("/api/admin/audit");
  CHECK(refused.status == 403);
  CHECK(refused.at("message") == refused.at("error"));
  CHECK(colleague("marie.martin").get("/api/admin/audit").status == 403);
  CHECK(colleague("pierre.dubois").get("/api/admin/audit/" + all.at("0.id")).status == 403);
  // An administrator of another establishment sees their own log and nothing of this one.
  const auto theirs = outside_colleague().get("/api/admin/audit");
  CHECK(theirs.body.find("est-intrasphere") == std::string::npos);
  CHECK(outside_colleague().get("/api/admin/audit/" + all.at("0.id")).status == 404);
  CHECK(admin.remove("/api/admin/audit/" + all.at("0.id")).status == 404);
}

TEST_CASE("intranet: `stoa audit verify` follows a live log and finds what was done to it",
          "[db][net][slow]") {
  const scratch_folder folder;
  settings how;
  how.data = folder.path() / "data";
  how.demo = true;
  how.site.push_back({"intrasphere", 0});
  auto started = node::start(how);
  REQUIRE(started);
  const auto port = (*started)->sites().at(0).port;
  const auto at = "--data " + how.data.string();
  // Several at once: their entries form one chain.
  std::vector<std::thread> people;
  for (int i = 0; i < 6; ++i)
    people.emplace_back([port, i] {
      http_client one{port};
      one.post("/api/auth/register",
               R"({"username":"p)" + std::to_string(i) + R"(","password":"Secret1!","name":"P"})");
    });
  for (auto& each : people)
    each.join();
  const auto sound = stoa_audit_verify(at);
  INFO(sound.said);
  REQUIRE(sound.code == 0);
  CHECK(sound.said.find("est-intrasphere: ") != std::string::npos);
  CHECK(sound.said.find("all sound") != std::string::npos);

  // As the superuser, whom no policy and no grant holds.
  auto opened = pg::session::open((*started)->owner_connection());
  REQUIRE(opened);
  auto& database = *opened;
  const auto count = [&database] {
    auto got =
        database.run("select seq from audit_heads where establishment_id = 'est-intrasphere'");
    return std::stoi(got->text(0, 0));
  };
  REQUIRE(count() >= 6);
  const auto found = [&](const std::string& damage) {
    const std::string of = " where establishment_id = 'est-intrasphere' and seq ";
    CAPTURE(damage);
    REQUIRE(database.run("create table kept as select * from audit_entries"));
    if (damage == "changed")
      REQUIRE(database.run("update audit_entries set actor_id = 'user-3'" + of + "= 3"));
    else if (damage == "missing")
      REQUIRE(database.run("delete from audit_entries" + of + "= 3"));
    else if (damage == "reordered")
      REQUIRE(database.run("update audit_entries set seq = -seq" + of +
                           "in (3, 5);"
                           "update audit_entries set seq = 8 + seq" +
                           of + "in (-3, -5)"));
    else
      REQUIRE(database.run("delete from audit_entries" + of + "= " + std::to_string(count())));
    auto out = stoa_audit_verify(at + " --establishment intrasphere");
    REQUIRE(
        database.run("delete from audit_entries;"
                     "alter table audit_entries disable trigger audit_entries_link;"
                     "insert into audit_entries (establishment_id, seq, at, actor_id,"
                     " actor_name, action, subject_kind, subject_id, details, address,"
                     " previous_hash, hash) select establishment_id, seq, at, actor_id,"
                     " actor_name, action, subject_kind, subject_id, details, address,"
                     " previous_hash, hash from kept;"
                     "alter table audit_entries enable trigger audit_entries_link;"
                     "drop table kept"));
    CHECK(out.code != 0);
    return out.said;
  };
  CHECK(found("changed") == "est-intrasphere: 2 entries are sound, then entry 3 is changed\n");
  CHECK(found("missing") == "est-intrasphere: 2 entries are sound, then entry 3 is missing\n");
  CHECK(found("reordered") == "est-intrasphere: 2 entries are sound, then entry 3 is reordered\n");
  const auto before = std::to_string(count() - 1);
  CHECK(found("cut off") == "est-intrasphere: " + before + " entries are sound, then entry " +
                                std::to_string(count()) + " is cut off\n");
  CHECK(stoa_audit_verify(at).code == 0);
}
