#include "actors/checkins/calendar.hpp"
#include "net/routes/emlyon-connect/routes.hpp"
#include "net/routes/emlyon-connect/shapes.hpp"
#include "schema/dialects.hpp"
#include "schema/json_writer.hpp"

namespace stoa::emlyon {

namespace {

constexpr wish event_wishes[] = {{.name = "title",
                                  .missing = "Le titre est requis",
                                  .wrong = "Le titre est invalide",
                                  .most = 200},
                                 {.name = "description",
                                  .missing = "La description est requise",
                                  .wrong = "La description est trop longue",
                                  .most = 5000,
                                  .markup = true},
                                 {.name = "date",
                                  .missing = "Date invalide",
                                  .wrong = "Date invalide",
                                  .type = wish::kind::moment}};

reply event_reply(int status, std::string_view message, const call& c, const campus_event& what) {
  std::string data;
  json_writer json{data};
  write_event(what, c.here.public_base, json);
  return success(status, message, data);
}

event_id named(const call& c) {
  return event_id{c.path("id")};
}

task<reply> list_events(call_ptr c) {
  auto lists = co_await campus_of(*c);
  const auto upcoming = c->req.parameter("upcoming").value_or("") == "true";
  std::string data;
  json_writer json{data};
  if (upcoming) {
    event_list coming;
    const auto present = now();
    for (const auto& each : *lists.events)
      if (each.row.date >= present)
        coming.push_back(each);
    write_events(coming, c->here.public_base, json);
  } else {
    write_events(*lists.events, c->here.public_base, json);
  }
  co_return success(200, {}, data);
}

task<reply> show_event(call_ptr c) {
  auto found = co_await calendar::find(c->self, c->home.database(), c->who, named(*c));
  co_return event_reply(200, {}, *c, found);
}

task<reply> create_event(call_ptr c) {
  const auto said = tidied(*c, event_wishes, how_much::all);
  auto draft = read_create<event_row>(said.root(), emlyon_dialect);
  if (!draft)
    throw fault_error(std::move(draft.error()));
  draft->type = "social";
  need_campus(*c);
  auto made = co_await calendar::propose(c->self, c->home.database(), c->who, std::move(*draft));
  c->home.events_changed(c->who.establishment);
  co_return event_reply(201, "Événement créé avec succès", *c, made);
}

task<reply> change_event(call_ptr c) {
  const auto said = tidied(*c, event_wishes, how_much::some);
  auto what = read_change<event_row>(said.root(), emlyon_dialect);
  if (!what)
    throw fault_error(std::move(what.error()));
  auto changed =
      co_await calendar::change(c->self, c->home.database(), c->who, named(*c), std::move(*what));
  c->home.events_changed(c->who.establishment);
  co_return event_reply(200, "Événement mis à jour avec succès", *c, changed);
}

task<reply> cancel(call_ptr c) {
  co_await calendar::cancel(c->self, c->home.database(), c->who, named(*c));
  c->home.events_changed(c->who.establishment);
  co_return success(200, "Événement supprimé avec succès");
}

task<reply> attend(call_ptr c) {
  need_campus(*c);
  co_await calendar::attend(c->self, c->home.database(), c->who, named(*c));
  c->home.events_changed(c->who.establishment);
  co_return success(200, "Participation confirmée");
}

task<reply> leave_event(call_ptr c) {
  co_await calendar::leave(c->self, c->home.database(), c->who, named(*c));
  c->home.events_changed(c->who.establishment);
  co_return success(200, "Participation annulée");
}

constexpr endpoint event_rows[] = {
    row(verb::get, "/api/events", signed_in, list_events),
    row(verb::get, "/api/events/{id}", signed_in, show_event),
    row(verb::post, "/api/events", signed_in, create_event),
    row(verb::put, "/api/events/{id}", signed_in, change_event),
    row(verb::patch, "/api/events/{id}", signed_in, change_event),
    row(verb::remove, "/api/events/{id}", signed_in, cancel),
    row(verb::post, "/api/events/{id}/attend", signed_in, attend),
    row(verb::remove, "/api/events/{id}/attend", signed_in, leave_event),
};

}  // namespace

std::span<const endpoint> event_routes() {
  return event_rows;
}

}  // namespace stoa::emlyon
