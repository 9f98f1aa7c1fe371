#include "tools/intake/intrasphere.hpp"

#include "actors/people/hasher.hpp"
#include "schema/dialects.hpp"
#include "schema/events.hpp"
#include "schema/forum.hpp"
#include "schema/intranet.hpp"
#include "schema/json_writer.hpp"
#include "schema/personal_settings.hpp"
#include "schema/quiz_questions.hpp"
#include "schema/quizzes.hpp"
#include "schema/staff.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stoa::intake {

namespace {

using complaints = std::vector<complaint>;

fault bad(complaints wrong) {
  auto why = fail(fault_code::invalid, wrong.front().message);
  why.complaints = std::move(wrong);
  return why;
}

std::string text_of(json_value from, std::string_view name) {
  return std::string{from[name].as_string().value_or("")};
}

// -- rows of one description ------------------------------------------------------------

/// What is particular about a row type.
struct manner {
  std::span<const alias> aliases = {};
  std::span<const found_value> found = {};
  std::string_view conflict = {};
};

template <described T>
struct read_row_of {
  T row{};
  field_set there;
  complaints wrong;

  read_row_of(json_value from, std::span<const alias> aliases) {
    there = read_entity(entity_of<T>(), from, aliases, &row, wrong);
  }

  outcome<draft> finish(json_value from, const establishment_id& into, const manner& how = {}) {
    if (!wrong.empty())
      return bad(std::move(wrong));
    draft out;
    out.what = &entity_of<T>();
    out.id = text_of(from, "id");
    out.insert = insert_entity(*out.what, into, there, &row, how.found, how.conflict);
    out.settles_itself = !how.conflict.empty();
    return out;
  }
};

template <described T>
outcome<draft> plain(json_value from, std::string_view, const establishment_id& into) {
  return read_row_of<T>{from, {}}.finish(from, into);
}

// -- people -----------------------------------------------------------------------------

outcome<draft> person(json_value from, std::string_view, const establishment_id& into) {
  complaints wrong;
  staff_wish said;
  (void)read_entity(staff_wish_command, from, {}, &said, wrong);
  // Beside what a client may say of a person: who it is, and since when.
  const auto moment = [&](std::string_view name) -> sql_value {
    const auto* f = staff_entity.find_wire(name);
    staff_row row;
    if (from[name].is_null())
      return std::nullopt;
    if (auto why = f->read(*f, intrasphere_dialect, from[name], &row))
      wrong.push_back({std::string{name}, fmt::format("{} {}", name, why.what)});
    return f->to_sql(&row);
  };
  const auto made = moment("createdAt");
  const auto changed = moment("updatedAt");
  const auto id = text_of(from, "id");
  if (id.empty())
    wrong.push_back({"id", "id is required"});
  if (said.rank == role::guest || said.rank == role::super_admin)
    wrong.push_back({"role", "role must be one of employee, moderator, admin"});
  if (!wrong.empty())
    return bad(std::move(wrong));
  // The original also kept passwords as they were typed; nobody could sign in with one.
  auto hash = text_of(from, "password");
  if (!is_known_hash(hash))
    hash = no_password;
  const auto blank = said.name.find(' ');
  const auto first = said.name.substr(0, blank);
  const auto last =
      blank == std::string::npos ? sql_value{} : sql_value{said.name.substr(blank + 1)};
  draft out;
  out.what = &staff_entity;
  out.id = id;
  out.insert = prepared(
      "insert into users (id, establishment_id, email, username, password, first_name, last_name,"
      " role, profile_image_url, employee_number, department, position, phone_number, is_active,"
      " employee_category_id, signs_in_by_name, created_at, updated_at) values ($1, $2, $3, $4,"
      " $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
      " (select id from employee_categories where id = $15), true,"
      " coalesce($16::timestamptz, now()), coalesce($17::timestamptz, now())) returning 1",
      id, into, said.email.value_or(""), said.username, hash, first, last, name_of(said.rank),
      said.avatar, said.employee_number, said.department, said.position, said.phone, said.is_active,
      said.category, made, changed);
  return out;
}

outcome<draft> own_settings(json_value from, std::string_view key, const establishment_id& into) {
  complaints wrong;
  auto who = text_of(from, "userId");
  if (who.empty())
    who = key.empty() ? text_of(from, "id") : std::string{key};
  if (who.empty())
    wrong.push_back({"userId", "userId is required"});
  std::string kept;
  json_writer json{kept};
  json.begin_object();
  for (const auto& each : personal_settings()) {
    const auto value = from.find(each.name);
    if (!value || value->is_null())
      continue;
    if (!fits(each, *value))
      wrong.push_back(
          {std::string{each.name}, fmt::format("{} is not a value of this setting", each.name)});
    json.key(each.name);
    value->write(json);
  }
  json.end_object();
  if (!wrong.empty())
    return bad(std::move(wrong));
  draft out;
  out.id = who;
  out.insert = prepared(
      "insert into user_settings (user_id, establishment_id, settings)"
      " values ((select id from users where id = $1), $2, $3::jsonb) on conflict (user_id)"
      " do update set settings = excluded.settings, updated_at = now() returning 1",
      who, into, kept);
  out.settles_itself = true;
  return out;
}

// The original granted one code as often as it was asked to.
outcome<draft> permission(json_value from, std::string_view, const establishment_id& into) {
  manner how;
  how.conflict = " on conflict (user_id, permission) do nothing";
  return read_row_of<permission_row>{from, {}}.finish(from, into, how);
}

constexpr alias event_names[] = {{"startDate", "date"}};

outcome<draft> event(json_value from, std::string_view, const establishment_id& into) {
  return read_row_of<event_row>{from, event_names}.finish(from, into);
}

// -- how it is set ----------------------------------------------------------------------

outcome<draft> site_settings(json_value from, std::string_view, const establishment_id& into) {
  static const auto replace = [] {
    std::string out = " on conflict (establishment_id) do update set updated_at = now()";
    for (const auto& f : intranet_settings_entity.fields)
      if (f.kind == value_kind::boolean)
        out += fmt::format(", {0} = excluded.{0}", f.name);
    return out;
  }();
  manner how;
  how.conflict = replace;
  return read_row_of<intranet_settings_row>{from, {}}.finish(from, into, how);
}

constexpr alias view_names[] = {{"id", "viewId"}, {"title", "name"}};

outcome<draft> page(json_value from, std::string_view, const establishment_id& into) {
  static const auto replace = [] {
    std::string out = " on conflict (id) do update set updated_at = now()";
    for (const auto& f : page_view_entity.fields)
      if (!f.has_any(trait::key | trait::from_database | trait::immutable) &&
          &f != page_view_entity.tenant_field())
        out += fmt::format(", {0} = excluded.{0}", f.name);
    return out;
  }();
  read_row_of<page_view_row> read{from, view_names};
  // As the routes name it: the client's own id within its establishment.
  read.row.key = into.value + ":" + read.row.view_id;
  manner how;
  how.conflict = replace;
  return read.finish(from, into, how);
}

// -- trainings and courses --------------------------------------------------------------

outcome<draft> training(json_value from, std::string_view, const establishment_id& into) {
  read_row_of<training_row> read{from, {}};
  read.row.current_participants = 0;  // counted at the end
  return read.finish(from, into);
}

// The original let people register twice.
outcome<draft> participant(json_value from, std::string_view, const establishment_id& into) {
  manner how;
  how.conflict = " on conflict (training_id, user_id) do nothing";
  return read_row_of<participant_row>{from, {}}.finish(from, into, how);
}

outcome<draft> quiz(json_value from, std::string_view, const establishment_id& into) {
  read_row_of<quiz_row> read{from, {}};
  auto questions = read_questions(from["questions"]);
  if (questions) {
    read.row.questions.text.clear();
    json_writer json{read.row.questions.text};
    write_questions(*questions, solution::shown, json);
  } else {
    for (auto& each : questions.error().complaints)
      read.wrong.push_back(std::move(each));
    if (questions.error().complaints.empty())
      read.wrong.push_back({"questions", questions.error().text});
  }
  return read.finish(from, into);
}

// As begun with the quiz as it is now: the original kept no questions with an attempt.
outcome<draft> attempt(json_value from, std::string_view, const establishment_id& into) {
  read_row_of<attempt_row> read{from, {}};
  const auto answers = from["answers"];
  read.row.answers.text = "{}";
  if (const auto text = answers.as_string(); text && !text->empty()) {
    if (auto inner = json::parse(*text))
      read.row.answers.text = inner->root().text();
    else
      read.wrong.push_back({"answers", "answers must be JSON"});
  } else if (answers.is_object() || answers.is_array()) {
    read.row.answers.text = answers.text();
  }
  const found_value of_the_quiz[] = {
      {"questions", "coalesce((select questions from quizzes where id = ?), '[]')",
       read.row.quiz.value},
      {"passing_score", "coalesce((select passing_score from quizzes where id = ?), 70)",
       read.row.quiz.value}};
  manner how;
  how.found = of_the_quiz;
  return read.finish(from, into, how);
}

constexpr alias certificate_names[] = {{"validUntil", "expiresAt"}};

outcome<draft> certificate(json_value from, std::string_view, const establishment_id& into) {
  return read_row_of<certificate_row>{from, certificate_names}.finish(from, into);
}

// -- forum ------------------------------------------------------------------------------

constexpr alias shelf_names[] = {{"isVisible", "isActive"}, {"order", "sortOrder"}};

outcome<draft> shelf(json_value from, std::string_view, const establishment_id& into) {
  return read_row_of<forum_category_row>{from, shelf_names}.finish(from, into);
}

constexpr alias topic_names[] = {{"isSticky", "isPinned"}};

outcome<draft> topic(json_value from, std::string_view, const establishment_id& into) {
  read_row_of<topic_row> read{from, topic_names};
  auto& row = read.row;  // its replies are counted at the end
  row.reply_count = 0;
  row.last_reply_at.reset();
  row.last_reply_by.reset();
  row.last_reply_by_name.reset();
  return read.finish(from, into);
}

outcome<draft> post(json_value from, std::string_view, const establishment_id& into) {
  // The shelf is the topic's, whatever the copy in the dump says.
  read_row_of<post_row> read{from, {}};
  std::erase_if(read.wrong, [](const auto& x) { return x.path == "categoryId"; });
  read.row.like_count = 0;
  const found_value of_the_topic[] = {
      {"category_id", "(select category_id from forum_topics where id = ?)", read.row.topic.value}};
  manner how;
  how.found = of_the_topic;
  return read.finish(from, into, how);
}

outcome<draft> like(json_value from, std::string_view, const establishment_id& into) {
  complaints wrong;
  const auto of_post = text_of(from, "postId");
  const auto by = text_of(from, "userId");
  auto reaction = text_of(from, "reactionType");
  if (of_post.empty())
    wrong.push_back({"postId", "postId is required"});
  if (by.empty())
    wrong.push_back({"userId", "userId is required"});
  if (reaction.empty())
    reaction = "like";
  if (!is_reaction(reaction))
    wrong.push_back({"reactionType", "reactionType must be one of like, love, laugh, angry, sad"});
  sql_value at;
  if (const auto when = from["createdAt"]; !when.is_null()) {
    std::int64_t micros = 0;
    if (auto why = codecs::read_moment(when, micros))
      wrong.push_back({"createdAt", "createdAt " + why.what});
    at = codecs::moment_to_sql(micros);
  }
  if (!wrong.empty())
    return bad(std::move(wrong));
  draft out;
  out.id = text_of(from, "id");
  out.insert = prepared(
      "insert into forum_likes (post_id, user_id, establishment_id, reaction_type, created_at)"
      " values ((select id from forum_posts where id = $1), (select id from users where id = $2),"
      " $3, $4, coalesce($5::timestamptz, now())) on conflict (post_id, user_id) do nothing"
      " returning 1",
      of_post, by, into, reaction, at);
  out.settles_itself = true;
  return out;
}

constexpr collection all_collections[] = {
    {"employeeCategories", "", plain<employee_category_row>},
    {"users", "", person},
    {"userSettings", "", own_settings},
    {"permissions", "", permission},
    {"systemSettings", "", site_settings},
    {"viewsConfig", "viewConfig", page},
    {"announcements", "", plain<announcement_row>},
    {"documents", "", plain<document_row>},
    {"events", "", event},
    {"contents", "", plain<content_row>},
    {"categories", "contentCategories", plain<content_category_row>},
    {"messages", "", plain<letter_row>},
    {"complaints", "", plain<complaint_row>},
    {"trainings", "", training},
    {"trainingParticipants", "", participant},
    {"courses", "", plain<course_row>},
    {"lessons", "", plain<lesson_row>},
    {"quizzes", "", quiz},
    {"enrollments", "", plain<enrollment_row>},
    {"lessonProgress", "", plain<lesson_progress_row>},
    {"quizAttempts", "", attempt},
    {"certificates", "", certificate},
    {"resources", "", plain<material_row>},
    {"forumCategories", "", shelf},
    {"forumTopics", "", topic},
    {"forumPosts", "", post},
    {"forumLikes", "", like},
};

constexpr std::string_view counted[] = {"forumUserStats"};

}  // namespace

