#include "net/node.hpp"
#include "persistence/pg/session.hpp"
#include "tests/net/support.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/program.hpp"
#include "tools/load/server_process.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <memory>
#include <string>

using namespace stoa;
using namespace stoa::testing;

namespace {

// `password123` and `admin123`, as bcrypt spells them.
constexpr const char* hash_of_password123 =
    "$2b$10$abcdefghijklmnopqrstuu0SYq8twpcthS10uxQ26rv0s3Obj8Ufu";
constexpr const char* hash_of_admin123 =
    "$2a$10$zyxwvutsrqponmlkjihgfe4ysOK2ObNSJYKNYlXUYBt5G8tGP35jm";

std::string dumped_users() {
  return fmt::format(R"([
    {{"id":"user-1","username":"admin","password":"{}","name":"Jean Dupont","role":"admin",
      "avatar":null,"employeeId":"EMP001","department":"Direction","position":"DG","isActive":true,
      "phone":"01","email":"jean.dupont@intrasphere.com","createdAt":"2023-01-01T08:00:00.000Z",
      "updatedAt":"2023-01-02T08:00:00.000Z"}},
    {{"id":"user-2","username":"marie.martin","password":"{}","name":"Marie Martin",
      "role":"moderator","employeeId":null,"email":null,"createdAt":"2023-01-01T08:00:01.000Z"}},
    {{"id":"user-3","username":"pierre","password":"as it was typed","name":"Pierre",
      "role":"employee","isActive":true,"email":"","createdAt":1672560002000}}])",
                     hash_of_admin123, hash_of_password123);
}

