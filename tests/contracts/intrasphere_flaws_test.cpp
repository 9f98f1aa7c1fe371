#include "tests/net/support.hpp"
#include "tests/support/intranet_walk.hpp"
#include "tests/support/intrasphere.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/program.hpp"
#include "tools/load/server_process.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <set>

using namespace stoa;
using namespace stoa::testing;

// What was wrong with the server that this edition takes the place of, and the test that shows that
// it is not so here.

namespace {

struct flaw {
  int number;
  const char* was;
  const char* test;
};

constexpr flaw flaws[] = {
    {1, "hashes in GET and PATCH users",
     "intranet: the directory shows everybody without a password"},
    {1, "clear text in POST users", "intranet: no answer about people has a password in it"},
    {2, "one's own role in PATCH users",
     "intranet: nobody raises oneself, and a new rank holds at once"},
    {3, "accounts that cannot sign in",
     "intranet: an admin makes accounts that can sign in, once each"},
    {4, "passwords changed without the old one",
     "intranet: a password changes only with the old one, and ends the other sessions"},
    {4, "weak or missing new passwords, for anybody",
     "intranet: a password is replaced under the same rules at each address"},
    {5, "paths out of the uploads", "intranet: a file is sent, read and removed by who may"},
    {6, "sockets that believe a userId", "intranet: open pages hear what concerns them"},
    {7, "sessions of closed accounts",
     "intranet: a closed account's sessions end, and it opens again"},
    {7, "sockets of closed accounts", "intranet: a closed account's pages are closed"},
    {8, "what guests read",
     "intranet: every right is as the matrix says, for every rank, every code "
     "and every owner"},
    {8, "no way to show guests less",
     "intranet: a site for members only shows guests its door and nothing else"},
    {9, "delegated codes without effect",
     "intranet: a delegated code has its effect while it lasts"},
    {10, "events with dates refused", "intranet: events take ISO dates, under either name"},
    {10, "trainings with dates refused", "intranet: trainings take ISO dates"},
    {11, "replies need a category", "forum: a page of the client, from shelves to a reply"},
    {12, "PATCH of a read mark", "intranet: letters are between two, whatever the body claims"},
    {13, "pages in the client's shape",
     "intranet: pages are configured in both shapes and keep their cores"},
    {14, "HTML for unknown addresses", "intranet: an unknown address is none, whatever the method"},
    {15, "a reset that locks everybody out",
     "intranet: figures for the landing page and the staff"},
    {16, "likes that only grow",
     "forum: a like is taken back by the next one, and counted exactly"},
    {17, "pins and locks by anybody", "forum: only who validates topics pins, locks and removes"},
    {17, "approval without effect",
     "forum: what waits for approval is seen by its author and validators"},
    {17, "levels without effect, nobody in deletedBy",
     "forum: a shelf is for whom its level says, and a removal has a name"},
    {18, "seats given out twice", "intranet: trainings have seats that are given out once"},
    {18, "overbooking in a rush", "intranet: five hundred want twenty seats, and twenty get one"},
    {19, "courses by a name", "intranet: a course is taken, completed and certified"},
    {19, "announcements by user-1", "intranet: news for everybody, signed by who is signed in"},
    {19, "material by a name", "intranet: material is signed by who is signed in"},
    {20, "any key in complaints and documents",
     "intranet: a change stores what it may and nothing else"},
    {21, "500 and 200 for missing rows", "intranet: what is missing is not found by any change"},
    {22, "a session chosen by others, a cookie that stays",
     "intranet: signing in makes a new session, signing out takes the cookie back"},
    {23, "one counter for everything",
     "intranet: wrong passwords count for one account, right ones do not"},
    {24, "files that are nowhere", "intranet: a document comes with its file"},
    {24, "types as the client says", "intranet: what a file is, its first bytes say"},
    {25, "text and passwords rewritten",
     "intranet: text and passwords are kept as they were written"},
    {26, "bodies in the log",
     "intranet: a server that is started again knows all, its log no body"},
    {27, "settings as they were saved last", "intranet: one's settings always have all their keys"},
    {28, "promises of TLS without it", "intranet: nothing is promised about TLS without it"},
    {29, "names given twice", "intranet: category names are unique and have defaults"},
    {29, "names given twice, elsewhere", "intranet: names that must be unique are so everywhere"},
    {30, "nothing outlives the process",
     "intranet: a server that is started again knows all, its log no body"},
};

}  // namespace

