#include "persistence/pg/session.hpp"
#include "tests/support/intranet_walk.hpp"
#include "tests/support/intrasphere.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace stoa;
using namespace stoa::testing;

namespace {

constexpr std::string_view two_questions =
    R"([{"id":"q1","text":"Eau ?","type":"single","choices":["H2O","CO2"],"answer":"H2O"},)"
    R"({"id":"q2","text":"Le sel se dissout.","type":"boolean","answer":true}])";

std::string new_course() {
  const auto made = colleague("admin").post(
      "/api/courses", R"({"title":"Chimie","category":"technical","authorName":"x"})");
  REQUIRE(made.status == 201);
  return made.at("id");
}

// A quiz of that course; its address.
std::string new_quiz(const std::string& course, std::string_view more = {}) {
  const auto made = colleague("marie.martin")
                        .post("/api/courses/" + course + "/quizzes",
                              R"({"title":"Sels","questions":)" + std::string{two_questions} +
                                  std::string{more} + "}");
  INFO(made.body);
  REQUIRE(made.status == 201);
  return "/api/quizzes/" + made.at("id");
}

std::string start_attempt(http_client& who, const std::string& quiz) {
  const auto begun = who.post(quiz + "/attempts");
  INFO(begun.body);
  REQUIRE(begun.status == 201);
  return quiz + "/attempts/" + begun.at("id") + "/submit";
}

constexpr std::string_view all_right = R"({"answers":{"q1":"H2O","q2":true}})";
constexpr std::string_view half_right = R"({"answers":{"q1":"H2O","q2":false}})";

}  // namespace

TEST_CASE("intranet: a quiz hides its answers from those who take it", "[db][net]") {
  const auto course = new_course();
  auto& marie = colleague("marie.martin");
  auto& pierre = colleague("pierre.dubois");
  const auto address = "/api/courses/" + course + "/quizzes";
  const auto body = R"({"title":"Sels","questions":)" + json_quote(two_questions) + "}";
  CHECK(pierre.post(address, body).status == 403);
  CHECK(intranet_visitor().get(address).status == 401);
  CHECK(marie.post("/api/courses/nowhere/quizzes", body).at("message") == "Course not found");
  const auto made = marie.post(address, body);
  REQUIRE(made.status == 201);
  CHECK(made.at("courseId") == course);
  CHECK(made.at("passingScore") == "70");
  CHECK(made.at("timeLimit") == "null");
  CHECK(made.at("allowRetries") == "true");
  CHECK(made.at("maxAttempts") == "3");
  CHECK(made.at("isRequired") == "false");
  CHECK(made.at("questions") == two_questions);
  const auto quiz = "/api/quizzes/" + made.at("id");
  CHECK(marie.get(quiz).at("questions") == two_questions);
  for (const auto& seen :
       {pierre.get(quiz).at("questions"), pierre.get(address).at("0.questions")}) {
    CHECK(seen.find("H2O") != std::string::npos);
    CHECK(seen.find("answer") == std::string::npos);
  }
  CHECK(outside_colleague().get(quiz).status == 404);

  const auto wrong =
      marie.post(address, R"({"title":"x","questions":[{"id":"a","text":"b","type":"single",)"
                          R"("choices":["1","2"],"answer":"3"}]})");
  CHECK(wrong.status == 400);
  CHECK(wrong.at("message") == "Invalid quiz data");
  CHECK(wrong.json_at("errors.0.path").text() == R"(["questions",0,"answer"])");
  CHECK(marie.post(address, R"({"title":"x"})").at("errors.0.path.0") == "questions");
  CHECK(marie
            .post(address, R"({"title":"x","lessonId":"lesson-1","questions":)" +
                               std::string{two_questions} + "}")
            .at("message") == "Lesson not found");

  CHECK(pierre.patch(quiz, R"({"title":"y"})").status == 403);
  CHECK(marie.patch(quiz, R"({"questions":[]})").status == 400);
  CHECK(marie.put(quiz, R"({"title":"Acides","isActive":false})").at("questions") == two_questions);
  CHECK(pierre.get(address).body == "[]");
  CHECK(pierre.get(quiz).status == 403);
  CHECK(marie.get(address).at("0.title") == "Acides");
  CHECK(pierre.remove(quiz).status == 403);
  CHECK(marie.remove(quiz).at("message") == "Quiz deleted successfully");
  CHECK(marie.get(quiz).at("error") == "Quiz not found");
}

