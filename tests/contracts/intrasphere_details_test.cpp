#include "net/node.hpp"
#include "tests/net/support.hpp"
#include "tests/support/form.hpp"
#include "tests/support/intrasphere.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace stoa;
using namespace stoa::testing;
using namespace std::chrono_literals;

// What a strict reader of the contract finds beside the large things.

namespace {

std::string text(std::size_t length) {
  return std::string(length, 'x');
}

http_headers accepting(std::string type) {
  http_headers out;
  out.emplace_back("Accept", std::move(type));
  return out;
}

std::set<std::string> ids_of(const http_answer& list) {
  std::set<std::string> out;
  for (const auto row : list.json_at("").items())
    out.insert(text_at(row, "id"));
  return out;
}

/// A node with the limits that a site has, for its members only, where a ping comes soon.
node& strict_node() {
  static const auto one = [] {
    settings how;
    how.ephemeral = true;
    how.demo = true;
    how.site.push_back({"intrasphere", 0});
    how.members_only.emplace_back("intrasphere");
    how.socket_ping = 100ms;
    auto started = node::start(how);
    if (!started)
      FAIL(started.error().text << ": " << started.error().cause);
    return std::move(*started);
  }();
  return *one;
}
http_client strict_visitor() {
  return http_client{strict_node().sites().at(0).port};
}
http_client strict_colleague(std::string_view name, std::string_view password = "password123") {
  auto out = strict_visitor();
  REQUIRE(out.post("/api/auth/login", R"({"username":")" + std::string{name} + R"(","password":")" +
                                          std::string{password} + R"("})")
              .status == 200);
  return out;
}

}  // namespace

// -- limits -------------------------------------------------------------------

TEST_CASE("intranet: an address registers three people an hour", "[db][net][slow]") {
  const auto named = [](std::string_view name) {
    return R"({"username":")" + std::string{name} + R"(","name":"N","password":"Secret1!"})";
  };
  auto first = strict_visitor();
  REQUIRE(first.post("/api/auth/register", named("one")).status == 201);
  CHECK(strict_visitor().post("/api/auth/register", named("two")).status == 201);
  // The session that one gets by it pays for no more.
  CHECK(first.post("/api/auth/register", named("three")).status == 201);
  for (auto* who : {&first}) {
    const auto refused = who->post("/api/auth/register", named("four"));
    CHECK(refused.status == 429);
    CHECK(refused.at("error") == "Too many authentication attempts. Please try again later.");
    CHECK(std::stoi(refused.header("Retry-After")) > 600);
  }
  CHECK(strict_visitor().post("/API/Auth/Register/", named("five")).at("error") ==
        "Too many authentication attempts. Please try again later.");
  CHECK(strict_colleague("pierre.dubois").get("/api/auth/me").status == 200);
}

TEST_CASE("intranet: an unknown address counts and is answered like any other", "[db][net][slow]") {
  auto pierre = strict_colleague("pierre.dubois");
  for (const auto* path : {"/api/nothing", "/API/nothing", "/api"}) {
    CAPTURE(path);
    const auto answer = pierre.get(path);
    CHECK(answer.status == 404);
    CHECK(answer.body == R"({"message":"Not found","error":"Not found"})");
    CHECK(answer.header("RateLimit-Limit") == "1000");
    CHECK(answer.header("Set-Cookie").starts_with("connect.sid="));
  }
  const auto before = std::stoi(pierre.get("/api/stats").header("RateLimit-Remaining"));
  for (int i = 0; i < 20; ++i)
    CHECK(pierre.post("/api/nothing", "{}").status == 404);
  CHECK(std::stoi(pierre.get("/api/stats").header("RateLimit-Remaining")) < before - 10);
  const auto guest = strict_visitor().get("/api/nothing");
  CHECK(guest.header("RateLimit-Policy") == "1000;w=900");
  CHECK(guest.header("Set-Cookie").empty());
}

TEST_CASE("intranet: whoever was shown a certificate may check it, members only or not",
          "[db][net][slow]") {
  auto admin = strict_colleague("admin", "admin123");
  const auto given =
      admin.post("/api/certificates", R"({"courseId":"course-1","metadata":{"level":2}})");
  REQUIRE(given.status == 201);
  CHECK(given.at("metadata") == R"({"level":2})");
  const auto one = "/api/certificates/" + given.at("id");
  CHECK(strict_visitor().get(one + "/verify").at("valid") == "true");
  CHECK(strict_visitor().get("/api/certificate-keys").status == 200);
  CHECK(strict_visitor().get(one + "/pdf").status == 401);
  CHECK(strict_visitor().get("/api/courses").status == 401);
  CHECK(strict_visitor().get("/api/documents").status == 401);
}