/// Every collection of the original, the way its Maps are written: lists, and objects by id; not in
/// the order in which they must come in.
std::string whole_dump() {
  return R"({"forumLikes":{"l1":{"id":"l1","postId":"post-1","userId":"user-2",
      "reactionType":"love","createdAt":"2024-02-01T00:00:00.000Z"},
    "l2":{"id":"l2","postId":"post-1","userId":"user-2","reactionType":"like"},
    "l3":{"id":"l3","postId":"post-3","userId":"user-1","reactionType":"like"}},
  "forumPosts":[
    {"id":"post-1","topicId":"topic-1","categoryId":"forum-cat-1","authorId":"user-1",
     "authorName":"Jean Dupont","content":"Bienvenue } ] \" à tous","isFirstPost":true,
     "likeCount":99,"attachments":"[\"/uploads/a.pdf\"]","createdAt":"2024-01-01T00:00:00.000Z"},
    {"id":"post-2","topicId":"topic-1","categoryId":"wrong","authorId":"user-2",
     "authorName":"Marie Martin","content":"Merci","isFirstPost":false,"likeCount":3,
     "attachments":null,"createdAt":"2024-01-02T00:00:00.000Z"},
    {"id":"post-3","topicId":"topic-1","categoryId":"forum-cat-1","authorId":"user-2",
     "authorName":"Marie Martin","content":"Effacé","isDeleted":true,"deletedBy":"user-1",
     "createdAt":"2024-01-03T00:00:00.000Z"}],
  "forumTopics":[{"id":"topic-1","categoryId":"forum-cat-1","title":"Bonjour","description":null,
     "authorId":"user-1","authorName":"Jean Dupont","isPinned":true,"viewCount":42,
     "replyCount":17,"lastReplyByName":"Personne","tags":"[\"salut\"]",
     "createdAt":"2024-01-01T00:00:00.000Z"}],
  "forumCategories":[{"id":"forum-cat-1","name":"Discussion","icon":null,"order":3,
     "moderatorIds":"[\"user-2\"]","accessLevel":"all","createdAt":"2023-01-01T00:00:00.000Z"}],
  "forumUserStats":[{"id":"s1","userId":"user-1","postCount":1000}],
  "employeeCategories":[{"id":"emp-cat-1","name":"RH","color":"#10B981",
     "permissions":["validate_posts"]}],
  "userSettings":{"user-2":{"companyName":"Ma boîte","theme":"dark","language":"en",
     "updatedAt":"2024-01-01T00:00:00.000Z"}},
  "permissions":[
    {"id":"perm-1","userId":"user-3","grantedBy":"user-1","permission":"manage_events"},
    {"id":"perm-2","userId":"user-3","grantedBy":"user-1","permission":"manage_events"}],
  "systemSettings":{"id":"settings","showForum":true,"showTraining":false,"updatedAt":null},
  "viewsConfig":[{"id":"dashboard","name":"Accueil","icon":"Home","isVisible":true,"sortOrder":1,
     "color":"#3B82F6","isCore":true,"accessLevel":"all","category":"main"}],
  "announcements":[
    {"id":"ann-1","title":"Télétravail","content":"Deux jours","type":"important",
     "authorId":"user-1","authorName":"Jean Dupont","imageUrl":null,"icon":null,
     "createdAt":"2024-01-05T00:00:00.000Z","isImportant":true},
    {"id":"ann-2","title":"Ancienne","content":"","authorId":"somebody who left",
     "authorName":"Parti","createdAt":"2024-01-04T00:00:00.000Z"}],
  "documents":[{"id":"doc-1","title":"Règlement","category":"organization","fileName":"",
     "fileUrl":"","updatedAt":"2024-01-01T00:00:00.000Z","version":"2024.1"}],
  "events":[{"id":"event-1","title":"Réunion","date":"2024-01-16T14:00:00.000Z","type":"meeting",
     "location":"Salle A","organizerId":"user-1"}],
  "contents":[{"id":"content-1","title":"Guide","type":"video","category":"Formation",
     "fileUrl":"/content/guide.mp4","viewCount":245,"rating":4,"tags":["a","b"],
     "createdAt":"2024-01-15T10:00:00.000Z","updatedAt":"2024-01-15T10:00:00.000Z"}],
  "categories":[{"id":"cat-1","name":"Formation","icon":"🎓","sortOrder":1}],
  "messages":[{"id":"msg-1","senderId":"user-2","recipientId":"user-1","subject":"RH",
     "content":"Bonjour","isRead":false,"createdAt":"2024-01-01T00:00:00.000Z"}],
  "complaints":[{"id":"complaint-1","submitterId":"user-3","assignedToId":"user-2",
     "title":"Climatisation","description":"En panne","category":"infrastructure"}],
  "trainings":[{"id":"training-1","title":"Sécurité","category":"safety","duration":60,
     "instructorName":"","maxParticipants":5,"currentParticipants":4,"documentUrls":[],
     "startDate":null,"createdAt":"2024-01-01T00:00:00.000Z"}],
  "trainingParticipants":[
    {"id":"part-1","trainingId":"training-1","userId":"user-3","status":"registered"},
    {"id":"part-2","trainingId":"training-1","userId":"user-3","status":"registered"},
    {"id":"part-3","trainingId":"training-1","userId":"user-2","status":"cancelled"}],
  "courses":[{"id":"course-1","title":"Sécurité","category":"compliance","authorId":"Jean Dupont",
     "authorName":"Jean Dupont","isPublished":true,"tags":["x"],"prerequisites":"[]"}],
  "lessons":[{"id":"lesson-1","courseId":"course-1","title":"Un","content":"<p>1</p>"}],
  "quizzes":[{"id":"quiz-1","courseId":"course-1","lessonId":null,"title":"Quiz","passingScore":60,
     "questions":"[{\"id\":\"q1\",\"text\":\"Oui ?\",\"type\":\"boolean\",\"answer\":true}]"}],
  "quizAttempts":[{"id":"attempt-1","userId":"user-3","quizId":"quiz-1","courseId":"course-1",
     "answers":"{\"q1\":true}","score":100,"passed":true,
     "startedAt":"2024-01-01T00:00:00.000Z","completedAt":"2024-01-01T00:05:00.000Z"}],
  "enrollments":[{"id":"enrol-1","userId":"user-2","courseId":"course-1","progress":40,
     "status":"in-progress","enrolledAt":"2024-01-01T00:00:00.000Z"}],
  "lessonProgress":[{"id":"lp-1","userId":"user-2","lessonId":"lesson-1","courseId":"course-1",
     "isCompleted":true,"timeSpent":12}],
  "certificates":[{"id":"cert-1","userId":"user-2","courseId":"course-1","title":"Attestation",
     "validUntil":"2030-01-01T00:00:00.000Z","issuedAt":"2024-01-01T00:00:00.000Z"}],
  "resources":[{"id":"resource-1","title":"Politique","category":"documentation","type":"pdf",
     "url":"/r.pdf","authorName":"","tags":"[\"sécurité\"]","rating":4.8,"downloadCount":45}],
  "sessions":[{"sid":"not ours"}],
  "users":)" +
         dumped_users() + "}";
}

