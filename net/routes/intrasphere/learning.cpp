#include "schema/learning.hpp"

#include "net/routes/intrasphere/heard.hpp"
#include "net/routes/intrasphere/only.hpp"
#include "net/routes/intrasphere/parameters.hpp"
#include "net/routes/intrasphere/rights.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "schema/json_writer.hpp"

namespace stoa::intrasphere {

namespace {

// -- courses ----------------------------------------------------------------------------

// Lists may come as arrays: these columns hold them as JSON text.
json hear_course(const call&, json_value body) {
  std::string text;
  json_writer out{text};
  out.begin_object();
  for (const auto [name, value] : body.members()) {
    out.key(name);
    if ((name == "prerequisites" || name == "tags") && value.is_array())
      out.value(value.text());
    else
      value.write(out);
  }
  out.end_object();
  return good(json::parse(text));
}

task<void> check_training(call_ptr c, std::optional<training_id> of) {
  if (!of)
    co_return;
  auto found = co_await c->run(prepared("select 1 from trainings where id = $1", *of));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Training not found");
}

task<void> draft_course(call_ptr c, std::shared_ptr<course_row> row) {
  row->author = c->who.user;
  if (row->author_name.empty())
    row->author_name = c->who.name;
  co_await check_training(c, row->training);
}

task<void> redraft_course(call_ptr c, std::shared_ptr<const course_row>,
                          std::shared_ptr<change_of<course_row>> what) {
  co_await check_training(c, what->values.training);
}

const resource& courses() {
  static const auto one = [] {
    deviations<course_row> how;
    how.heard = hear_course;
    how.drafted = draft_course;
    how.changing = redraft_course;
    resource_options more;
    more.limits = sorted_by("-createdAt");
    return resource::of<course_row>("/api/courses", "course", intrasphere_dialect, how, more);
  }();
  return one;
}

const resource& training_courses() {
  static const auto one = [] {
    deviations<course_row> how;
    how.only = only_of_training;
    resource_options more;
    more.acts = act::list;
    more.limits = sorted_by("order");
    return resource::of<course_row>("/api/trainings/{id}/courses", "course", intrasphere_dialect,
                                    how, more);
  }();
  return one;
}

// A training that does not exist has no list.
task<reply> list_training_courses(call_ptr c) {
  static const auto row = training_courses().row(verb::get, training_courses().path(), act::list);
  co_await check_training(c, training_id{c->path("id")});
  c->row = &row;  // from here on it is the list's
  co_return co_await forgiving_list(c);
}

// -- lessons ----------------------------------------------------------------------------

task<void> check_course(call_ptr c, course_id of) {
  auto found = co_await c->run(prepared("select 1 from courses where id = $1", of));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Course not found");
}

task<void> draft_lesson(call_ptr c, std::shared_ptr<lesson_row> row) {
  co_await check_course(c, row->course);
}

const resource& lessons() {
  static const auto one = [] {
    deviations<lesson_row> how;
    how.drafted = draft_lesson;
    resource_options more;
    more.limits = sorted_by("order");
    return resource::of<lesson_row>("/api/lessons", "lesson", intrasphere_dialect, how, more);
  }();
  return one;
}

const resource& course_lessons() {
  static const auto one = [] {
    deviations<lesson_row> how;
    how.only = only_of_course;
    resource_options more;
    more.acts = act::list;
    more.limits = sorted_by("order");
    return resource::of<lesson_row>("/api/courses/{id}/lessons", "lesson", intrasphere_dialect, how,
                                    more);
  }();
  return one;
}

// -- material ---------------------------------------------------------------------------

task<void> draft_material(call_ptr c, std::shared_ptr<material_row> row) {
  row->author = c->who.user;
  if (row->author_name.empty())
    row->author_name = c->who.name;
  co_return;
}

json hear_material(const call&, json_value body) {
  return with_plain_list(body, "tags");
}

const resource& material() {
  static const auto one = [] {
    deviations<material_row> how;
    how.heard = hear_material;
    how.drafted = draft_material;
    resource_options more;
    more.acts = act::list | act::create | act::change | act::remove;
    more.limits = sorted_by("-createdAt");
    return resource::of<material_row>("/api/resources", "resource", intrasphere_dialect, how, more);
  }();
  return one;
}

// -- enrolments -------------------------------------------------------------------------

const resource& my_enrollments() {
  static const auto one = [] {
    deviations<enrollment_row> how;
    how.only = only_mine;
    resource_options more;
    more.acts = act::list;
    more.limits = sorted_by("-enrolledAt");
    return resource::of<enrollment_row>("/api/my-enrollments", "enrollment", intrasphere_dialect,
                                        how, more);
  }();
  return one;
}

// What the first progress and the last one mean, unless the client says it itself.
task<void> progress_made(call_ptr c, std::shared_ptr<const enrollment_row> before,
                         std::shared_ptr<change_of<enrollment_row>> what) {
  auto& [row, which] = *what;
  const auto progress = fields_of<&enrollment_row::progress>();
  const auto status = fields_of<&enrollment_row::status>();
  const auto started = fields_of<&enrollment_row::started_at>();
  const auto completed = fields_of<&enrollment_row::completed_at>();
  const bool completes = ((which & progress).any() && row.progress == 100) ||
                         ((which & status).any() && row.status == "completed");
  if (completes && !teaches(c->who)) {
    auto left =
        co_await c->run(prepared("select stoa_quizzes_left($1, $2)", before->user, before->course));
    if (left[0].integer(0, 0) > 0)
      throw refuse(fault_code::conflict, "A required quiz is not passed yet");
  }
  const auto fill = [&which](const field_set& field) {
    const bool free = (which & field).none();
    which |= field;
    return free;
  };
  if ((which & progress).any() && row.progress > 0) {
    if (!before->started_at && fill(started))
      row.started_at = now();
    if ((which & status).none() && before->status == "enrolled" && row.progress < 100 &&
        fill(status))
      row.status = "in-progress";
  }
  if ((which & progress).any() && row.progress == 100) {
    if (fill(status))
      row.status = "completed";
    if (!before->completed_at && fill(completed))
      row.completed_at = now();
  }
  co_return;
}

const resource& enrollments() {
  static const auto one = [] {
    deviations<enrollment_row> how;
    how.changing = progress_made;
    resource_options more;
    more.acts = act::list | act::change;
    return resource::of<enrollment_row>("/api/enrollments", "enrollment", intrasphere_dialect, how,
                                        more);
  }();
  return one;
}

task<reply> enroll(call_ptr c) {
  static const sql_text text{
      "insert into enrollments (id, establishment_id, user_id, course_id, training_id,"
      " course_title) select $1, k.establishment_id, $2, k.id, k.training_id, k.title"
      " from courses k where k.id = $3 returning " +
      sql::columns(enrollment_entity)};
  auto done = co_await caught(
      c->run(prepared(text, fresh<enrollment_id>(), c->who.user, c->path("courseId"))));
  if (!done && done.error().code == fault_code::conflict)
    throw refuse(fault_code::invalid, "Already enrolled in this course");
  if (!done)
    throw fault_error(std::move(done.error()));
  if ((*done)[0].empty())
    throw refuse(fault_code::not_found, "Course not found");
  co_return json_reply(201, to_json(row_at<enrollment_row>((*done)[0], 0), intrasphere_dialect));
}

// -- progress ---------------------------------------------------------------------------

// Notes what was done in a lesson, and what it makes of the enrolment.
task<reply> note_progress(call_ptr c, std::string lesson, std::optional<bool> completed,
                          std::optional<std::int64_t> seconds) {
  static const sql_text text{
      "insert into lesson_progress as p (id, establishment_id, user_id, lesson_id, course_id,"
      " is_completed, time_spent, completed_at) select $1, l.establishment_id, $2, l.id,"
      " l.course_id, coalesce($4::boolean, false), coalesce($5::int, 0),"
      " case when $4::boolean then now() end from lessons l where l.id = $3"
      " on conflict (user_id, lesson_id) do update set"
      " is_completed = coalesce($4::boolean, p.is_completed),"
      " time_spent = coalesce($5::int, p.time_spent),"
      " completed_at = case when coalesce($4::boolean, p.is_completed)"
      "  then coalesce(p.completed_at, now()) end returning " +
      sql::columns(lesson_progress_entity)};
  auto wanted = in_establishment(
      c->who.establishment.value,
      prepared(text, fresh<progress_id>(), c->who.user, lesson, completed, seconds),
      prepared("select stoa_course_progress($1, l.course_id) from lessons l where l.id = $2",
               c->who.user, lesson));
  auto done = co_await c->run(std::move(wanted));
  if (done[0].empty())
    throw refuse(fault_code::not_found, "Lesson not found");
  co_return json_reply(200, to_json(row_at<lesson_progress_row>(done[0], 0), intrasphere_dialect));
}

task<reply> complete(call_ptr c) {
  auto lesson = c->path("lessonId");
  co_return co_await note_progress(c, std::move(lesson), true, std::nullopt);
}

task<reply> change_progress(call_ptr c) {
  lesson_progress_row said_row;
  auto read = read_change(lesson_progress_entity, intrasphere_dialect, c->body(), &said_row);
  if (!read) {
    read.error().text = "Invalid progress data";
    throw fault_error(std::move(read.error()));
  }
  std::optional<bool> completed;
  if ((*read & fields_of<&lesson_progress_row::is_completed>()).any())
    completed = said_row.is_completed;
  std::optional<std::int64_t> seconds;
  if ((*read & fields_of<&lesson_progress_row::time_spent>()).any())
    seconds = said_row.time_spent;
  auto lesson = c->path("id");
  co_return co_await note_progress(c, std::move(lesson), completed, seconds);
}

std::vector<sql::equal> mine_in_course(const call& c) {
  auto out = only_mine(c);
  out.push_back({"course_id", c.path("courseId")});
  return out;
}

std::vector<sql::equal> of_learner(const call& c) {
  if (c.path("id") != c.who.user.value && !teaches(c.who))
    throw refuse(fault_code::forbidden, "Access denied");
  std::vector<sql::equal> out;
  out.push_back({"user_id", c.path("id")});
  return out;
}

template <class Row, auto Only>
const resource& list_at(std::string_view path, std::string_view thing, std::string_view sort) {
  static const auto one = [=] {
    deviations<Row> how;
    how.only = Only;
    if constexpr (std::is_same_v<Row, certificate_row>)
      how.members = [](const call&, const certificate_row& row, json_writer& out) {
        out.member("validUntil", row.expires_at);
      };
    resource_options more;
    more.acts = act::list;
    more.limits = sorted_by(sort);
    return resource::of<Row>(path, thing, intrasphere_dialect, how, more);
  }();
  return one;
}

}  // namespace

std::span<const endpoint> learning_routes() {
  static const auto all = table({
      courses().rows(),
      lessons().rows(),
      course_lessons().rows(),
      material().rows(),
      my_enrollments().rows(),
      {enrollments().row(verb::patch, "/api/enrollments/{id}", act::change),
       enrollments().row(verb::put, "/api/enrollments/{id}", act::change)},
      list_at<lesson_progress_row, mine_in_course>("/api/courses/{courseId}/my-progress",
                                                   "progress", "createdAt")
          .rows(),
      list_at<lesson_progress_row, of_learner>("/api/progress/{id}", "progress", "createdAt")
          .rows(),
      list_at<certificate_row, only_mine>("/api/my-certificates", "certificate", "-issuedAt")
          .rows(),
      list_at<certificate_row, of_learner>("/api/certificates/{id}", "certificate", "-issuedAt")
          .rows(),
      {
          {verb::get, "/api/trainings/{id}/courses", signed_in, list_training_courses},
          {verb::post, "/api/enroll/{courseId}", signed_in, enroll},
          {verb::post, "/api/lessons/{lessonId}/complete", signed_in, complete},
          {verb::put, "/api/progress/{id}", signed_in, change_progress},
          {verb::patch, "/api/progress/{id}", signed_in, change_progress},
      },
  });
  return all;
}

}  // namespace stoa::intrasphere
