#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using namespace stoa::testing;

TEST_CASE("intranet: figures for the landing page and the staff", "[db][net]") {
  const auto stats = intranet_visitor().get("/api/stats");
  REQUIRE(stats.status == 200);
  for (const auto* name :
       {"totalUsers", "totalAnnouncements", "totalDocuments", "totalEvents", "totalMessages",
        "totalComplaints", "newAnnouncements", "updatedDocuments", "connectedUsers",
        "pendingComplaints", "weeklyEvents"}) {
    CAPTURE(name);
    CHECK(stats.json_at(name).as_int64());
  }
  CHECK(*stats.json_at("totalUsers").as_int64() >= 3);
  auto& marie = colleague("marie.martin");
  CHECK(marie.get("/api/admin/analytics/overview").json_at("totalUsers").as_int64());
  CHECK(*marie.get("/api/admin/analytics/users").json_at("usersByRole.admin").as_int64() >= 1);
  CHECK(*marie.get("/api/admin/analytics/content").json_at("trainings").as_int64() >= 2);
  CHECK(colleague("pierre.dubois").get("/api/admin/analytics/users").status == 403);
  CHECK(colleague("admin").post("/api/admin/reset-test-data").status == 403);
  CHECK(colleague("pierre.dubois").get("/api/auth/me").status == 200);
}

TEST_CASE("intranet: the site's settings are one row of switches", "[db][net]") {
  auto& admin = colleague("admin");
  CHECK(colleague("pierre.dubois").get("/api/system-settings").status == 403);
  CHECK(colleague("marie.martin").get("/api/system-settings").at("id") == "settings");
  CHECK(admin.patch("/api/system-settings", R"({"requirePostApproval":true})")
            .at("requirePostApproval") == "true");
  CHECK(admin.put("/api/system-settings", R"({"requirePostApproval":false})").at("showForum") ==
        "true");
  CHECK(admin.patch("/api/system-settings", R"({"showForum":"yes"})").status == 400);
  CHECK(colleague("marie.martin").patch("/api/system-settings", "{}").status == 403);
}

TEST_CASE("intranet: pages are configured in both shapes and keep their cores", "[db][net]") {
  auto& admin = colleague("admin");
  CHECK(colleague("marie.martin").get("/api/views-config").status == 403);
  // Others may have added pages; none at all are the usual ones.
  REQUIRE(admin.post("/api/views-config", R"({"views":[]})").status == 200);
  const auto usual = admin.get("/api/views-config");
  REQUIRE(usual.json_at("").size() == 8);
  CHECK(usual.at("0.id") == "dashboard");
  CHECK(usual.at("0.title") == "Tableau de Bord");
  CHECK(usual.at("0.viewId") == "dashboard");
  CHECK(usual.at("0.layout") == "grid");
  CHECK(usual.json_at("0.allowedRoles").size() == 3);
  CHECK(usual.at("7.allowedRoles.0") == "admin");
  CHECK(usual.json_at("0.customSettings").is_object());
  const auto saved = admin.post(
      "/api/views-config", R"({"viewId":"wiki","title":"Wiki","layout":"list","isVisible":true,)"
                           R"("allowedRoles":["admin"],"customSettings":{"a":1}})");
  CHECK(saved.status == 200);
  CHECK(saved.at("message") == "Views configuration saved successfully");
  CHECK(saved.at("view.title") == "Wiki");
  CHECK(admin.get("/api/views-config").json_at("").size() == 9);
  for (const auto* method : {"PUT", "PATCH"})
    CHECK(admin.request(method, "/api/views-config/wiki", R"({"id":"wiki","title":"Le wiki"})")
              .at("view.title") == "Le wiki");
  CHECK(admin.put("/api/views-config/nowhere", R"({"title":"x"})").status == 404);
  CHECK(admin.remove("/api/views-config/wiki").status == 200);
  CHECK(admin.remove("/api/views-config/wiki").status == 404);
  CHECK(admin.remove("/api/views-config/dashboard").status == 409);
  // None at all are the usual ones.
  CHECK(admin.post("/api/views-config", R"({"views":[]})").status == 200);
  CHECK(admin.get("/api/views-config").json_at("").size() == 8);
}