TEST_CASE("intranet: every flaw of its predecessor has a test that shows it gone") {
  std::string all;
  for (const auto& each : std::filesystem::directory_iterator{"tests/contracts"})
    if (each.path().filename() != "intrasphere_flaws_test.cpp")
      all += content_of(each.path());
  const auto here = content_of("tests/contracts/intrasphere_flaws_test.cpp");
  std::set<int> numbers;
  for (const auto& each : flaws) {
    CAPTURE(each.number, each.was, each.test);
    const auto title = '"' + std::string{each.test} + '"';
    CHECK((all.find("TEST_CASE(" + title) != std::string::npos ||
           here.find("TEST_CASE(" + title) != std::string::npos));
    numbers.insert(each.number);
  }
  CHECK(numbers.size() == 30);
  CHECK(*numbers.rbegin() == 30);
}

// -- people -------------------------------------------------------------------

TEST_CASE("intranet: no answer about people has a password in it", "[db][net]") {
  auto& admin = colleague("admin");
  const auto made =
      admin.post("/api/users", R"({"username":"bare","password":"Secret1!","name":"Bare"})");
  REQUIRE(made.status == 201);
  const auto one = "/api/users/" + made.at("id");
  for (const auto& answer :
       {made, admin.get(one), admin.patch(one, R"({"phone":"1"})"),
        admin.put(one, R"({"phone":"2"})"), admin.put(one + "/status", R"({"isActive":true})"),
        admin.put(one + "/activate", ""), admin.get("/api/users?includeInactive=true"),
        admin.get("/api/search/users?q=bare"), admin.get("/api/auth/me")}) {
    INFO(answer.body);
    CHECK(answer.status < 300);
    for (const auto* secret : {"assword", "Secret1!", "$argon2", "$2b$", "$2a$"})
      CHECK(answer.body.find(secret) == std::string::npos);
  }
}

TEST_CASE("intranet: a password is replaced under the same rules at each address", "[db][net]") {
  auto lou = new_colleague("lou");
  const auto own = "/api/users/" + lou.get("/api/auth/me").at("id") + "/password";
  auto& admin = colleague("admin");
  CHECK(lou.put(own, R"({"newPassword":"Secret2!"})").at("message") ==
        "Current password is incorrect");
  CHECK(lou.put(own, R"({"currentPassword":"nope","newPassword":"Secret2!"})").status == 400);
  for (const auto* body : {"{}", R"({"newPassword":"weak"})", R"({"newPassword":7})"}) {
    CHECK(lou.put(own, body).status == 400);
    CHECK(admin.put(own, body).status == 400);
  }
  CHECK(lou.put(own, R"({"currentPassword":"Secret1!","newPassword":"weak"})").status == 400);
  CHECK(lou.put("/api/users/user-1/password", R"({"newPassword":"Secret2!"})").status == 403);
  CHECK(admin.put("/api/users/nobody/password", R"({"newPassword":"Secret2!"})").status == 404);
  CHECK(admin.put(own, R"({"newPassword":"Secret3!"})").status == 200);
  CHECK(lou.get("/api/auth/me").status == 401);
  CHECK(intranet_visitor()
            .post("/api/auth/login", R"({"username":"lou","password":"Secret3!"})")
            .status == 200);
}

TEST_CASE("intranet: a closed account's pages are closed", "[db][net]") {
  auto sam = new_colleague("sam");
  const auto id = sam.get("/api/auth/me").at("id");
  ws_client page{sam, "/ws"};
  REQUIRE(page.status() == 101);
  (void)page.heard("CONNECTED");
  CHECK(colleague("admin").put("/api/users/" + id + "/deactivate", "").status == 200);
  while (page.hear()) {
  }
  CHECK(page.close_code() != 0);
  CHECK(ws_client(sam, "/ws").status() == 401);
}

TEST_CASE("intranet: signing in makes a new session, signing out takes the cookie back",
          "[db][net]") {
  auto client = intranet_visitor();
  const std::string chosen = "connect.sid=chosen-by-somebody-else";
  client.set_cookie(chosen);
  const std::string who = R"({"username":"admin","password":"admin123"})";
  REQUIRE(client.post("/api/auth/login", who).status == 200);
  const auto first = client.cookie();
  CHECK(first != chosen);
  auto other = intranet_visitor();
  other.set_cookie(chosen);
  CHECK(other.get("/api/auth/me").status == 401);

  // Again, with a session that is alive: it ends.
  REQUIRE(client.post("/api/auth/login", who).status == 200);
  const auto second = client.cookie();
  CHECK(second != first);
  other.set_cookie(first);
  CHECK(other.get("/api/auth/me").status == 401);

  const auto out = client.post("/api/auth/logout");
  CHECK(out.header("Set-Cookie").starts_with("connect.sid=;"));
  CHECK(out.header("Set-Cookie").find("Expires=Thu, 01 Jan 1970") != std::string::npos);
  other.set_cookie(second);
  CHECK(other.get("/api/auth/me").status == 401);
}

