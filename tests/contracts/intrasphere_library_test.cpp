#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

using namespace stoa::testing;

TEST_CASE("intranet: news for everybody, signed by who is signed in", "[db][net]") {
  const auto anonymous = intranet_visitor().get("/api/announcements");
  REQUIRE(anonymous.status == 200);
  REQUIRE(anonymous.parsed->is_array());
  CHECK(colleague("pierre.dubois").get("/api/announcements").body == anonymous.body);

  const std::string draft =
      R"({"title":"Cantine","content":"Menu","type":"info","isImportant":true,)"
      R"("authorName":"Jean Dupont","authorId":"user-1","icon":"🍽","unknown":1})";
  CHECK(intranet_visitor().post("/api/announcements", draft).status == 401);
  const auto refused = colleague("pierre.dubois").post("/api/announcements", draft);
  CHECK(refused.status == 403);
  CHECK(refused.at("message") == "Insufficient permissions");
  const auto made = colleague("marie.martin").post("/api/announcements", draft);
  REQUIRE(made.status == 201);
  CHECK(made.at("authorId") == "user-2");
  CHECK(made.at("authorName") == "Jean Dupont");
  CHECK(made.at("imageUrl") == "null");
  CHECK(made.at("isImportant") == "true");
  CHECK(made.at("category") == "info");
  CHECK(made.at("createdAt").ends_with("Z"));
  const auto address = "/api/announcements/" + made.at("id");
  CHECK(intranet_visitor().get("/api/announcements").at("0.id") == made.at("id"));

  for (const auto* method : {"PUT", "PATCH"}) {
    const auto changed =
        colleague("admin").request(method, address, R"({"title":"Cantine fermée"})");
    CHECK(changed.status == 200);
    CHECK(changed.at("title") == "Cantine fermée");
    CHECK(changed.at("content") == "Menu");
  }
  CHECK(colleague("pierre.dubois").remove(address).status == 403);
  const auto gone = colleague("admin").remove(address);
  CHECK(gone.status == 200);
  CHECK(gone.at("message") == "Announcement deleted successfully");
  const auto missing = intranet_visitor().get(address);
  CHECK(missing.status == 404);
  CHECK(missing.at("message") == "Announcement not found");
  // What is missing is missing for a change and a removal too.
  CHECK(colleague("admin").put(address, R"({"title":"x"})").status == 404);
  CHECK(colleague("admin").remove(address).status == 404);
}

TEST_CASE("intranet: bad input gets a 400 that names the field", "[db][net]") {
  auto& admin = colleague("admin");
  const auto empty = admin.post("/api/announcements", "{}");
  CHECK(empty.status == 400);
  CHECK(empty.at("message") == "Invalid announcement data");
  CHECK(empty.at("error") == "Invalid announcement data");
  CHECK(empty.at("errors.0.path.0") == "title");
  CHECK(empty.at("errors.0.message") == "Required");
  CHECK(empty.at("errors.0.code") == "invalid_type");
  CHECK(empty.json_at("details").size() == empty.json_at("errors").size());
  const auto refused = [&](std::string_view body) {
    return admin.post("/api/announcements", body).status;
  };
  CHECK(refused("{broken") == 400);
  CHECK(refused("[]") == 400);
  CHECK(refused(R"({"title":7,"content":"x"})") == 400);
  CHECK(refused(R"({"title":"  ","content":"x"})") == 400);
  CHECK(refused(R"({"title":"x","content":"x","type":"gossip"})") == 400);
  CHECK(refused(R"({"title":"x","content":"x","isImportant":"yes"})") == 400);
  CHECK(refused(R"({"title":"x","content":"x","imageUrl":" JavaScript:alert"})") == 400);
}

TEST_CASE("intranet: lists are whole unless pages are counted", "[db][net]") {
  const auto all = intranet_visitor().get("/api/documents");
  REQUIRE(all.json_at("").size() >= 3);
  CHECK(all.header("X-Total-Count").empty());
  const auto page = intranet_visitor().get("/api/documents?page=2&limit=1");
  CHECK(page.json_at("").size() == 1);
  CHECK(page.header("X-Total-Count") == std::to_string(all.json_at("").size()));
  CHECK(page.at("0.id") == all.at("1.id"));
  CHECK(intranet_visitor().get("/api/documents?category=guide").at("0.category") == "guide");
}