TEST_CASE("intranet: one's settings always have all their keys", "[db][net]") {
  auto ida = new_colleague("ida");
  const auto usual = ida.get("/api/user/settings");
  REQUIRE(usual.status == 200);
  CHECK(usual.json_at("").size() == 39);  // and when they were changed
  CHECK(usual.at("displayName") == "Nouvelle ida");
  CHECK(usual.at("sessionTimeout") == "60");
  const auto saved = ida.post("/api/user/settings", R"({"theme":"dark","unknown":1})");
  CHECK(saved.status == 200);
  CHECK(saved.at("message") == "User settings saved successfully");
  CHECK(saved.json_at("timestamp").is_string());
  ida.post("/api/user/settings",
           R"({"companyLogo":"data:image/png;base64,)" + std::string(2'000'000, 'A') + R"("})");
  const auto now = ida.get("/api/user/settings");
  CHECK(now.json_at("").size() == 39);
  CHECK(now.at("theme") == "dark");
  CHECK(now.at("companyLogo").size() > 2'000'000);
  CHECK(now.at("companyName") == "IntraSphere");
  CHECK(ida.post("/api/user/settings", R"({"theme":"pink"})").status == 400);
  CHECK(ida.post("/api/user/settings", "[]").status == 400);
}

TEST_CASE("intranet: searching minds neither accents nor a slip", "[db][net]") {
  auto& pierre = colleague("pierre.dubois");
  const auto none = pierre.get("/api/search/users");
  CHECK(none.status == 400);
  CHECK(none.at("error") == "Search query required");
  CHECK(intranet_visitor().get("/api/search/users?q=marie").status == 401);
  CHECK(pierre.get("/api/search/users?q=MARIE").at("0.id") == "user-2");
  CHECK(pierre.get("/api/search/users?q=developpeur").at("0.id") == "user-3");
  CHECK(pierre.get("/api/search/users?q=dupnot").status == 200);
  CHECK(pierre.get("/api/search/announcements?q=teletravail").at("0.id") == "ann-1");
  CHECK(pierre.get("/api/search/announcements?q=teletravial").at("0.id") == "ann-1");
  CHECK(pierre.get("/api/search/documents?q=reglements").at("0.id") == "doc-1");
  const auto all = pierre.get("/api/search/content?q=marketing");
  CHECK(all.at("events.0.id") == "event-1");
  CHECK(all.json_at("contents").is_array());
  CHECK(pierre.get("/api/search/content?q=%25").at("events.0.id") == "(absent)");
  CHECK(outside_colleague().get("/api/search/users?q=marie").body.find("user-2") ==
        std::string::npos);
}

TEST_CASE("intranet: trainings have seats that are given out once", "[db][net]") {
  auto& admin = colleague("admin");
  const auto refused = colleague("marie.martin").post("/api/trainings", "{}");
  CHECK(refused.status == 403);
  CHECK(refused.at("message") == "Insufficient permissions to create trainings");
  const auto made =
      admin.post("/api/trainings", R"({"title":"Secourisme","category":"safety","duration":60,)"
                                   R"("instructorName":"","description":"","location":"",)"
                                   R"("maxParticipants":2,"difficulty":"beginner"})");
  REQUIRE(made.status == 201);
  CHECK(made.at("location") == "null");
  CHECK(made.at("instructorName").empty());
  CHECK(made.at("currentParticipants") == "0");
  const auto address = "/api/trainings/" + made.at("id");

  std::vector<http_client> people;
  for (const auto* name : {"seat1", "seat2", "seat3", "seat4", "seat5"})
    people.push_back(new_colleague(name));
  std::atomic<int> seated{0};
  std::atomic<int> full{0};
  std::vector<std::thread> all;
  for (auto& each : people)
    all.emplace_back([&] {
      const auto status = each.post(address + "/participants").status;
      seated += status == 201;
      full += status == 409;
    });
  for (auto& each : all)
    each.join();
  CHECK(seated == 2);
  CHECK(full == 3);
  CHECK(admin.get(address).at("currentParticipants") == "2");
  CHECK(admin.get(address + "/participants").json_at("").size() == 2);
  CHECK(intranet_visitor().get(address + "/participants").status == 401);
  CHECK(admin.post(address + "/register").at("message") == "Formation complète");
  const auto first = admin.get(address + "/participants");
  const auto who = first.at("0.userId");
  CHECK(admin.remove(address + "/participants/" + who).at("message") ==
        "Participant removed successfully");
  CHECK(admin.remove(address + "/participants/" + who).status == 404);
  CHECK(admin.get(address).at("currentParticipants") == "1");
  CHECK(admin.post(address + "/register").status == 201);
  CHECK(admin.post(address + "/register").at("message") == "Déjà inscrit");
  CHECK(colleague("pierre.dubois").remove(address + "/participants/user-1").status == 403);
  CHECK(admin.get("/api/users/user-1/trainings").at("0.trainingId") == made.at("id"));
  CHECK(colleague("pierre.dubois").get("/api/users/user-1/trainings").status == 403);
  CHECK(admin.remove(address + "/unregister").status == 200);
  CHECK(admin.post("/api/trainings/nowhere/register").at("message") == "Formation introuvable");
  CHECK(admin.put(address, R"({"isVisible":false})").at("isVisible") == "false");
  CHECK(admin.remove(address).at("message") == "Training deleted successfully");
  CHECK(admin.get(address).at("error") == "Training not found");
  const auto next = colleague("pierre.dubois").get("/api/training-recommendations");
  CHECK(next.at("0.id") == "training-1");
}

