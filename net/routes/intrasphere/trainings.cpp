#include "net/routes/intrasphere/invalid.hpp"
#include "net/routes/intrasphere/only.hpp"
#include "net/routes/intrasphere/parameters.hpp"
#include "net/routes/intrasphere/rights.hpp"
#include "net/routes/intrasphere/training_letters.hpp"
#include "net/routes/intrasphere/waiting.hpp"
#include "schema/json_writer.hpp"
#include "schema/learning.hpp"

namespace stoa::intrasphere {

namespace {

void tell_training(const call& c, std::string_view action, const training_id& id) {
  std::string data;
  json_writer{data}
      .begin_object()
      .member("action", action)
      .member("trainingId", id.value)
      .end_object();
  publish(c, "training", std::move(data));
}

// -- trainings --------------------------------------------------------------------------

task<void> check_instructor(call_ptr c, std::optional<user_id> who) {
  if (who)
    co_await person_of(c, *who);
}

task<void> draft(call_ptr c, std::shared_ptr<training_row> row) {
  co_await check_instructor(c, row->instructor);
}

task<void> redraft(call_ptr c, std::shared_ptr<const training_row> before,
                   std::shared_ptr<change_of<training_row>> what) {
  co_await check_instructor(c, what->values.instructor);
  const auto& most = what->values.max_participants;
  if (most && *most < before->current_participants)
    throw refuse(fault_code::conflict, "More participants are registered already");
}

task<void> tell(call_ptr c, act what, std::shared_ptr<const training_row> row) {
  tell_training(*c,
                what == act::create   ? "create"
                : what == act::change ? "update"
                                      : "delete",
                row->id);
  co_return;
}

const row_texts& training_texts() {
  static const row_texts says = [] {
    auto out = intrasphere_dialect.says;
    out.refused = "Insufficient permissions to {act} trainings";
    out.not_this = out.refused;
    return out;
  }();
  return says;
}

const resource& trainings() {
  static const auto one = [] {
    deviations<training_row> how;
    how.drafted = draft;
    how.changing = redraft;
    how.done = tell;
    resource_options more;
    more.limits = sorted_by("-createdAt");
    more.says = &training_texts();
    return resource::of<training_row>("/api/trainings", "training", intrasphere_dialect, how, more);
  }();
  return one;
}

// -- who takes part ---------------------------------------------------------------------

std::vector<sql::equal> of_participant(const call& c) {
  if (c.path("id") != c.who.user.value && !leads_trainings(c.who))
    throw refuse(fault_code::forbidden, "Insufficient permissions to view user trainings");
  std::vector<sql::equal> out;
  out.push_back({"user_id", c.path("id")});
  return out;
}

template <auto Only>
const resource& participants_at(std::string_view path) {
  static const auto one = [=] {
    deviations<participant_row> how;
    how.only = Only;
    resource_options more;
    more.acts = act::list;
    more.limits = sorted_by("-registeredAt");
    return resource::of<participant_row>(path, "participant", intrasphere_dialect, how, more);
  }();
  return one;
}

task<participant_row> participant_of(call_ptr c, training_id training, user_id who) {
  static const sql_text text{"select " + sql::columns(participant_entity) +
                             " from training_participants where training_id = $1 and user_id = $2"};
  auto found = co_await c->run(prepared(text, training, who));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Participant not found");
  co_return row_at<participant_row>(found[0], 0);
}

// The client shows these sentences.
fault_error seat_refusal(std::string_view why) {
  if (why == "missing")
    return refuse(fault_code::not_found, "Formation introuvable");
  if (why == "twice")
    return refuse(fault_code::conflict, "Déjà inscrit");
  if (why == "inactive")
    return refuse(fault_code::conflict, "Formation inactive");
  if (why == "started")
    return refuse(fault_code::conflict, "Formation déjà commencée");
  return refuse(fault_code::conflict, "Formation complète");
}

// A seat now or, for who wishes so, a place on the list.
task<reply> take_seat(call_ptr c, training_id training, user_id who) {
  const bool waits = wants_to_wait(c->body());
  auto take = prepared("select stoa_take_seat($1, $2, $3, $4, $5)", training, who,
                       fresh<participant_id>(), c->who.establishment, waits);
  auto told = tell_seat_taken(training, who);
  auto taken = co_await c->run(
      in_establishment(c->who.establishment.value, std::move(take), std::move(told)));
  const auto came = taken[0].text(0, 0);
  if (came == "waiting") {
    auto place = co_await place_in_line(c, training, who);
    if (place)
      co_return std::move(*place);
  } else if (came != "done") {
    throw seat_refusal(came);
  }
  // A seat, or one that came free in between.
  auto row = co_await participant_of(c, training, who);
  if (came == "done")
    tell_training(*c, "register", training);
  co_return json_reply(201, to_json(row, intrasphere_dialect));
}

task<reply> take_own_seat(call_ptr c) {
  training_id training{c->path("id")};
  co_return co_await take_seat(c, std::move(training), c->who.user);
}

task<reply> take_named_seat(call_ptr c) {
  const auto body = c->body();
  training_id training{said(body, "trainingId")};
  user_id who{said(body, "userId")};
  if (training.value.empty())
    throw invalid("Invalid participant data", {{"trainingId", "trainingId is required"}});
  if (who.empty())
    who = c->who.user;
  if (who != c->who.user) {
    if (!leads_trainings(c->who))
      throw not_allowed();
    co_await person_of(c, who);
  }
  co_return co_await take_seat(c, std::move(training), std::move(who));
}

task<reply> leave_seat(call_ptr c, training_id training, user_id who) {
  if (who != c->who.user && !leads_trainings(c->who))
    throw refuse(fault_code::forbidden, "Insufficient permissions to remove participant");
  auto wanted = in_establishment(c->who.establishment.value, lock_training(training),
                                 tell_seat_left(training, who),
                                 prepared("select stoa_leave_seat($1, $2)", training, who));
  auto left = co_await c->run(std::move(wanted));
  if (!left[2].flag(0, 0))
    throw refuse(fault_code::not_found, "Participant not found");
  tell_training(*c, "unregister", training);
  co_return message_reply(200, "Participant removed successfully");
}

task<reply> leave_own_seat(call_ptr c) {
  training_id training{c->path("id")};
  co_return co_await leave_seat(c, std::move(training), c->who.user);
}

task<reply> leave_named_seat(call_ptr c) {
  training_id training{c->path("id")};
  user_id who{c->path("userId")};
  co_return co_await leave_seat(c, std::move(training), std::move(who));
}

// One may cancel and say what it was like; who leads trainings decides the rest. A seat is given
// back with its participant, and taken again like any other.
task<reply> change_participant(call_ptr c) {
  change_of<participant_row> what;
  auto read = read_change(participant_entity, intrasphere_dialect, c->body(), &what.values);
  if (!read) {
    read.error().text = "Invalid participant data";
    throw fault_error(std::move(read.error()));
  }
  what.which = *read;
  auto found = co_await c->run(bound(sql::find_any(participant_entity, c->who, c->path("id"))));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Participant not found");
  auto before = row_at<participant_row>(found[0], 0);
  const bool names_status = (what.which & fields_of<&participant_row::status>()).any();
  if (!leads_trainings(c->who)) {
    const auto own = fields_of<&participant_row::status, &participant_row::feedback>();
    if (before.user != c->who.user || (what.which & ~own).any() ||
        (names_status && what.values.status != "cancelled"))
      throw not_allowed();
  }
  const bool cancels = names_status && what.values.status == "cancelled";
  if (names_status && !cancels && before.status == "cancelled")
    throw refuse(fault_code::conflict, "The registration was cancelled; register again");
  const auto dated = fields_of<&participant_row::completion_date>();
  if (names_status && what.values.status == "completed" && (what.which & dated).none()) {
    what.values.completion_date = now();
    what.which |= dated;
  }
  auto wanted = in_establishment(
      c->who.establishment.value,
      prepared("select 1 from trainings where id = $1 for update", before.training),
      prepared("update trainings set current_participants = greatest(current_participants - 1, 0)"
               " where id = $1 and $3 and exists (select 1 from training_participants"
               " where id = $2 and status <> 'cancelled')",
               before.training, before.id, cancels),
      bound(sql::change(c->who, before.id.value, what)));
  if (cancels)
    wanted.statements.insert(wanted.statements.begin() + 1,
                             tell_seat_left(before.training, before.user));
  auto done = co_await c->run(std::move(wanted));
  const auto& changed = done.each.back();
  if (changed.empty())
    throw refuse(fault_code::not_found, "Participant not found");
  tell_training(*c, "participant", before.training);
  co_return json_reply(200, to_json(row_at<participant_row>(changed, 0), intrasphere_dialect));
}

// -- what to take next ------------------------------------------------------------------

// Open to all who are not in: mandatory ones first, then what is like what one took before, then
// what begins soonest.
task<reply> recommend(call_ptr c) {
  const auto most = number_asked(*c, "limit", 5, 100);
  static const sql_text text{
      "select " + columns_of(training_entity, "t") +
      " from trainings t where t.is_active and t.is_visible"
      " and (t.start_date is null or t.start_date > now())"
      " and (t.max_participants is null or t.current_participants < t.max_participants)"
      " and not exists (select 1 from training_participants p where p.training_id = t.id"
      "  and p.user_id = $1 and p.status <> 'cancelled')"
      " order by t.is_mandatory desc, t.category in (select o.category from trainings o"
      "  join training_participants p on p.training_id = o.id where p.user_id = $1"
      "  union select o.category from courses o join enrollments e on e.course_id = o.id"
      "  where e.user_id = $1) desc,"
      " t.start_date nulls last, t.created_at desc, t.id limit $2::int"};
  auto found = co_await c->run(prepared(text, c->who.user, most));
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[0].size(); ++i)
    write_json(row_at<training_row>(found[0], i), json, intrasphere_dialect);
  json.end_array();
  co_return json_reply(200, std::move(out));
}

}  // namespace

std::span<const endpoint> training_routes() {
  static const auto all = table(
      {trainings().rows(),
       participants_at<only_of_training>("/api/trainings/{id}/participants").rows(),
       {participants_at<only_of_training>("/api/trainings/{id}/participants")
            .row(verb::get, "/api/training-participants/{id}", act::list)},
       participants_at<of_participant>("/api/users/{id}/trainings").rows(),
       {
           {verb::post, "/api/trainings/{id}/participants", signed_in, take_own_seat},
           {verb::post, "/api/trainings/{id}/register", signed_in, take_own_seat},
           {verb::post, "/api/training-participants", signed_in, take_named_seat},
           {verb::patch, "/api/training-participants/{id}", signed_in, change_participant},
           {verb::put, "/api/training-participants/{id}", signed_in, change_participant},
           {verb::remove, "/api/trainings/{id}/unregister", signed_in, leave_own_seat},
           {verb::remove, "/api/trainings/{id}/participants/{userId}", signed_in, leave_named_seat},
           {verb::remove, "/api/training-participants/{id}/{userId}", signed_in, leave_named_seat},
           {verb::get, "/api/training-recommendations", signed_in, recommend},
       }});
  return all;
}

}  // namespace stoa::intrasphere
