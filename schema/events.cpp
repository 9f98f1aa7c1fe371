#include "schema/events.hpp"

namespace stoa {

using namespace describe;

namespace {

constexpr std::string_view event_type[] = {"meeting", "training", "social", "other"};

constexpr field event_fields[] = {
    column<&event_row::id>("id", key),
    column<&event_row::establishment>("establishment_id", set_by_server, hidden),
    column<&event_row::title>("title", required, not_blank, length(1, 200), sortable, filterable),
    column<&event_row::description>("description", length(0, 5'000)),
    column<&event_row::date>("date", required, sortable, filterable),
    column<&event_row::location>("location", length(0, 200), filterable),
    column<&event_row::type>("type", one_of(event_type), filterable),
    column<&event_row::organizer>("organizer_id", filterable),
    column<&event_row::created_at>("created_at", set_by_server, from_database, sortable,
                                   filterable),
    column<&event_row::updated_at>("updated_at", set_by_server, from_database, touched, sortable),
};

}  // namespace

// Which ranks may create is the edition's habit (its rows say): students propose outings, an
// intranet's events are its staff's.
constinit const entity event_entity{"event",
                                    "events",
                                    event_fields,
                                    {.list = anyone,
                                     .read = anyone,
                                     .create = signed_in,
                                     .update = owner("organizer_id") | at_least(role::manager),
                                     .remove = owner("organizer_id") | at_least(role::manager)}};

}  // namespace stoa