TEST_CASE("intranet: an attempt is scored once, by the server", "[db][net]") {
  const auto course = new_course();
  const auto quiz = new_quiz(course, R"(,"maxAttempts":2)");
  auto& marie = colleague("marie.martin");
  auto lea = new_colleague("lea.quiz");
  auto other = new_colleague("other.quiz");
  CHECK(lea.post(quiz + "/attempts").at("message") == "Enroll in the course first");
  CHECK(lea.post("/api/quizzes/nowhere/attempts").status == 404);
  REQUIRE(lea.post("/api/enroll/" + course).status == 201);

  const auto begun = lea.post(quiz + "/attempts");
  REQUIRE(begun.status == 201);
  CHECK(begun.at("attemptNumber") == "1");
  CHECK(begun.at("completedAt") == "null");
  CHECK(begun.at("score") == "null");
  CHECK(begun.at("dueAt") == "null");
  CHECK(begun.at("questions").find("answer") == std::string::npos);
  const auto open = lea.post(quiz + "/attempts");
  CHECK(open.status == 200);
  CHECK(open.at("id") == begun.at("id"));

  // The attempt keeps the questions that it began with.
  CHECK(marie.patch(quiz, R"({"questions":[{"id":"z","text":"?","type":"text","answer":"!"}]})")
            .status == 200);
  const auto address = quiz + "/attempts/" + begun.at("id") + "/submit";
  CHECK(other.post(address, all_right).status == 404);
  CHECK(marie.post(address, all_right).status == 404);
  CHECK(lea.post(address).at("errors.0.path.0") == "answers");
  CHECK(lea.post(address, R"({"answers":{"z":"!"}})").status == 400);
  const auto scored = lea.post(address, half_right);
  REQUIRE(scored.status == 200);
  CHECK(scored.at("score") == "50");
  CHECK(scored.at("passed") == "false");
  CHECK(scored.at("timedOut") == "false");
  CHECK(scored.at("answers").find("H2O") != std::string::npos);
  CHECK(scored.body.find("Eau ?") == std::string::npos);
  CHECK(lea.post(address, all_right).body == scored.body);
  CHECK(marie.patch(quiz, R"({"questions":)" + std::string{two_questions} + "}").status == 200);

  const auto second = start_attempt(lea, quiz);
  CHECK(lea.post(second, all_right).at("passed") == "true");
  CHECK(lea.post(quiz + "/attempts").at("message") == "No attempts left");
  CHECK(lea.get("/api/my-quiz-attempts").json_at("").size() == 2);
  CHECK(lea.get("/api/my-quiz-attempts").at("0.attemptNumber") == "2");
  CHECK(lea.get(quiz + "/attempts").json_at("").size() == 2);
  CHECK(marie.get(quiz + "/attempts").json_at("").size() == 2);
  CHECK(marie.get("/api/my-quiz-attempts").body == "[]");
  CHECK(other.get(quiz + "/attempts").body == "[]");

  const auto once = new_quiz(course, R"(,"allowRetries":false)");
  CHECK(lea.post(start_attempt(lea, once), half_right).status == 200);
  CHECK(lea.post(once + "/attempts").at("message") == "Quiz cannot be taken again");
  CHECK(marie.patch(once, R"({"isActive":false})").status == 200);
  REQUIRE(other.post("/api/enroll/" + course).status == 201);
  CHECK(other.post(once + "/attempts").at("message") == "Quiz is not active");
}