// -- sockets ------------------------------------------------------------------

TEST_CASE("intranet: a page that answers no ping is gone five seconds later", "[db][net][slow]") {
  auto marie = strict_colleague("marie.martin");
  auto pierre = strict_colleague("pierre.dubois");
  ws_client observer{marie, "/ws"};
  (void)observer.heard("CONNECTED");
  observer.say(R"({"type":"AUTHENTICATE","payload":{"userId":"user-2"}})");
  (void)observer.heard("AUTHENTICATED");
  ws_client silent{pierre, "/ws"};
  silent.say(R"({"type":"AUTHENTICATE","payload":{"userId":"user-3"}})");
  for (const auto* online : {"true", "false"}) {  // it never hears the pings, so it answers none
    const auto status = observer.heard("USER_STATUS");
    CHECK(text_at(status.root(), "payload.userId") == "user-3");
    CHECK(text_at(status.root(), "payload.isOnline") == online);
  }
}

TEST_CASE("intranet: who types is told in two words", "[db][net]") {
  ws_client one{colleague("marie.martin"), "/ws"};
  ws_client other{colleague("pierre.dubois"), "/ws"};
  for (auto* each : {&one, &other}) {
    each->say(R"({"type":"JOIN_CHANNEL","payload":{"channel":"details"}})");
    (void)each->heard("CHANNEL_JOINED");
  }
  for (const auto* typing : {R"("TYPING_START")", R"("USER_TYPING")"}) {
    other.say(std::string{R"({"type":)"} + typing + R"(,"payload":{"channel":"details"}})");
    const auto heard = one.heard("USER_TYPING");
    CHECK(heard.root()["payload"].text() == R"({"userId":"user-3","isTyping":true})");
  }
}

// -- who sees what ------------------------------------------------------------

TEST_CASE("intranet: material may be for a rank and above", "[db][net]") {
  auto& admin = colleague("admin");
  auto& marie = colleague("marie.martin");
  auto& pierre = colleague("pierre.dubois");
  const auto made = [&](http_client& by, std::string_view rank) {
    const std::string needs =
        rank.empty() ? "" : R"(,"requiredRole":")" + std::string{rank} + R"(")";
    const auto out =
        by.post("/api/resources", R"({"title":"R","category":"guide","type":"link","url":"/x",)"
                                  R"("authorName":"N")" +
                                      needs + "}");
    INFO(out.body);
    REQUIRE(out.status == 201);
    return out.at("id");
  };
  const auto open = made(admin, "");
  const auto employee = made(admin, "employee");
  const auto moderator = made(marie, "moderator");
  const auto boss = made(admin, "admin");
  const auto sees = [](http_client& who, const std::string& id) {
    return ids_of(who.get("/api/resources")).contains(id);
  };
  for (const auto& id : {open, employee})
    for (auto* who : {&admin, &marie, &pierre})
      CHECK(sees(*who, id));
  CHECK(sees(admin, moderator));
  CHECK(sees(marie, moderator));
  CHECK_FALSE(sees(pierre, moderator));
  CHECK(sees(admin, boss));
  CHECK_FALSE(sees(marie, boss));
  CHECK_FALSE(sees(pierre, boss));
  // Nobody changes or makes what he may not read.
  CHECK(marie.put("/api/resources/" + boss, R"({"title":"T"})").status == 403);
  CHECK(marie.remove("/api/resources/" + boss).status == 403);
  CHECK(marie
            .post("/api/resources", R"({"title":"R","category":"c","type":"link","url":"/x",)"
                                    R"("authorName":"N","requiredRole":"admin"})")
            .status == 403);
  // Pages are counted among what one sees.
  CHECK(pierre.get("/api/resources?limit=1").header("X-Total-Count") ==
        std::to_string(ids_of(pierre.get("/api/resources")).size()));
  for (const auto& id : {open, employee, moderator, boss})
    CHECK(admin.remove("/api/resources/" + id).status == 200);
}