std::filesystem::path dump_in(const scratch_folder& in, const std::string& text,
                              const char* name = "dump.json") {
  const auto file = in.path() / name;
  std::ofstream{file} << text;
  return file;
}

/// A server of the intranet that nobody has written into.
std::unique_ptr<node> empty_intranet(const std::filesystem::path& data) {
  settings how;
  how.data = data;
  how.demo = false;
  how.site.push_back({"intrasphere", 0});
  auto started = node::start(how);
  INFO((started ? "" : started.error().text + started.error().cause));
  REQUIRE(started);
  return std::move(*started);
}

/// What the database says to the application as this establishment.
std::string asked(const node& of, const std::string& sql) {
  auto session = pg::session::open(of.app_connection());
  REQUIRE(session);
  REQUIRE(session->run("set stoa.establishment = 'est-intrasphere'"));
  auto found = session->run(sql);
  INFO((found ? "" : found.error().cause));
  REQUIRE(found);
  return found->size() == 0 ? "(nothing)" : found->text(0, 0);
}

std::string many_announcements(int count) {
  std::string out = R"({"announcements":[)";
  for (int i = 0; i < count; ++i)
    out += fmt::format(R"({}{{"id":"ann-{}","title":"Nouvelle {}","content":"Texte"}})",
                       i == 0 ? "" : ",\n", i, i);
  return out + "],\"users\":" + dumped_users() + "}";
}