TEST_CASE("intranet: what is handed in late has failed", "[db][net]") {
  const auto course = new_course();
  const auto quiz = new_quiz(course, R"(,"timeLimit":1,"maxAttempts":3)");
  auto lea = new_colleague("lea.late");
  REQUIRE(lea.post("/api/enroll/" + course).status == 201);
  const auto end_of = [](const std::string& address) {
    const auto tail = address.substr(0, address.rfind('/'));
    return tail.substr(tail.rfind('/') + 1);
  };
  const auto age = [&](const std::string& address, const std::string& seconds) {
    run_as_owner("update quiz_attempts set started_at = started_at - interval '" + seconds +
                     " seconds', due_at = due_at - interval '" + seconds +
                     " seconds' where id = $1",
                 end_of(address));
  };
  // Within the grace that a network is given.
  const auto close = start_attempt(lea, quiz);
  age(close, "61");
  CHECK(lea.post(close, all_right).at("score") == "100");

  const auto late = start_attempt(lea, quiz);
  age(late, "600");
  const auto failed = lea.post(late, all_right);
  CHECK(failed.status == 200);
  CHECK(failed.at("score") == "0");
  CHECK(failed.at("passed") == "false");
  CHECK(failed.at("timedOut") == "true");

  // One that nobody hands in makes room for the next.
  const auto left = start_attempt(lea, quiz);
  age(left, "600");
  CHECK(lea.post(quiz + "/attempts").at("message") == "No attempts left");
  CHECK(lea.post(left, all_right).at("timedOut") == "true");
  CHECK(lea.get("/api/my-quiz-attempts").body.find(R"("timeSpent":60,)") != std::string::npos);
}

TEST_CASE("intranet: two starts at once make one attempt, two answers one score", "[db][net]") {
  const auto course = new_course();
  const auto quiz = new_quiz(course, R"(,"maxAttempts":1)");
  auto lea = new_colleague("lea.twice");
  REQUIRE(lea.post("/api/enroll/" + course).status == 201);
  // Another session of the same person: each takes its turn for itself.
  auto again = intranet_visitor();
  REQUIRE(
      again.post("/api/auth/login", R"({"username":"lea.twice","password":"Secret1!"})").status ==
      200);
  const auto both = [&](const std::string& address, std::string_view mine,
                        std::string_view theirs) {
    std::pair<http_answer, http_answer> out;
    std::thread beside{[&] { out.second = again.post(address, theirs); }};
    out.first = lea.post(address, mine);
    beside.join();
    return out;
  };
  const auto [a, b] = both(quiz + "/attempts", {}, {});
  CHECK(a.status + b.status == 401);  // 201 and 200
  CHECK(a.at("id") == b.at("id"));
  const auto [c, d] = both(quiz + "/attempts/" + a.at("id") + "/submit", all_right, half_right);
  CHECK(c.status == 200);
  CHECK(c.body == d.body);
  CHECK(lea.get("/api/my-quiz-attempts").json_at("").size() == 1);
}

TEST_CASE("intranet: a required quiz stands between a course and its certificate", "[db][net]") {
  const auto course = new_course();
  auto& admin = colleague("admin");
  const auto lesson = admin.post(
      "/api/lessons", R"({"courseId":")" + course + R"(","title":"Un","content":"<p>x</p>"})");
  const auto quiz = new_quiz(course, R"(,"isRequired":true)");
  auto lea = new_colleague("lea.needs");
  const auto enrolled = lea.post("/api/enroll/" + course);
  REQUIRE(enrolled.status == 201);
  REQUIRE(lea.post("/api/lessons/" + lesson.at("id") + "/complete").status == 200);
  CHECK(lea.get("/api/my-enrollments").at("0.progress") == "50");
  const auto wish = R"({"courseId":")" + course + R"("})";
  CHECK(lea.post("/api/certificates", wish).status == 403);
  for (const auto* body : {R"({"progress":100})", R"({"status":"completed"})"})
    CHECK(lea.patch("/api/enrollments/" + enrolled.at("id"), body).at("message") ==
          "A required quiz is not passed yet");
  CHECK(lea.post(start_attempt(lea, quiz), half_right).at("passed") == "false");
  CHECK(lea.get("/api/my-enrollments").at("0.status") == "in-progress");
  CHECK(lea.post(start_attempt(lea, quiz), all_right).at("passed") == "true");
  CHECK(lea.get("/api/my-enrollments").at("0.status") == "completed");
  CHECK(lea.post("/api/certificates", wish).status == 201);
}
