#include "actors/checkins/calendar.hpp"

#include "actors/core/caf.hpp"
#include "persistence/audit.hpp"
#include "persistence/described.hpp"

#include <algorithm>
#include <unordered_map>

namespace stoa {

std::string person_columns(std::string_view alias) {
  const std::string a{alias};
  return a + ".id, concat_ws(' ', " + a + ".first_name, " + a + ".last_name), " + a +
         ".profile_image_url, " + a + ".department";
}

campus_person campus_person_at(const rows& from, std::size_t row, std::size_t first) {
  return {user_id{from.text(row, first)}, from.text(row, first + 1), from.text(row, first + 2),
          from.text(row, first + 3)};
}

namespace calendar {

namespace {

// The row lock makes whoever joins, leaves or cancels one event wait for each other, so that what
// the next statement of the transaction sees still holds when it is committed.
statement lock(const event_id& which) {
  return prepared("select organizer_id from events where id = $1 for no key update", which);
}

fault_error missing() {
  return fault_error{fault_code::not_found, "no such event"};
}

campus_event only(event_list found) {
  if (found.empty())
    throw missing();
  return std::move(found.front());
}

}  // namespace

transaction look_for_events(const establishment_id& where, const std::optional<event_id>& one) {
  static const sql_text events{
      "with listed as (select * from events where $1::text is null or"
      " id = $1 order by date desc, id desc limit $2::int) select " +
      columns_under(event_entity, "e") + ", " + person_columns("u") +
      " from listed e left join users u on u.id = e.organizer_id"
      " order by e.date, e.id"};
  static const sql_text attendees{
      "with listed as (select id, organizer_id from events where $1::text is null or id = $1"
      " order by date desc, id desc limit $2::int) select a.event_id, " +
      person_columns("u") +
      " from listed e join event_attendees a on a.event_id = e.id"
      " join users u on u.id = a.user_id and u.is_active"
      " order by a.event_id, (a.user_id is not distinct from e.organizer_id) desc, a.joined_at,"
      " a.user_id"};
  return in_establishment(where.value, prepared(events, one, most_listed),
                          prepared(attendees, one, most_listed));
}

event_list events_of(const results& found) {
  event_list out;
  std::unordered_map<std::string_view, std::size_t> places;
  const auto width = event_entity.fields.size();
  const auto& events = found[0];
  out.reserve(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    places.emplace(events.cell(i, 0).value_or(""), i);
    out.push_back({described_at<event_row>(events, i), campus_person_at(events, i, width), {}});
  }
  const auto& coming = found[1];
  for (std::size_t i = 0; i < coming.size(); ++i)
    // The two statements may see different moments: an event made in between is not listed yet.
    if (const auto at = places.find(coming.cell(i, 0).value_or("")); at != places.end())
      out[at->second].attendees.push_back(campus_person_at(coming, i, 1));
  return out;
}

task<campus_event> find(session_actor::pointer self, database_actor database, scope who,
                        event_id which) {
  auto look = look_for_events(who.establishment, which);
  auto found = co_await ask(self, database, std::move(look));
  co_return only(events_of(found));
}

task<campus_event> propose(session_actor::pointer self, database_actor database, scope who,
                           event_row draft) {
  draft.id = fresh<event_id>();
  draft.establishment = who.establishment;
  draft.organizer = who.user;
  auto work = look_for_events(who.establishment, draft.id);
  // Together: no event is without its organiser, not even for a moment.
  work.statements.insert(
      work.statements.begin(),
      {to_statement(sql::insert(who, draft)),
       prepared("insert into event_attendees (event_id, user_id, establishment_id)"
                " values ($1, $2, $3)",
                draft.id, who.user, who.establishment)});
  auto done = co_await ask(self, database, std::move(work));
  done.each.erase(done.each.begin(), done.each.begin() + 2);
  co_return only(events_of(done));
}

task<campus_event> change(session_actor::pointer self, database_actor database, scope who,
                          event_id which, change_of<event_row> what) {
  auto work = look_for_events(who.establishment, which);
  work.statements.insert(work.statements.begin(),
                         to_statement(sql::change(who, which.value, what)));
  auto done = co_await ask(self, database, std::move(work));
  const bool permitted = !done[0].empty();
  done.each.erase(done.each.begin());
  auto now_is = only(events_of(done));
  // With nothing to change the statement only reads, and everybody may read.
  if (!permitted || !permits(event_entity.rules.update, who, now_is.row))
    throw fault_error(fault_code::forbidden, "not the organiser");
  co_return now_is;
}

task<void> cancel(session_actor::pointer self, database_actor database, scope who, event_id which) {
  auto work = in_establishment(who.establishment.value, lock(which),
                               to_statement(sql::remove<event_row>(who, which.value)),
                               acting(who.user, ""));
  auto done = co_await ask(self, database, std::move(work));
  if (done[0].empty())
    throw missing();
  if (done[1].empty())
    throw fault_error(fault_code::forbidden, "not the organiser");
}

task<void> attend(session_actor::pointer self, database_actor database, scope who, event_id which) {
  auto work = in_establishment(
      who.establishment.value, lock(which),
      prepared("insert into event_attendees (event_id, user_id, establishment_id)"
               " select e.id, $2, e.establishment_id from events e where e.id = $1"
               " and (select count(*) from event_attendees where event_id = $1) < $3::int"
               " on conflict do nothing",
               which, who.user, most_attendees),
      prepared("select 1 from event_attendees where event_id = $1 and user_id = $2", which,
               who.user));
  auto done = co_await ask(self, database, std::move(work));
  if (done[0].empty())
    throw missing();
  if (done[1].affected() == 0)
    throw fault_error(fault_code::conflict, done[2].empty() ? is_full : already_attends);
}

task<void> leave(session_actor::pointer self, database_actor database, scope who, event_id which) {
  auto work = in_establishment(
      who.establishment.value, lock(which),
      prepared("delete from event_attendees a using events e where a.event_id = $1"
               " and a.user_id = $2 and e.id = $1 and e.organizer_id is distinct from $2",
               which, who.user));
  auto done = co_await ask(self, database, std::move(work));
  if (done[0].empty())
    throw missing();
  if (done[1].affected() == 0)
    throw fault_error(fault_code::conflict,
                      done[0].cell(0, 0) == who.user.value ? organiser_stays : does_not_attend);
}

}  // namespace calendar

}  // namespace stoa