bool says(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("an IntraSphere's storage is imported whole: people sign in and find their things",
          "[db][slow]") {
  const scratch_folder folder;
  const auto data = folder.path() / "data";
  const auto file = dump_in(folder, whole_dump());
  // Before a server ever ran here: the database is made.
  const auto first =
      stoa_program("import intrasphere " + file.string() + " --data " + data.string());
  INFO(first.said);
  REQUIRE(first.code == 0);
  CHECK(says(first.said, "sessions: not known, left out"));
  CHECK_FALSE(says(first.said, "forumUserStats"));
  CHECK(says(first.said, "without a password hash: 1,"));
  const auto again =
      stoa_program("import intrasphere " + file.string() + " --data " + data.string());
  CHECK(again.code == 0);
  CHECK(says(again.said, "imported before; nothing was changed"));

  const auto server = empty_intranet(data);
  const auto port = server->sites().at(0).port;
  http_client admin{port};
  const auto signed_in =
      admin.post("/api/auth/login", R"({"username":"admin","password":"admin123"})");
  REQUIRE(signed_in.status == 200);
  CHECK(signed_in.at("id") == "user-1");
  CHECK(signed_in.at("role") == "admin");
  CHECK(signed_in.at("employeeId") == "EMP001");
  CHECK(signed_in.at("createdAt") == "2023-01-01T08:00:00.000Z");
  // The hash is one of ours by now, and the old one's password still opens.
  CHECK(test::until([&] {
    return says(asked(*server, "select password from users where id = 'user-1'"), "$argon2id$");
  }));
  CHECK(http_client{port}
            .post("/api/auth/login", R"({"username":"admin","password":"admin123"})")
            .status == 200);
  http_client marie{port};
  REQUIRE(marie.post("/api/auth/login", R"({"username":"marie.martin","password":"password123"})")
              .status == 200);
  for (const auto* wrong : {"as it was typed", "!", "password123"})
    CHECK(http_client{port}
              .post("/api/auth/login",
                    fmt::format(R"({{"username":"pierre","password":"{}"}})", wrong))
              .status == 401);

  CHECK(admin.get("/api/users").at("2.name") == "Pierre");
  CHECK(admin.get("/api/permissions/user-3").at("0.permission") == "manage_events");
  CHECK(marie.get("/api/user/settings").at("companyName") == "Ma boîte");
  CHECK(marie.get("/api/user/settings").at("theme") == "dark");
  CHECK(admin.get("/api/system-settings").at("showTraining") == "false");
  CHECK(admin.get("/api/views-config").at("0.title") == "Accueil");
  const auto news = admin.get("/api/announcements");
  CHECK(news.at("0.id") == "ann-1");
  CHECK(news.at("0.authorId") == "user-1");
  CHECK(news.at("1.authorId") == "null");
  CHECK(news.at("1.authorName") == "Parti");
  CHECK(admin.get("/api/documents/doc-1").at("version") == "2024.1");
  CHECK(admin.get("/api/events/event-1").at("date") == "2024-01-16T14:00:00.000Z");
  CHECK(admin.get("/api/contents/content-1").at("viewCount") == "246");  // this look, too
  CHECK(admin.get("/api/categories").at("0.icon") == "🎓");
  CHECK(admin.get("/api/messages/msg-1").at("subject") == "RH");
  CHECK(admin.get("/api/complaints").at("0.assignedToId") == "user-2");
  CHECK(admin.get("/api/trainings/training-1").at("currentParticipants") == "1");
  CHECK(admin.get("/api/trainings/training-1/participants").parsed->size() == 2);
  const auto course = admin.get("/api/courses/course-1");
  CHECK(course.at("authorId") == "null");
  CHECK(course.at("tags") == R"(["x"])");
  CHECK(admin.get("/api/courses/course-1/lessons").at("0.id") == "lesson-1");
  CHECK(says(admin.get("/api/quizzes/quiz-1").at("questions"), "Oui ?"));
  CHECK(asked(*server,
              "select passing_score::text || (questions -> 0 ->> 'id')"
              " from quiz_attempts") == "60q1");
  CHECK(marie.get("/api/my-enrollments").at("0.progress") == "40");
  CHECK(asked(*server, "select time_spent from lesson_progress") == "12");
  CHECK(marie.get("/api/my-certificates").at("0.id") == "cert-1");
  CHECK(marie.get("/api/my-certificates").at("0.expiresAt") == "2030-01-01T00:00:00.000Z");
  CHECK(admin.get("/api/resources").at("0.tags.0") == "sécurité");
  CHECK(admin.get("/api/employee-categories").at("0.name") == "RH");

  // Who became an administrator by it is in the log.
  CHECK(asked(*server,
              "select string_agg(subject_id, ' ' order by subject_id) from audit_entries"
              " where action = 'user.created' and address = 'import'") == "user-1 user-2");

  // Counters are counted: what the dump said of them is forgotten.
  const auto topic = admin.get("/api/forum/topics/topic-1");
  CHECK(topic.at("replyCount") == "1");
  CHECK(topic.at("lastReplyByName") == "Marie Martin");
  CHECK(topic.at("viewCount") >= "42");
  CHECK(topic.at("tags.0") == "salut");
  const auto posts = admin.get("/api/forum/topics/topic-1/posts");
  CHECK(posts.parsed->size() == 2);
  CHECK(posts.at("0.likeCount") == "1");
  CHECK(posts.at("0.content") == "Bienvenue } ] \" à tous");
  CHECK(posts.at("0.attachments") == R"(["/uploads/a.pdf"])");
  CHECK(posts.at("1.categoryId") == "forum-cat-1");
  CHECK(asked(*server, "select count(*) from forum_likes") == "1");
  // And the topic lives: somebody answers.
  CHECK(marie.post("/api/forum/posts", R"({"topicId":"topic-1","content":"Encore"})").status ==
        201);
  CHECK(admin.get("/api/forum/topics/topic-1").at("replyCount") == "2");
}

TEST_CASE("an import that is killed goes on where it was, again and again, and doubles nothing",
          "[db][slow]") {
  const scratch_folder folder;
  constexpr int many = 8'000;
  const auto file = dump_in(folder, many_announcements(many));
  const auto data = folder.path() / "data";
  const auto server = empty_intranet(data);
  const auto taken = [&] {
    const auto found = asked(*server,
                             "select taken from imports where collection = 'announcements'"
                             " and finished_at is null");
    return found == "(nothing)" ? -1 : std::stoi(found);
  };
  load::server_process run{
      {STOA_PROGRAM, "import", "intrasphere", file.string(), "--data", data.string()},
      folder.path() / "log"};
  // Longer than `until` alone: the whole file is looked through before the first row.
  const auto in_time = [&](const std::function<bool()>& holds) {
    for (int turns = 0; turns < 12 && run.process() != 0; ++turns)
      if (test::until([&] { return holds() || run.ended(); }))
        return holds();
    return false;
  };
  int before = 0;
  for (int round = 0; round < 3; ++round) {
    REQUIRE(run.start());
    REQUIRE(in_time([&] { return taken() > before; }));
    run.kill();
    before = taken();
    REQUIRE(before > 0);
    CHECK(before < many);
    // What is counted is what is there.
    CHECK(asked(*server, "select count(*) = (select taken from imports) from announcements") ==
          "t");
  }
  REQUIRE(run.start());
  CHECK(run.wait() == 0);
  CHECK(asked(*server, "select count(*) from announcements") == std::to_string(many));
  CHECK(asked(*server, "select imported from imports where finished_at is not null") ==
        std::to_string(many + 3));
  std::ifstream log{folder.path() / "log"};
  const std::string said{std::istreambuf_iterator<char>{log}, {}};
  CHECK(says(said, "going on at announcements["));
  CHECK(says(said, "90 %  announcements"));
}

TEST_CASE("a bad row stops an import before it begins; --skip-bad leaves it out and tells",
          "[db][slow]") {
  const scratch_folder folder;
  const auto data = folder.path() / "data";
  const auto server = empty_intranet(data);
  const auto import = [&](const std::filesystem::path& file, const std::string& more = "") {
    return stoa_program("import intrasphere " + file.string() + " --data " + data.string() + more);
  };
  const auto bad = dump_in(folder, R"({"announcements":[
      {"id":"a","title":"Bien","content":"x"},
      {"id":"b","title":" ","content":"x","type":"gossip"},
      {"id":"c","content":"x"},
      {"id":"a","title":"Encore","content":"x"},
      {"id":"d","title":"Bien","content":"x","title":"deux fois"},
      17,
      {"id":"e","title":"Bien aussi","content":"x"}],
    "messages":[{"id":"m","senderId":"user-1","recipientId":"nobody","subject":"s","content":"c"}],
    "users":)" + dumped_users() + "}");
  const auto stopped = import(bad);
  INFO(stopped.said);
  CHECK(stopped.code != 0);
  CHECK(says(stopped.said, "announcements[1] is bad. Nothing was imported"));
  CHECK(says(stopped.said, "announcements[1].title: title must not be blank"));
  CHECK(says(stopped.said, "announcements[1].type: type must be one of info, important"));
  CHECK(asked(*server, "select count(*) from users") == "0");
  CHECK(asked(*server, "select count(*) from imports") == "0");

  const auto skipped = import(bad, " --skip-bad");
  INFO(skipped.said);
  CHECK(WEXITSTATUS(skipped.code) == 2);
  CHECK(says(skipped.said, "announcements[2].title: title is required"));
  CHECK(says(skipped.said, "announcements[3].id: id is taken"));
  CHECK(says(skipped.said, "announcements[4]"));
  CHECK(says(skipped.said, "announcements[5]: an object was expected"));
  CHECK(says(skipped.said, "messages[0].recipientId: recipientId refers to something that is not"));
  CHECK(says(skipped.said, "5 imported, 6 bad ones left out"));
  CHECK(asked(*server, "select string_agg(id, ' ' order by id) from announcements") == "a e");

  // What only the database can find ends it in the middle; with the file mended, it goes on.
  const auto twice = [&](const char* second) {
    return dump_in(folder, fmt::format(R"({{"documents":[
      {{"id":"d1","title":"x","category":"","fileName":"","fileUrl":""}},
      {{"id":"{}","title":"y","category":"","fileName":"","fileUrl":""}}]}})",
                                       second));
  };
  const auto middle = import(twice("d1"));
  INFO(middle.said);
  CHECK(middle.code != 0);
  CHECK(says(middle.said, "documents[1] (d1) is bad. What stands before it was imported"));
  CHECK(asked(*server, "select count(*) from documents") == "1");
  const auto mended = import(twice("d2"), " --keep-existing");
  INFO(mended.said);
  CHECK(mended.code == 0);
  CHECK(says(mended.said, "1 imported, 1 were there already"));
  CHECK(asked(*server, "select count(*) from documents") == "2");

  CHECK(says(import(dump_in(folder, "{\"users\":[\n{},\n{]}")).said, "is not JSON at line 3"));
  CHECK(says(import(dump_in(folder, "[]")).said, "does not hold one JSON object"));
  CHECK(says(import(folder.path() / "missing").said, "cannot read"));
  CHECK(says(import(bad, " --establishment nowhere").said, "no such establishment: nowhere"));
}

