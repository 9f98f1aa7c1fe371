#include "net/node.hpp"
#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace stoa;
using namespace stoa::testing;

namespace {

std::string with(std::string_view draft, std::string_view more) {
  return "{" + std::string{draft} + (more.empty() ? "" : ",") + std::string{more} + "}";
}

}  // namespace

TEST_CASE("intranet: lists come as arrays, as their JSON text or as null", "[db][net]") {
  auto& admin = colleague("admin");
  const auto made = [&](std::string_view path, std::string_view draft, std::string_view more) {
    auto out = admin.post(path, with(draft, more));
    INFO(out.body);
    REQUIRE(out.status == 201);
    return out;
  };
  constexpr auto* file = R"("title":"R","category":"c","type":"link","url":"https://x.example",)"
                         R"("authorName":"A")";
  CHECK(made("/api/resources", file, R"("tags":"[\"a\",\"b\"]")").at("tags.1") == "b");
  CHECK(made("/api/resources", file, R"("tags":["a"])").at("tags.0") == "a");
  CHECK(made("/api/resources", file, R"("tags":"a")").at("tags.0") == "a");
  CHECK(made("/api/resources", file, R"("tags":null)").json_at("tags").size() == 0);
  CHECK(made("/api/resources", file, R"("tags":"")").json_at("tags").size() == 0);

  const auto shelf = made("/api/forum/categories", R"("name":"Listes")",
                          R"("moderatorIds":"[\"user-1\"]","isVisible":true,"order":41)");
  CHECK(shelf.at("moderatorIds.0") == "user-1");
  CHECK(shelf.at("sortOrder") == "41");
  const auto address = "/api/forum/categories/" + shelf.at("id");
  CHECK(admin.patch(address, R"({"moderatorIds":null,"isVisible":false})").at("isActive") ==
        "false");
  CHECK(admin.patch(address, R"({"isVisible":true})").json_at("moderatorIds").size() == 0);

  const auto topic = made("/api/forum/topics",
                          R"("title":"T","content":"c","categoryId":")" + shelf.at("id") + R"(")",
                          R"("tags":["x"])");
  const auto topic_address = "/api/forum/topics/" + topic.at("id");
  CHECK(admin.patch(topic_address, R"({"tags":null})").json_at("tags").size() == 0);
  CHECK(admin.patch(topic_address, R"({"isSticky":true})").at("isPinned") == "true");

  // Attachments are read as a text, and null when there are none.
  const auto post = R"("content":"p","topicId":")" + topic.at("id") + R"(")";
  CHECK(made("/api/forum/posts", post, R"("attachments":null)").at("attachments") == "null");
  CHECK(made("/api/forum/posts", post, R"("attachments":"[]")").at("attachments") == "null");
  CHECK(made("/api/forum/posts", post, R"("attachments":["/a","/b"])").at("attachments") ==
        R"(["/a","/b"])");
  const auto two = made("/api/forum/posts", post, R"("attachments":"[\"/a\"]")");
  CHECK(two.at("attachments") == R"(["/a"])");
  CHECK(admin.get(topic_address + "/posts").at("3.attachments") == R"(["/a"])");
}

TEST_CASE("intranet: null for what has a usual value is the same as nothing", "[db][net]") {
  auto& admin = colleague("admin");
  const auto complaint = admin.post(
      "/api/complaints", R"({"title":"N","description":"d","category":"hr","priority":null})");
  CHECK(complaint.status == 201);
  CHECK(complaint.at("priority") == "medium");
  const auto course =
      admin.post("/api/courses", R"({"title":"N","category":"technical","authorName":"A",)"
                                 R"("tags":null,"prerequisites":null})");
  CHECK(course.status == 201);
  const auto address = "/api/complaints/" + complaint.at("id");
  CHECK(admin.patch(address, R"({"priority":"high"})").at("priority") == "high");
  CHECK(admin.patch(address, R"({"priority":null,"title":"M"})").at("priority") == "high");
  CHECK(admin.patch(address, R"({"title":null})").status == 400);
}

TEST_CASE("intranet: one thing of a complaint is changed at its own address", "[db][net]") {
  auto& admin = colleague("admin");
  const auto made =
      admin.post("/api/complaints", R"({"title":"Une","description":"d","category":"hr"})");
  REQUIRE(made.status == 201);
  const auto address = "/api/complaints/" + made.at("id");
  const auto status = admin.put(address + "/status", R"({"status":"in_progress","title":"Deux"})");
  CHECK(status.at("status") == "in_progress");
  CHECK(status.at("title") == "Une");
  CHECK(admin.put(address + "/status", "{}").status == 400);
  const auto assigned =
      admin.put(address + "/assign", R"({"assignedToId":"user-2","status":"closed"})");
  CHECK(assigned.at("assignedToId") == "user-2");
  CHECK(assigned.at("status") == "in_progress");
}

TEST_CASE("intranet: issues are told as the original's validator tells them", "[db][net]") {
  auto& admin = colleague("admin");
  const auto type = admin.post("/api/announcements", R"({"title":7,"content":"x"})");
  CHECK(type.at("errors.0.message") == "Expected string, received number");
  CHECK(type.at("errors.0.code") == "invalid_type");
  const auto whole = admin.post("/api/categories", R"({"name":"x","sortOrder":1.5})");
  CHECK(whole.status == 400);
  CHECK(whole.at("errors.0.message") == "Expected integer, received float");
  const auto deep =
      admin.post("/api/contents", R"({"title":"x","type":"video","category":"c","tags":["a",5]})");
  CHECK(deep.status == 400);
  CHECK(deep.at("errors.0.path.0") == "tags");
  CHECK(deep.at("errors.0.path.1") == "1");
  const auto broken = admin.post("/api/announcements", R"({"title":)");
  CHECK(broken.status == 400);
  CHECK(broken.body.find("\"errors\"") == std::string::npos);
  CHECK_FALSE(broken.at("message").empty());

  const auto topic = admin.post("/api/forum/topics", "{}");
  CHECK(topic.at("message") == "Invalid topic data");
  CHECK(topic.at("errors.0.message") == "Required");
  CHECK(admin.post("/api/forum/posts", "{}").at("message") == "Invalid post data");
  CHECK(admin.get("/api/forum/categories/none").at("message") == "Category not found");
  const auto courses = admin.get("/api/trainings/none/courses");
  CHECK(courses.status == 404);
  CHECK(courses.at("message") == "Training not found");
}

TEST_CASE("intranet: a form signs in, and what was read has a tag", "[db][net]") {
  auto visitor = intranet_visitor();
  const std::string form = "username=admin&password=admin123";
  CHECK(visitor
            .request("POST", "/api/auth/login", form,
                     {{"Content-Type", "application/x-www-form-urlencoded"}})
            .status == 200);
  CHECK(visitor.get("/api/auth/me").at("username") == "admin");

  const auto first = visitor.get("/api/categories");
  const std::string tag{first.header("ETag")};
  REQUIRE(tag.starts_with("W/\""));
  const auto again = visitor.request("GET", "/api/categories", {}, {{"If-None-Match", tag}});
  CHECK(again.status == 304);
  CHECK(again.body.empty());
  CHECK(colleague("admin").post("/api/categories", R"({"name":"Neuve"})").status == 201);
  CHECK(visitor.request("GET", "/api/categories", {}, {{"If-None-Match", tag}}).status == 200);
}

TEST_CASE("intranet: pages of the original's development servers may ask", "[db][net]") {
  auto visitor = intranet_visitor();
  const std::string body = R"({"username":"admin","password":"admin123"})";
  const auto from = [&](std::string_view origin) {
    return visitor.request("POST", "/api/auth/login", body, {{"Origin", std::string{origin}}});
  };
  const auto answer = from("http://localhost:3000");
  CHECK(answer.status == 200);
  CHECK(answer.header("Access-Control-Allow-Origin") == "http://localhost:3000");
  CHECK(from("http://localhost:3001").status == 403);
  CHECK(from("https://evil.example").status == 403);
}

TEST_CASE("intranet: one's settings are saved whatever the form leaves empty", "[db][net]") {
  auto ines = new_colleague("settings.ines");
  const auto saved = ines.post(
      "/api/user/settings", R"({"bio":null,"sessionTimeout":5,"theme":"dark","companyName":null})");
  INFO(saved.body);
  REQUIRE(saved.status == 200);
  const auto shown = ines.get("/api/user/settings");
  CHECK(shown.at("theme") == "dark");
  CHECK(shown.at("sessionTimeout") == "15");
  CHECK(shown.at("companyName") == "IntraSphere");
  CHECK(ines.post("/api/user/settings", R"({"sessionTimeout":null})").status == 200);
  CHECK(ines.get("/api/user/settings").at("sessionTimeout") == "15");
  CHECK(ines.post("/api/user/settings", R"({"theme":"pink"})").status == 400);
  for (const auto* body : {"[]", "null", "\"x\""})
    CHECK(ines.post("/api/user/settings", body).at("message") == "Invalid settings data");
}

TEST_CASE("intranet: a page that is sent by itself keeps what was not said of it", "[db][net]") {
  auto& admin = colleague("admin");
  const auto page = [&](const std::string& id) {
    const auto all = admin.get("/api/views-config");
    for (std::size_t i = 0; i < all.json_at("").size(); ++i)
      if (all.at(std::to_string(i) + ".viewId") == id)
        return all.at(std::to_string(i) + ".icon") + " " +
               all.at(std::to_string(i) + ".sortOrder") + " " + all.at(std::to_string(i) + ".name");
    return std::string{};
  };
  const auto before = page("directory");
  REQUIRE_FALSE(before.empty());
  CHECK(admin.post("/api/views-config", R"({"viewId":"directory","title":"Gens","isVisible":true})")
            .status == 200);
  CHECK(page("directory") == before.substr(0, before.find(' ', before.find(' ') + 1)) + " Gens");
  const auto fresh = admin.post("/api/views-config", R"({"viewId":"last-page","title":"Z"})");
  CHECK(fresh.status == 200);
  const auto all = admin.get("/api/views-config");
  CHECK(all.at(std::to_string(all.json_at("").size() - 1) + ".viewId") == "last-page");
  CHECK(admin.remove("/api/views-config/last-page").status == 200);
}

TEST_CASE("intranet: a house may let nobody in by himself", "[db][net][slow]") {
  settings how;
  how.ephemeral = true;
  how.demo = true;
  how.registration = false;
  how.site.push_back({"intrasphere", 0});
  const auto house = node::start(how);
  REQUIRE(house);
  http_client guest{(*house)->sites().at(0).port};
  const auto refused =
      guest.post("/api/auth/register", R"({"username":"neu","password":"Secret1!","name":"Neu"})");
  CHECK(refused.status == 403);
  CHECK(refused.at("message") == "Registration is disabled");
}