std::span<const collection> intrasphere_collections() {
  return all_collections;
}

std::span<const std::string_view> intrasphere_counted() {
  return counted;
}

std::vector<statement> intrasphere_counts(const establishment_id& into) {
  std::vector<statement> out;
  // Seats are given out under the training's lock, also by a server beside us.
  out.push_back(
      prepared("select 1 from trainings where establishment_id = $1 order by id for update", into));
  out.push_back(prepared(
      "update trainings t set current_participants = c.taken from (select t.id, count(p.id)"
      " filter (where p.status <> 'cancelled') as taken from trainings t left join"
      " training_participants p on p.training_id = t.id where t.establishment_id = $1 group by"
      " t.id) c where c.id = t.id and t.current_participants <> c.taken",
      into));
  // A deleted post has no likes.
  out.push_back(
      prepared("delete from forum_likes l using forum_posts p where p.id = l.post_id"
               " and p.is_deleted and l.establishment_id = $1",
               into));
  out.push_back(prepared(
      "update forum_posts p set like_count = c.likes from (select p.id, count(l.post_id) as likes"
      " from forum_posts p left join forum_likes l on l.post_id = p.id"
      " where p.establishment_id = $1 group by p.id) c where c.id = p.id"
      " and p.like_count <> c.likes",
      into));
  out.push_back(prepared(
      "update forum_topics t set reply_count = c.replies, last_reply_at = c.at,"
      " last_reply_by = c.by, last_reply_by_name = c.name from (select p.topic_id, count(*) as"
      " replies, max(p.created_at) as at, (array_agg(p.author_id order by p.created_at desc))[1]"
      " as by, (array_agg(p.author_name order by p.created_at desc))[1] as name"
      " from forum_posts p where p.establishment_id = $1 and not p.is_deleted and p.is_approved"
      " and not p.is_first_post group by p.topic_id) c where c.topic_id = t.id"
      " and (t.reply_count <> c.replies or t.last_reply_at is distinct from c.at)",
      into));
  return out;
}

}  // namespace stoa::intake