TEST_CASE("an import reads what Windows and other programs wrote, and counts its own people only",
          "[db][slow]") {
  const scratch_folder folder;
  const auto data = " --data " + (folder.path() / "data").string();
  const auto brought = [&](const char* name, const std::string& bytes) {
    const auto file = dump_in(folder, bytes, name);
    return stoa_program("import intrasphere " + file.string() + data);
  };
  const auto marked =
      brought("marked.json",
              "\xef\xbb\xbf{\"users\":[{\"id\":\"w-1\",\"username\":\"e\u0301lise\","
              "\"name\":\"W\",\"role\":\"employee\",\"password\":\"x\"}]}");
  INFO(marked.said);
  REQUIRE(marked.code == 0);
  CHECK(says(marked.said, "without a password hash: 1,"));
  // By Argon2, of another program.
  const auto other = brought(
      "other.json",
      R"({"users":[{"id":"w-2","username":"paul","name":"P","role":"employee","password":)"
      R"("$argon2i$v=19$m=4096,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$KKC/6tTPT4FSVqqZ7G3jMPgxTWaQx7UyXbZVJ3V+X9Q"}]})");
  REQUIRE(other.code == 0);
  CHECK_FALSE(says(other.said, "without a password hash"));
  const auto again =
      brought("third.json", R"({"users":[{"id":"w-3","username":"\u00e9lise","name":"W"}]})");
  CHECK(again.code != 0);
  CHECK(says(again.said, "username is somebody's already"));
  const auto odd = brought("odd.json", R"({"users":[{"id":"w-4","username":"jean ","name":"J"}]})");
  CHECK(odd.code != 0);
  CHECK(says(odd.said, "users[0].username"));

  using namespace std::string_literals;
  const auto wide = brought("wide.json", "\xff\xfe{\0}\0"s);
  CHECK(wide.code != 0);
  CHECK(says(wide.said, "is UTF-16"));
}