TEST_CASE("intranet: a closed account is nobody to an employee", "[db][net]") {
  auto gone = new_colleague("details.gone");
  const auto id = gone.get("/api/auth/me").at("id");
  auto& admin = colleague("admin");
  REQUIRE(admin.remove("/api/users/" + id).status == 200);
  const auto answer = colleague("pierre.dubois").get("/api/users/" + id);
  CHECK(answer.status == 404);
  CHECK(answer.at("message") == "User not found");
  CHECK(admin.get("/api/users/" + id).at("isActive") == "false");
  CHECK(intranet_visitor().get("/api/users/" + id).status == 401);
}

// -- what is asked ------------------------------------------------------------

TEST_CASE("intranet: no query is refused", "[db][net]") {
  auto& admin = colleague("admin");
  const auto all = ids_of(admin.get("/api/documents"));
  REQUIRE(all.size() >= 3);
  for (const auto* query : {"?limit=", "?limit=abc", "?limit=-3", "?page=abc", "?nothing=1",
                            "?isPublic=maybe", "?updatedAt[gte]=soon", "?title[like]=x",
                            "?sort=nothing", "?limit=500", "?limit=99999999999999999999999"}) {
    CAPTURE(query);
    const auto answer = admin.get(std::string{"/api/documents"} + query);
    CHECK(answer.status == 200);
    CHECK(ids_of(answer) == all);
  }
  CHECK(ids_of(admin.get("/api/documents?limit=0")).size() == 1);
  CHECK(ids_of(admin.get("/api/documents?page=0&limit=1")).size() == 1);
  CHECK(admin.get("/api/documents?page=300&limit=2").body == "[]");
  CHECK(admin.get("/api/documents?page=99999999999999999999999&limit=100").body == "[]");
  CHECK(admin.get("/api/documents?limit=2&category=nothing&type=zzz").body == "[]");
  // Every list, with whatever stands before it.
  const std::string course = admin.get("/api/courses").at("0.id");
  for (const auto& path :
       {std::string{"/api/announcements"}, std::string{"/api/events"}, std::string{"/api/users"},
        std::string{"/api/trainings"}, std::string{"/api/forum/categories"},
        std::string{"/api/forum/topics"}, std::string{"/api/notifications"},
        std::string{"/api/trainings/training-1/courses"}, "/api/courses/" + course + "/lessons",
        std::string{"/api/admin/audit"}, std::string{"/api/training-recommendations"}}) {
    CAPTURE(path);
    CHECK(admin.get(path + "?type=zzz&isImportant=maybe&limit=100000&page=1&isActive=x").status ==
          200);
  }
  CHECK(admin.get("/api/trainings/none/courses?limit=x").status == 404);
}

TEST_CASE("intranet: every list has pages, also those that are more than rows", "[db][net]") {
  auto& admin = colleague("admin");
  const auto topic = "/api/forum/topics/forum-topic-1/posts";
  for (const auto& path :
       {std::string{"/api/forum/topics"}, std::string{topic}, std::string{"/api/views-config"},
        std::string{"/api/search/documents?q=e"}, std::string{"/api/messages/user-1"}}) {
    CAPTURE(path);
    const auto all = admin.get(path);
    CHECK(all.header("X-Total-Count").empty());
    REQUIRE(all.json_at("").size() >= 2);
    const std::string mark = path.find('?') == std::string::npos ? "?" : "&";
    const auto second = admin.get(path + mark + "page=2&limit=1");
    REQUIRE(second.json_at("").size() == 1);
    CHECK(second.json_at("0").text() == all.json_at("1").text());
    CHECK(second.header("X-Total-Count") == std::to_string(all.json_at("").size()));
    CHECK(admin.get(path + mark + "page=5000&limit=100").body == "[]");
    CHECK(admin.get(path + mark + "limit=x").body == all.body);
  }
  CHECK(admin.get("/api/auth/me?limit=1").at("id") == "user-1");
  CHECK(admin.get("/api/trainings/training-1/courses?page=1&limit=1").status == 200);
}