TEST_CASE("intranet: wrong passwords count for one account, right ones do not", "[db][net]") {
  auto nora = new_colleague("flaws.nora");
  const auto sign_in = [](const std::string& name, const std::string& password) {
    return intranet_visitor().post(
        "/api/auth/login", R"({"username":")" + name + R"(","password":")" + password + R"("})");
  };
  for (int i = 0; i < 8; ++i)
    CHECK(sign_in("flaws.nora", "Secret1!").status == 200);
  for (int i = 0; i < 5; ++i)
    CHECK(sign_in("flaws.nora", "wrong").status == 401);
  const auto locked = sign_in("flaws.nora", "Secret1!");
  CHECK(locked.status == 429);
  CHECK(locked.header("Retry-After") != "");
  CHECK(nora.get("/api/auth/me").status == 200);
  CHECK(sign_in("admin", "admin123").status == 200);
  auto omar = new_colleague("omar");  // registering has a counter of its own
  CHECK(omar.get("/api/auth/me").status == 200);
}

// -- what is written, and where -----------------------------------------------

TEST_CASE("intranet: an unknown address is none, whatever the method", "[db][net]") {
  http_headers page;
  page.emplace_back("Accept", "text/html");
  for (const auto* path : {"/api/nothing", "/api/push/subscribe", "/api/users/user-1/nothing"})
    for (const auto* method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
      CAPTURE(path, method);
      const auto answer = colleague("admin").request(
          method, path, std::string_view{method} == "GET" ? "" : "{}", page);
      CHECK(answer.status == 404);
      CHECK(answer.body == R"({"message":"Not found","error":"Not found"})");
    }
}

TEST_CASE("intranet: what is missing is not found by any change", "[db][net]") {
  auto& admin = colleague("admin");
  std::size_t walked = 0;
  for (const auto& row : intranet_edition().routes) {
    if (row.path.find('{') == std::string_view::npos || row.method == verb::get ||
        row.method == verb::post)
      continue;
    const auto answer =
        admin.request(name_of(row.method), filled(row.path, [](auto) { return "nothing"; }),
                      R"({"isActive":true,"newPassword":"Secret1!","content":"C"})");
    CAPTURE(name_of(row.method), row.path, answer.body);
    CHECK(answer.status == 404);
    CHECK(answer.at("message") == answer.at("error"));
    ++walked;
  }
  CHECK(walked > 60);
}

TEST_CASE("intranet: a change stores what it may and nothing else", "[db][net]") {
  auto& marie = colleague("marie.martin");
  const auto complaint =
      colleague("pierre.dubois")
          .post("/api/complaints", R"({"title":"Eau","description":"Froide","category":"hr"})");
  const auto paper = marie.post(
      "/api/documents", R"({"title":"Plan","category":"guide","fileName":"","fileUrl":""})");
  for (const auto& [address, before] :
       {std::pair{"/api/complaints/" + complaint.at("id"), complaint},
        std::pair{"/api/documents/" + paper.at("id"), paper}}) {
    for (const auto* method : {"PATCH", "PUT"}) {
      const auto after = marie.request(
          method, address,
          R"({"title":"Neu","id":"other","submitterId":"user-1","createdAt":"1999-01-01T00:00:00Z",)"
          R"("establishmentId":"est-else","hacked":{"a":1}})");
      CAPTURE(after.body);
      REQUIRE(after.status == 200);
      CHECK(after.at("title") == "Neu");
      for (const auto* name : {"id", "submitterId", "createdAt", "establishmentId", "hacked"})
        CHECK(after.at(name) == before.at(name));
      CHECK(marie.get(address).body == after.body);
    }
    CHECK(marie.patch(address, R"({"title":null})").status == 400);
    CHECK(marie.patch(address, R"({"title":7})").status == 400);
  }
  for (const auto* body : {R"({"status":"lost"})", R"({"priority":"enormous"})"})
    CHECK(marie.patch("/api/complaints/" + complaint.at("id"), body).status == 400);
}