TEST_CASE("an import sees its own establishment only, and never another's people", "[db][slow]") {
  const scratch_folder folder;
  const auto data = folder.path() / "data";
  const auto server = empty_intranet(data);
  auto platform = pg::session::open(server->app_connection());
  REQUIRE(platform);
  REQUIRE(platform->run("set stoa.establishment = '*'"));
  REQUIRE(
      platform->run("insert into establishments (id, name, slug) values ('other', 'O', 'other');"
                    "insert into users (id, establishment_id, email, username, password)"
                    " values ('foreign', 'other', 'f@example.org', 'foreign', '!')"));
  const auto file = dump_in(folder, R"({"announcements":[
      {"id":"a","title":"t","content":"x","authorId":"foreign"}],
    "messages":[{"id":"m","senderId":"foreign","recipientId":"foreign","subject":"s",
                 "content":"c"}]})");
  const auto done =
      stoa_program("import intrasphere " + file.string() + " --skip-bad --data " + data.string());
  INFO(done.said);
  CHECK(says(done.said, "messages[0].senderId: senderId refers to something that is not there"));
  CHECK(says(done.said, "1 imported, 1 bad ones left out"));
  CHECK(asked(*server, "select author_id from announcements").empty());
  // Ids belong to who had them first.
  const auto same = dump_in(folder, R"({"users":[{"id":"foreign","username":"f2","name":"F",
      "password":"x","role":"employee"}]})");
  const auto taken = stoa_program("import intrasphere " + same.string() +
                                  " --keep-existing --data " + data.string());
  INFO(taken.said);
  CHECK(taken.code != 0);
  CHECK(says(taken.said, "users[0] (foreign) is bad"));
}
