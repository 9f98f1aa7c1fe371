#include "schema/checkins.hpp"

namespace stoa {

using namespace describe;

namespace {

constexpr field check_in_fields[] = {
    column<&check_in_row::id>("id", key),
    column<&check_in_row::establishment>("establishment_id", set_by_server, hidden),
    column<&check_in_row::user>("user_id", set_by_server, filterable),
    column<&check_in_row::location_name>("location_name", required, not_blank, length(1, 200),
                                         filterable),
    column<&check_in_row::latitude>("latitude", required, range(-90, 90)),
    column<&check_in_row::longitude>("longitude", required, range(-180, 180)),
    column<&check_in_row::status_emoji>("status_emoji", length(1, 16)),
    column<&check_in_row::created_at>("created_at", set_by_server, sortable),
    column<&check_in_row::updated_at>("updated_at", set_by_server, from_database, touched),
};

}  // namespace

// Everybody on the campus sees everybody; only one's own check-in is taken back.
constinit const entity check_in_entity{"check_in",
                                       "check_ins",
                                       check_in_fields,
                                       {.list = signed_in,
                                        .read = signed_in,
                                        .create = signed_in,
                                        .update = nobody,
                                        .remove = owner("user_id")}};

}  // namespace stoa