TEST_CASE("intranet: text and passwords are kept as they were written", "[db][net]") {
  const std::string text = R"(onboarding = javascript: <b onclick=x>1 < 2 & 3</b> -- %00 'ok')";
  const auto made = colleague("admin").post(
      "/api/announcements", R"({"title":")" + text + R"(","content":")" + text + R"("})");
  REQUIRE(made.status == 201);
  const auto read = intranet_visitor().get("/api/announcements/" + made.at("id"));
  CHECK(read.at("title") == text);
  CHECK(read.at("content") == text);

  auto client = intranet_visitor();
  const auto with = [](const std::string& password) {
    return R"({"username":"tess","name":"Tess","password":")" + password + R"("})";
  };
  const std::string odd = "A1! <script>onload = 'é'</script>";
  REQUIRE(client.post("/api/auth/register", with(odd)).status == 201);
  CHECK(intranet_visitor().post("/api/auth/login", with(odd)).status == 200);
  CHECK(intranet_visitor().post("/api/auth/login", with("A1! onload = 'é'")).status == 401);
}

TEST_CASE("intranet: material is signed by who is signed in", "[db][net]") {
  const auto made =
      colleague("marie.martin")
          .post("/api/resources", R"({"title":"Guide","category":"guide","type":"link","url":"/x",)"
                                  R"("authorName":"Jean Dupont","authorId":"user-1"})");
  REQUIRE(made.status == 201);
  CHECK(made.at("authorId") == "user-2");
  CHECK(made.at("authorName") == "Jean Dupont");
}

TEST_CASE("intranet: trainings take ISO dates", "[db][net]") {
  auto& admin = colleague("admin");
  const auto made = admin.post(
      "/api/trainings",
      R"({"title":"Voile","category":"other","duration":60,"instructorName":"",)"
      R"("startDate":"2031-05-04T08:00:00.000Z","endDate":"2031-05-04T10:00:00+02:00"})");
  REQUIRE(made.status == 201);
  CHECK(made.at("startDate") == "2031-05-04T08:00:00.000Z");
  CHECK(made.at("endDate") == "2031-05-04T08:00:00.000Z");
  const auto address = "/api/trainings/" + made.at("id");
  CHECK(admin.put(address, R"({"startDate":"2031-05-04T07:00:00Z"})").at("startDate") ==
        "2031-05-04T07:00:00.000Z");
  // It would begin after its end.
  CHECK(admin.put(address, R"({"startDate":"2031-06-04T08:00:00Z"})").status == 400);
  CHECK(admin.put(address, R"({"startDate":"soon"})").status == 400);
  CHECK(admin.remove(address).status == 200);
}

TEST_CASE("intranet: names that must be unique are so everywhere", "[db][net]") {
  auto& admin = colleague("admin");
  for (const auto* where :
       {"/api/categories", "/api/employee-categories", "/api/forum/categories"}) {
    CAPTURE(where);
    const auto first = admin.post(where, R"({"name":"Unique"})");
    REQUIRE(first.status == 201);
    const auto second = admin.post(where, R"({"name":"Autre"})");
    REQUIRE(second.status == 201);
    CHECK(admin.post(where, R"({"name":"Unique"})").status == 409);
    const auto address = std::string{where} + "/" + second.at("id");
    CHECK(admin.patch(address, R"({"name":"Unique"})").status == 409);
    CHECK(admin.remove(address).status == 200);
    CHECK(admin.remove(std::string{where} + "/" + first.at("id")).status == 200);
  }
}

// -- the forum ----------------------------------------------------------------

