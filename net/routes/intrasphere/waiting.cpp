#include "net/routes/intrasphere/waiting.hpp"

#include "net/routes/intrasphere/rights.hpp"
#include "schema/json_writer.hpp"

namespace stoa::intrasphere {

namespace {

// Who waits for a training, first come first; all of them, or one.
statement who_waits(const training_id& training, const std::optional<user_id>& only) {
  return prepared(
      "select id, user_id, position, waiting_since from (select w.id, w.user_id, w.waiting_since,"
      " row_number() over (order by w.place) as position from training_waiting w"
      " where w.training_id = $1) as line"
      " where $2::text is null or user_id = $2 order by position",
      training, only);
}

void write_place(const rows& from, std::size_t row, const training_id& training, json_writer& out) {
  out.begin_object()
      .member("id", from.text(row, 0))
      .member("trainingId", training.value)
      .member("userId", from.text(row, 1))
      .member("status", "waiting")
      .member("position", from.integer(row, 2))
      .member("waitingSince", from.moment(row, 3))
      .end_object();
}

// Who leads trainings sees everybody, others their own place or nothing.
task<reply> list_waiting(call_ptr c) {
  const training_id training{c->path("id")};
  std::optional<user_id> only;
  if (!leads_trainings(c->who))
    only = c->who.user;
  auto wanted = in_establishment(c->who.establishment.value,
                                 prepared("select 1 from trainings where id = $1", training),
                                 who_waits(training, only));
  auto found = co_await c->run(std::move(wanted));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Training not found");
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[1].size(); ++i)
    write_place(found[1], i, training, json);
  json.end_array();
  co_return json_reply(200, std::move(out));
}

}  // namespace

bool wants_to_wait(const json_value& body) {
  const auto wish = body["waitlist"];
  if (wish.is_null())
    return false;
  const auto yes = wish.as_bool();
  if (!yes)
    throw refuse(fault_code::invalid, "waitlist must be a boolean");
  return *yes;
}

task<std::optional<reply>> place_in_line(call_ptr c, training_id training, user_id who) {
  std::optional<user_id> only{who};
  auto found = co_await c->run(who_waits(training, only));
  if (found[0].empty())
    co_return std::nullopt;
  std::string out;
  json_writer json{out};
  write_place(found[0], 0, training, json);
  co_return json_reply(202, std::move(out));
}

std::span<const endpoint> waiting_routes() {
  static const endpoint all[] = {
      {verb::get, "/api/trainings/{id}/waiting-list", signed_in, list_waiting},
  };
  return all;
}

}  // namespace stoa::intrasphere