TEST_CASE("intranet: a course is taken, completed and certified", "[db][net]") {
  auto& admin = colleague("admin");
  auto max = new_colleague("max");
  const auto id = max.get("/api/auth/me").at("id");
  CHECK(max.post("/api/enroll/nowhere").status == 404);
  const auto enrolled = max.post("/api/enroll/course-1");
  REQUIRE(enrolled.status == 201);
  CHECK(enrolled.at("progress") == "0");
  const auto again = max.post("/api/enroll/course-1");
  CHECK(again.status == 400);
  CHECK(again.at("error") == "Already enrolled in this course");
  CHECK(max.post("/api/certificates", R"({"courseId":"course-1"})").status == 403);
  CHECK(
      max.post("/api/lessons/lesson-1/complete", R"({"courseId":"course-1"})").at("isCompleted") ==
      "true");
  CHECK(max.get("/api/my-enrollments").at("0.progress") == "50");
  CHECK(max.get("/api/my-enrollments").at("0.status") == "in-progress");
  CHECK(max.put("/api/progress/lesson-2", R"({"isCompleted":true,"timeSpent":300})")
            .at("timeSpent") == "300");
  CHECK(max.get("/api/my-enrollments").at("0.status") == "completed");
  CHECK(max.get("/api/courses/course-1/my-progress").json_at("").size() == 2);
  CHECK(admin.get("/api/progress/" + id).json_at("").size() == 2);
  CHECK(colleague("pierre.dubois").get("/api/progress/" + id).status == 403);
  const auto certificate = max.post("/api/certificates", R"({"courseId":"course-1"})");
  REQUIRE(certificate.status == 201);
  CHECK(certificate.at("validUntil") == "null");
  CHECK(max.post("/api/certificates", R"({"courseId":"course-1"})").status == 409);
  CHECK(max.get("/api/my-certificates").at("0.id") == certificate.at("id"));
  CHECK(max.patch("/api/enrollments/" + enrolled.at("id"), R"({"progress":101})").status == 400);
  CHECK(colleague("pierre.dubois")
            .patch("/api/enrollments/" + enrolled.at("id"), R"({"progress":1})")
            .status == 403);

  const auto course =
      admin.post("/api/courses", R"({"title":"Chimie","category":"technical","authorName":"x",)"
                                 R"("tags":["a"],"prerequisites":["course-1"]})");
  REQUIRE(course.status == 201);
  CHECK(course.at("authorId") == "user-1");
  CHECK(course.at("tags") == R"(["a"])");
  const auto lesson = admin.post("/api/lessons", R"({"courseId":")" + course.at("id") +
                                                     R"(","title":"Un","content":"<p>x</p>"})");
  REQUIRE(lesson.status == 201);
  CHECK(lesson.at("type") == "text");
  CHECK(admin.post("/api/lessons", R"({"courseId":"nowhere","title":"x","content":"y"})").status ==
        404);
  CHECK(max.get("/api/courses/" + course.at("id") + "/lessons").at("0.id") == lesson.at("id"));
  CHECK(max.get("/api/lessons/nowhere").at("error") == "Lesson not found");
  CHECK(colleague("marie.martin").remove("/api/courses/" + course.at("id")).status == 403);
  CHECK(admin.remove("/api/courses/" + course.at("id")).status == 200);
  CHECK(max.get("/api/lessons/" + lesson.at("id")).status == 404);
}