TEST_CASE("forum: a shelf is for whom its level says, and a removal has a name", "[db][net]") {
  auto& admin = colleague("admin");
  auto& marie = colleague("marie.martin");
  auto& pierre = colleague("pierre.dubois");
  auto guest = intranet_visitor();
  struct level {
    const char* name;
    std::vector<http_client*> in;
    std::vector<http_client*> out;
  };
  const level levels[] = {{"employee", {&pierre, &marie, &admin}, {&guest}},
                          {"moderator", {&marie, &admin}, {&guest, &pierre}},
                          {"admin", {&admin}, {&guest, &pierre}}};
  for (const auto& each : levels) {
    CAPTURE(each.name);
    const auto name = std::string{each.name};
    const auto shelf =
        admin.post("/api/forum/categories",
                   R"({"name":"Pour )" + name + R"(","accessLevel":")" + name + R"("})");
    REQUIRE(shelf.status == 201);
    const auto id = shelf.at("id");
    const auto topic =
        admin.post("/api/forum/topics", R"({"title":"Réservé","categoryId":")" + id + R"("})");
    REQUIRE(topic.status == 201);
    const auto address = "/api/forum/topics/" + topic.at("id");
    const auto reply = R"({"content":"x","topicId":")" + topic.at("id") + R"("})";
    for (auto* who : each.in) {
      CHECK(who->get(address).status == 200);
      CHECK(who->get("/api/forum/categories").body.find(id) != std::string::npos);
      CHECK(who->get("/api/forum/topics").body.find(topic.at("id")) != std::string::npos);
      CHECK(who->post("/api/forum/posts", reply).status == 201);
    }
    for (auto* who : each.out) {
      CHECK(who->get(address).status == 404);
      CHECK(who->get("/api/forum/categories").body.find(id) == std::string::npos);
      CHECK(who->get("/api/forum/topics").body.find(topic.at("id")) == std::string::npos);
      CHECK(who->get(address + "/posts").body == "[]");
      CHECK(who->post("/api/forum/posts", reply).status == (who == &guest ? 401 : 404));
    }
    CHECK(admin.remove("/api/forum/categories/" + id).status == 200);
  }

  const auto topic =
      pierre.post("/api/forum/topics", R"({"title":"Retrait","categoryId":"forum-cat-1"})");
  const auto post =
      pierre.post("/api/forum/posts", R"({"content":"x","topicId":")" + topic.at("id") + R"("})");
  REQUIRE(post.status == 201);
  CHECK(marie.remove("/api/forum/posts/" + post.at("id")).status == 200);
  const auto kept = ask_database("est-intrasphere",
                                 prepared("select deleted_by, is_deleted, deleted_at is not null"
                                          " from forum_posts where id = $1",
                                          post.at("id")));
  REQUIRE(kept.size() == 1);
  CHECK(kept.text(0, 0) == "user-2");
  CHECK(kept.flag(0, 1));
  CHECK(kept.flag(0, 2));
}

// -- the server ---------------------------------------------------------------

TEST_CASE("intranet: nothing is promised about TLS without it", "[db][net]") {
  for (const auto* path : {"/api/stats", "/api/nothing", "/api/users"}) {
    const auto head = intranet_visitor().get(path).head;
    INFO(head);
    CHECK(head.find("Strict-Transport-Security") == std::string::npos);
    CHECK(head.find("upgrade-insecure-requests") == std::string::npos);
  }
}

TEST_CASE("intranet: a server that is started again knows all, its log no body",
          "[db][net][slow]") {
  const scratch_folder folder;
  const auto start = [&](const std::filesystem::path& log) {
    auto out = std::make_unique<load::server_process>(
        std::vector<std::string>{STOA_PROGRAM, "serve", "--demo", "--data",
                                 (folder.path() / "data").string(), "--site", "intrasphere:0",
                                 "--log-level", "trace"},
        log);
    REQUIRE(out->start());
    bool there = false;
    while (!there && !out->ended())
      there = test::until([&] {
        return port_in(content_of(log), "intrasphere      http://127.0.0.1:") != 0 || out->ended();
      });
    INFO(content_of(log));
    REQUIRE(port_in(content_of(log), "intrasphere      http://127.0.0.1:") != 0);
    return out;
  };
  const auto first_log = folder.path() / "first.log";
  const auto second_log = folder.path() / "second.log";

  auto server = start(first_log);
  http_client admin{port_in(content_of(first_log), "intrasphere      http://127.0.0.1:")};
  REQUIRE(admin.post("/api/auth/login", R"({"username":"admin","password":"admin123"})").status ==
          200);
  const auto made =
      admin.post("/api/announcements", R"({"title":"Gardé","content":"parole-confidentielle"})");
  REQUIRE(made.status == 201);
  CHECK(admin.get("/api/users").body.find("EMP003") != std::string::npos);
  CHECK(admin.post("/api/announcements", R"({"content":"parole-confidentielle"})").status == 400);
  server->stop();
  const auto told = content_of(first_log);
  for (const auto* word : {"parole-confidentielle", "Gardé", "EMP003"}) {
    CAPTURE(word);
    CHECK(told.find(word) == std::string::npos);
  }
  CHECK(told.find(admin.cookie().substr(admin.cookie().find('=') + 1)) == std::string::npos);

  server = start(second_log);
  http_client again{port_in(content_of(second_log), "intrasphere      http://127.0.0.1:")};
  CHECK(again.get("/api/announcements/" + made.at("id")).at("content") == "parole-confidentielle");
  again.set_cookie(admin.cookie());
  CHECK(again.get("/api/auth/me").at("username") == "admin");
  server->stop();
}