TEST_CASE("intranet: JSON is taken as a JavaScript server takes it", "[db][net]") {
  auto& admin = colleague("admin");
  const auto twice = admin.post(
      "/api/categories", R"({"name":"Avant","color":"#000000","name":"Après","name":"Détails"})");
  REQUIRE(twice.status == 201);
  CHECK(twice.at("name") == "Détails");
  CHECK(twice.at("color") == "#000000");
  const auto address = "/api/categories/" + twice.at("id");
  const auto marked = admin.patch(address, "\xef\xbb\xbf{\"icon\":\"x\"}");
  CHECK(marked.at("icon") == "x");
  CHECK(admin.patch(address, R"({"icon":"x","icon":)").status == 400);
  CHECK(admin.patch(address, R"({"name":"a","name":7})").status == 400);
  CHECK(admin.remove(address).status == 200);
}

TEST_CASE("intranet: PUT and PATCH are one wherever there is one of them", "[db][net]") {
  auto& admin = colleague("admin");
  auto kim = new_colleague("details.kim");
  const auto id = kim.get("/api/auth/me").at("id");
  CHECK(kim.patch("/api/auth/me", R"({"phone":"12"})").at("phone") == "12");
  CHECK(
      kim.patch("/api/auth/password", R"({"currentPassword":"Secret1!","newPassword":"Secret2!"})")
          .status == 200);
  CHECK(admin.patch("/api/users/" + id + "/status", R"({"isActive":true})").status == 200);
  CHECK(admin.patch("/api/users/" + id + "/deactivate").status == 200);
  CHECK(admin.patch("/api/users/" + id + "/activate").status == 200);
  CHECK(admin.patch("/api/users/" + id + "/password", R"({"newPassword":"Secret3!"})").status ==
        200);

  const auto complaint = "/api/complaints/complaint-1";
  CHECK(admin.patch(std::string{complaint} + "/assign", R"({"assignedToId":"user-2"})").status ==
        200);
  CHECK(admin.patch(std::string{complaint} + "/status", R"({"status":"open"})").status == 200);
  CHECK(admin.patch(std::string{complaint} + "/status", "{}").status == 400);

  auto& pierre = colleague("pierre.dubois");
  const auto course =
      admin.post("/api/courses", R"({"title":"C","category":"technical","authorName":"A"})");
  REQUIRE(course.status == 201);
  const auto lesson = admin.post(
      "/api/lessons", R"({"courseId":")" + course.at("id") + R"(","title":"L","content":"c"})");
  const auto enrolled = pierre.post("/api/enroll/" + course.at("id"));
  REQUIRE(enrolled.status == 201);
  CHECK(pierre.put("/api/enrollments/" + enrolled.at("id"), R"({"timeSpent":7})").at("timeSpent") ==
        "7");
  CHECK(pierre.patch("/api/progress/" + lesson.at("id"), R"({"isCompleted":true})")
            .at("isCompleted") == "true");
  const auto training = admin.post(
      "/api/trainings", R"({"title":"T","category":"other","duration":1,"instructorName":"N"})");
  const auto seat = pierre.post("/api/trainings/" + training.at("id") + "/register");
  REQUIRE(seat.status == 201);
  CHECK(pierre.put("/api/training-participants/" + seat.at("id"), R"({"feedback":"F"})")
            .at("feedback") == "F");
  CHECK(admin.remove("/api/trainings/" + training.at("id")).status == 200);
  CHECK(admin.remove("/api/courses/" + course.at("id")).status == 200);
}

TEST_CASE("intranet: OPTIONS names the methods of an address", "[db][net]") {
  auto& admin = colleague("admin");
  const auto answer = admin.request("OPTIONS", "/api/announcements");
  CHECK(answer.status == 200);
  CHECK(answer.header("Allow") == "GET,HEAD,POST");
  CHECK(answer.body == "GET,HEAD,POST");
  CHECK(admin.request("OPTIONS", "/api/auth/login").header("Allow") == "POST");
  CHECK(intranet_visitor().request("OPTIONS", "/api/users/user-1").header("Allow") ==
        "GET,HEAD,PUT,PATCH,DELETE");
  CHECK(admin.request("OPTIONS", "/api/nothing").status == 404);
}

TEST_CASE("intranet: an envelope is for who asks for one", "[db][net]") {
  auto& admin = colleague("admin");
  const auto wanted = accepting("application/vnd.intrasphere.envelope+json");
  const auto bare = admin.get("/api/announcements/ann-1");
  const auto one = admin.request("GET", "/api/announcements/ann-1", "", wanted);
  CHECK(one.body == R"({"data":)" + bare.body + "}");
  CHECK(one.header("ETag") != bare.header("ETag"));
  // Of a list that is kept as well.
  const auto list = admin.get("/api/announcements");
  CHECK(admin.request("GET", "/api/announcements", "", wanted).body ==
        R"({"data":)" + list.body + "}");
  CHECK(admin.get("/api/announcements").body == list.body);
  const auto missing = admin.request("GET", "/api/announcements/none", "", wanted);
  CHECK(missing.at("message") == "Announcement not found");
  CHECK(missing.at("data") == "(absent)");
}

// -- what is refused, and what is not -----------------------------------------

TEST_CASE("intranet: refusals name what is missing", "[db][net]") {
  auto& admin = colleague("admin");
  const auto seat = admin.post("/api/training-participants", "{}");
  CHECK(seat.status == 400);
  CHECK(seat.at("message") == "Invalid participant data");
  CHECK(seat.at("errors.0.path.0") == "trainingId");
  CHECK(seat.at("errors.0.message") == "Required");
  const auto many =
      admin.post("/api/admin/bulk-permissions", R"({"userId":"user-3","action":"lend"})");
  CHECK(many.status == 400);
  CHECK(many.at("message") == "Invalid permission data");
  CHECK(many.at("errors.0.path.0") == "permissions");
  CHECK(many.at("errors.1.path.0") == "action");
  CHECK(admin
            .post("/api/admin/bulk-permissions",
                  R"({"userId":"user-3","action":"grant","permissions":"all"})")
            .at("errors.0.message") == "Expected array, received string");
  const auto person = admin.post("/api/users", "{}");
  CHECK(person.at("message") == "Invalid user data");
  REQUIRE(person.json_at("errors").size() == 3);
  for (const auto* name : {"username", "name", "password"})
    CHECK(person.body.find(R"({"path":[")" + std::string{name} + R"("],"message":"Required")") !=
          std::string::npos);
  for (const auto* path : {"/api/courses", "/api/resources"}) {
    CAPTURE(path);
    const auto unsigned_one =
        admin.post(path, R"({"title":"T","category":"technical","type":"link","url":"/x"})");
    CHECK(unsigned_one.status == 400);
    CHECK(unsigned_one.at("details.0.path.0") == "authorName");
    CHECK(unsigned_one.at("details.0.message") == "Required");
    // An empty one is taken: it is the caller's.
    const auto made = admin.post(
        path, R"({"title":"T","category":"technical","type":"link","url":"/x","authorName":""})");
    REQUIRE(made.status == 201);
    CHECK(made.at("authorName") == "Jean Dupont");
    CHECK(admin.remove(std::string{path} + "/" + made.at("id")).status == 200);
  }
}

TEST_CASE("intranet: a wrong type is named as the original's validator names it", "[db][net]") {
  struct wrong {
    const char* path;
    const char* body;
    const char* says;
  };
  constexpr wrong all[] = {
      {"/api/announcements", R"({"title":"x","content":"x","isImportant":"yes"})",
       "Expected boolean, received string"},
      {"/api/trainings", R"({"title":"x","category":"other","duration":"1","instructorName":""})",
       "Expected number, received string"},
      {"/api/trainings", R"({"title":"x","category":"other","duration":1.5,"instructorName":""})",
       "Expected integer, received float"},
      {"/api/events", R"({"title":"x","date":true})", "Expected date, received boolean"},
      {"/api/contents",
       R"({"title":"x","type":"video","category":"c","fileUrl":"","tags":{"a":1}})",
       "Expected array, received object"},
  };
  for (const auto& each : all) {
    CAPTURE(each.path, each.body);
    const auto answer = colleague("admin").post(each.path, each.body);
    CHECK(answer.status == 400);
    CHECK(answer.at("errors.0.message") == each.says);
    CHECK(answer.at("errors.0.code") == "invalid_type");
  }
}

TEST_CASE("intranet: an Ogg file is a video where its name says so", "[db][net]") {
  const std::string ogg{"OggS\0\x02\0\0\0\0\0\0\0\0 and so on", 25};
  auto& admin = colleague("admin");
  for (const auto& [name, type] : {std::pair{"a.ogv", "video/ogg"}, std::pair{"a.ogg", "audio/ogg"},
                                   std::pair{"a.bin", "audio/ogg"}}) {
    const auto sent = send_file(admin, "/api/upload", "file", name, ogg);
    INFO(sent.body);
    REQUIRE(sent.status == 201);
    CHECK(sent.at("file.mimeType") == type);
    CHECK(admin.remove("/api/files/" + sent.at("file.fileName")).status == 200);
  }
}

TEST_CASE("intranet: a file that is too large is told so in the original's words", "[db][net]") {
  auto& admin = colleague("admin");
  stoa::test::raw_client wire{admin.port()};
  const auto refused =
      wire.ask("POST /api/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + admin.cookie() +
               "\r\nContent-Type: multipart/form-data; boundary=x\r\n"
               "Content-Length: 62914560\r\n\r\n");
  CHECK(refused.status == 413);
  CHECK(refused.body == R"({"message":"File too large","error":"File too large"})");
}

TEST_CASE("intranet: pictures stand in their own addresses, and texts are long", "[db][net]") {
  auto& admin = colleague("admin");
  const std::string picture = "data:image/png;base64," + text(1'000'000);
  auto lena = new_colleague("details.lena");
  const auto me = lena.put("/api/auth/me", R"({"avatar":")" + picture + R"("})");
  REQUIRE(me.status == 200);
  CHECK(me.at("avatar") == picture);
  CHECK(lena.put("/api/auth/me", R"({"avatar":null})").at("avatar") == "null");
  const auto news =
      admin.post("/api/announcements", R"({"title":")" + text(1'500) + R"(","content":")" +
                                           text(300'000) + R"(","imageUrl":")" + picture + R"("})");
  REQUIRE(news.status == 201);
  CHECK(admin.get("/api/announcements/" + news.at("id")).at("imageUrl") == picture);
  CHECK(admin.remove("/api/announcements/" + news.at("id")).status == 200);
  const auto event = admin.post("/api/events", R"({"title":")" + text(1'500) +
                                                   R"(","date":"2031-01-01T00:00:00Z",)"
                                                   R"("location":")" +
                                                   text(1'500) + R"("})");
  REQUIRE(event.status == 201);
  CHECK(admin.remove("/api/events/" + event.at("id")).status == 200);
  const auto topic =
      admin.post("/api/forum/topics", R"({"categoryId":"forum-cat-1","title":"Long"})");
  const auto post =
      admin.post("/api/forum/posts",
                 R"({"topicId":")" + topic.at("id") + R"(","content":")" + text(200'000) + R"("})");
  CHECK(post.status == 201);
  CHECK(admin.remove("/api/forum/topics/" + topic.at("id")).status == 200);
  CHECK(
      admin.post("/api/announcements", R"({"title":"x","content":"x","imageUrl":" javascript:x"})")
          .status == 400);
}

TEST_CASE("intranet: an e-mail address is a text, and whose it is nobody else has", "[db][net]") {
  auto one = new_colleague("details.mail");
  for (const auto* address : {"details@localhost", "no-address"})
    CHECK(one.put("/api/auth/me", R"({"email":")" + std::string{address} + R"("})").at("email") ==
          address);
  auto other = new_colleague("details.other");
  const auto taken = other.put("/api/auth/me", R"({"email":"NO-address"})");
  CHECK(taken.status == 409);
  CHECK(taken.at("message") == "Email already exists");
}

// -- the forum ----------------------------------------------------------------

TEST_CASE("forum: a topic has one first post", "[db][net]") {
  auto& pierre = colleague("pierre.dubois");
  const auto topic =
      pierre.post("/api/forum/topics", R"({"categoryId":"forum-cat-1","title":"Premier"})");
  REQUIRE(topic.status == 201);
  const auto address = "/api/forum/topics/" + topic.at("id");
  const auto post = [&](std::string_view content) {
    return pierre.post("/api/forum/posts", R"({"isFirstPost":true,"content":")" +
                                               std::string{content} + R"(","topicId":")" +
                                               topic.at("id") + R"("})");
  };
  const auto first = post("a");
  CHECK(first.at("isFirstPost") == "true");
  CHECK(pierre.get(address).at("replyCount") == "0");
  CHECK(post("b").at("isFirstPost") == "false");
  CHECK(pierre.get(address).at("replyCount") == "1");
  CHECK(pierre.get(address).at("postCount") == "2");
  // When it was taken back, another one may be the first.
  CHECK(pierre.remove("/api/forum/posts/" + first.at("id")).status == 200);
  CHECK(post("c").at("isFirstPost") == "true");
  CHECK(pierre.get(address).at("replyCount") == "1");
  CHECK(colleague("admin").remove(address).status == 200);
}
