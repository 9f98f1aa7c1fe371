#include "schema/quizzes.hpp"

#include "net/routes/intrasphere/only.hpp"
#include "net/routes/intrasphere/rights.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "schema/json_writer.hpp"
#include "schema/quiz_questions.hpp"

namespace stoa::intrasphere {

namespace {

// What a network may take on top of the time limit.
constexpr std::string_view grace = "5 seconds";

// -- quizzes ----------------------------------------------------------------------------

// Kept as they were read, whatever shape they came in.
json_text heard_questions(json_value from) {
  auto read = read_questions(from);
  if (!read) {
    read.error().text = "Invalid quiz data";
    throw fault_error(std::move(read.error()));
  }
  json_text out;
  out.text.clear();
  json_writer json{out.text};
  write_questions(*read, solution::shown, json);
  return out;
}

std::vector<quiz_question> kept_questions(const json_text& from) {
  return good(read_questions(good(json::parse(from.text)).root()));
}

// A text that holds an array. Who may not edit the quiz never sees what is right.
void show_questions(const json_text& from, solution answers, json_writer& out) {
  std::string text;
  json_writer json{text};
  write_questions(kept_questions(from), answers, json);
  out.member("questions", text);
}

task<void> check_lesson(call_ptr c, std::optional<course_id> course, std::optional<lesson_id> of) {
  if (!of)
    co_return;
  auto found = co_await c->run(
      prepared("select 1 from lessons where id = $1 and course_id = $2", *of, course));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Lesson not found");
}

task<void> draft_quiz(call_ptr c, std::shared_ptr<quiz_row> row) {
  row->questions = heard_questions(c->body()["questions"]);
  row->course = course_id{c->path("id")};
  auto found = co_await c->run(prepared("select 1 from courses where id = $1", row->course));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Course not found");
  co_await check_lesson(c, row->course, row->lesson);
}

task<void> redraft_quiz(call_ptr c, std::shared_ptr<const quiz_row> before,
                        std::shared_ptr<change_of<quiz_row>> what) {
  if (const auto questions = c->body().find("questions")) {
    what->values.questions = heard_questions(*questions);
    what->which |= fields_of<&quiz_row::questions>();
  }
  co_await check_lesson(c, before->course, what->values.lesson);
}

const resource& quizzes() {
  static const auto one = [] {
    deviations<quiz_row> how;
    how.drafted = draft_quiz;
    how.changing = redraft_quiz;
    how.only = only_of_course;
    how.members = [](const call& c, const quiz_row& row, json_writer& out) {
      show_questions(row.questions, teaches(c.who) ? solution::shown : solution::hidden, out);
    };
    resource_options more;
    more.acts = act::read | act::change | act::remove;
    more.limits = sorted_by("createdAt");
    return resource::of<quiz_row>("/api/quizzes", "quiz", intrasphere_dialect, how, more);
  }();
  return one;
}

// -- attempts ---------------------------------------------------------------------------

void write_answers_of(const call&, const attempt_row& row, json_writer& out) {
  out.member("answers", row.answers.text);
}

std::vector<sql::equal> of_quiz(const call& c) {
  std::vector<sql::equal> out;
  out.push_back({"quiz_id", c.path("id")});
  return out;
}

template <auto Only>
const resource& attempts_at(std::string_view path) {
  static const auto one = [=] {
    deviations<attempt_row> how;
    how.only = Only;
    how.members = write_answers_of;
    resource_options more;
    more.acts = act::list;
    more.limits = sorted_by("-startedAt");
    return resource::of<attempt_row>(path, "attempt", intrasphere_dialect, how, more);
  }();
  return one;
}

const sql_text& select_attempts() {
  static const sql_text text{"select " + sql::columns(attempt_entity) + " from quiz_attempts"};
  return text;
}

enum class with_questions : bool { no, yes };

reply attempt_reply(const call& c, int status, const attempt_row& row, with_questions more) {
  std::string out;
  json_writer json{out};
  json.begin_object();
  write_members(row, json, intrasphere_dialect);
  write_answers_of(c, row, json);
  if (more == with_questions::yes)
    show_questions(row.questions, solution::hidden, json);
  json.end_object();
  return json_reply(status, std::move(out));
}

fault_error start_refusal(std::string_view why) {
  if (why == "missing")
    return refuse(fault_code::not_found, "Quiz not found");
  if (why == "outside")
    return refuse(fault_code::forbidden, "Enroll in the course first");
  if (why == "inactive")
    return refuse(fault_code::conflict, "Quiz is not active");
  if (why == "once")
    return refuse(fault_code::conflict, "Quiz cannot be taken again");
  return refuse(fault_code::conflict, "No attempts left");
}

task<reply> start_attempt(call_ptr c) {
  static const sql_text open{std::string{select_attempts().view()} +
                             " where user_id = $1 and quiz_id = $2 and completed_at is null"};
  auto wanted = in_establishment(
      c->who.establishment.value,
      prepared("select stoa_start_attempt($1, $2, $3, $4, $5::interval)", c->path("id"),
               c->who.user, fresh<attempt_id>(), c->who.establishment, grace),
      prepared(open, c->who.user, c->path("id")));
  auto done = co_await c->run(std::move(wanted));
  const auto came = done[0].text(0, 0);
  if (came != "done" && came != "open")
    throw start_refusal(came);
  co_return attempt_reply(*c, came == "done" ? 201 : 200, row_at<attempt_row>(done[1], 0),
                          with_questions::yes);
}

task<attempt_row> attempt_of(call_ptr c) {
  static const sql_text text{std::string{select_attempts().view()} +
                             " where id = $1 and quiz_id = $2 and user_id = $3"};
  auto found = co_await c->run(prepared(text, c->path("attempt"), c->path("id"), c->who.user));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Attempt not found");
  co_return row_at<attempt_row>(found[0], 0);
}

// Who hands in again reads the first result: whatever happens to an answer on its way, asking once
// more is safe. The questions of an attempt never change, so they are scored before the statement
// that closes it, which one of several at a time does.
task<reply> submit_attempt(call_ptr c) {
  auto before = co_await attempt_of(c);
  if (before.completed_at)
    co_return attempt_reply(*c, 200, before, with_questions::no);
  const auto asked = kept_questions(before.questions);
  auto given = read_answers(asked, c->body()["answers"]);
  if (!given) {
    given.error().text = "Invalid attempt data";
    throw fault_error(std::move(given.error()));
  }
  std::string answers;
  json_writer json{answers};
  write_answers(asked, *given, json);
  const auto score = score_of(asked, *given);
  static const sql_text close{
      "update quiz_attempts set completed_at = now(), answers = $2::jsonb,"
      " time_spent = extract(epoch from now() - started_at),"
      " timed_out = late, score = case when late then 0 else $3::int end,"
      " passed = not late and $3::int >= passing_score"
      " from (select coalesce(due_at + $4::interval < now(), false) as late"
      "  from quiz_attempts where id = $1) clock"
      " where id = $1 and completed_at is null"};
  static const sql_text after{std::string{select_attempts().view()} + " where id = $1"};
  auto wanted = in_establishment(
      c->who.establishment.value, prepared(close, before.id, answers, score, grace),
      prepared("select stoa_course_progress(a.user_id, a.course_id) from quiz_attempts a"
               " join quizzes q on q.id = a.quiz_id where a.id = $1 and a.passed and q.is_required",
               before.id),
      prepared(after, before.id));
  auto done = co_await c->run(std::move(wanted));
  if (done[2].empty())
    throw refuse(fault_code::not_found, "Attempt not found");
  co_return attempt_reply(*c, 200, row_at<attempt_row>(done[2], 0), with_questions::no);
}

}  // namespace

std::span<const endpoint> quiz_routes() {
  static const auto all = table({
      quizzes().rows(),
      {quizzes().row(verb::get, "/api/courses/{id}/quizzes", act::list),
       quizzes().row(verb::post, "/api/courses/{id}/quizzes", act::create)},
      attempts_at<only_mine>("/api/my-quiz-attempts").rows(),
      attempts_at<of_quiz>("/api/quizzes/{id}/attempts").rows(),
      {
          {verb::post, "/api/quizzes/{id}/attempts", signed_in, start_attempt},
          {verb::post, "/api/quizzes/{id}/attempts/{attempt}/submit", signed_in, submit_attempt},
      },
  });
  return all;
}

}  // namespace stoa::intrasphere