TEST_CASE("intranet: documents keep what the form sends and know when they changed", "[db][net]") {
  auto& admin = colleague("admin");
  const auto made = admin.post(
      "/api/documents", R"({"title":"Charte","category":"policy","fileName":"","fileUrl":"",)"
                        R"("description":"","hasMultimedia":true,"isPublic":true})");
  REQUIRE(made.status == 201);
  CHECK(made.at("version") == "1.0");
  CHECK(made.at("hasMultimedia") == "true");
  const auto changed = admin.patch("/api/documents/" + made.at("id"), R"({"version":"2.0"})");
  CHECK(changed.at("version") == "2.0");
  CHECK(changed.at("updatedAt") > made.at("updatedAt"));
  CHECK(admin.remove("/api/documents/" + made.at("id")).at("message") ==
        "Document deleted successfully");
}

TEST_CASE("intranet: events take ISO dates, under either name", "[db][net]") {
  auto& admin = colleague("admin");
  const auto made =
      admin.post("/api/events", R"({"title":"Revue","startDate":"2031-05-04T10:00:00.000Z",)"
                                R"("category":"training"})");
  REQUIRE(made.status == 201);
  CHECK(made.at("date") == "2031-05-04T10:00:00.000Z");
  CHECK(made.at("type") == "training");
  CHECK(made.at("organizerId") == "user-1");
  CHECK(made.at("location") == "null");
  CHECK(admin.post("/api/events", R"({"title":"x","date":"soon"})").status == 400);
  CHECK(admin
            .post("/api/events", R"({"title":"x","date":"2031-05-04T10:00:00Z",)"
                                 R"("organizerId":"nobody"})")
            .status == 404);
  CHECK(colleague("pierre.dubois")
            .post("/api/events", R"({"title":"x","date":"2031-05-04T10:00:00Z"})")
            .status == 403);
  CHECK(admin.patch("/api/events/" + made.at("id"), R"({"location":"Lyon"})").at("location") ==
        "Lyon");
  CHECK(admin.remove("/api/events/" + made.at("id")).status == 200);
}

TEST_CASE("intranet: contents are for who is signed in, and count their views", "[db][net]") {
  CHECK(intranet_visitor().get("/api/contents").status == 401);
  auto& admin = colleague("admin");
  const auto made = admin.post("/api/contents", R"({"title":"Film","type":"video",)"
                                                R"("category":"Formation","tags":"a, b ,",)"
                                                R"("allowDownload":true})");
  REQUIRE(made.status == 201);
  CHECK(made.json_at("tags").size() == 2);
  CHECK(made.at("tags.1") == "b");
  CHECK(made.at("fileUrl").empty());
  CHECK(made.at("viewCount") == "0");
  const auto address = "/api/contents/" + made.at("id");
  CHECK(colleague("pierre.dubois").get(address).at("viewCount") == "1");
  CHECK(colleague("pierre.dubois").get(address).at("viewCount") == "2");
  CHECK(admin.remove(address).status == 200);
}

TEST_CASE("intranet: category names are unique and have defaults", "[db][net]") {
  auto& admin = colleague("admin");
  const auto made = admin.post("/api/categories", R"({"name":"Sport","sortOrder":9})");
  REQUIRE(made.status == 201);
  CHECK(made.at("icon") == "📁");
  CHECK(made.at("color") == "#3B82F6");
  const auto again = admin.post("/api/categories", R"({"name":"sport"})");
  CHECK(again.status == 409);
  CHECK(again.at("message") == "Category already exists");
  const auto sorted = intranet_visitor().get("/api/categories").body;
  REQUIRE(sorted.find(R"("id":"cat-1")") != std::string::npos);
  REQUIRE(sorted.find(made.at("id")) != std::string::npos);
  CHECK(sorted.find(R"("id":"cat-1")") < sorted.find(made.at("id")));
  CHECK(admin.remove("/api/categories/" + made.at("id")).status == 200);
}

TEST_CASE("intranet: nothing of it exists for another establishment", "[db][net]") {
  auto& foreign = outside_colleague();
  CHECK(foreign.get("/api/announcements").body == "[]");
  for (const auto* address :
       {"/api/announcements/ann-1", "/api/documents/doc-1", "/api/events/event-1",
        "/api/contents/content-1", "/api/categories/cat-1", "/api/users/user-1",
        "/api/complaints/complaint-1", "/api/messages/msg-1", "/api/employee-categories/emp-cat-1",
        "/api/trainings/training-1", "/api/courses/course-1", "/api/lessons/lesson-1",
        "/api/resources/resource-1"}) {
    CAPTURE(address);
    // An administrator at home, and still: not there.
    CHECK(foreign.put(address, R"({"title":"mine"})").status == 404);
    if (std::string_view{address}.find("/users/") == std::string_view::npos)
      CHECK(foreign.remove(address).status == 404);
  }
  CHECK(intranet_visitor().get("/api/announcements/ann-1").status == 200);
}
