#include "schema/people.hpp"

#include "schema/shapes.hpp"

namespace stoa {

using namespace describe;

namespace {

constexpr field establishment_fields[] = {
    column<&establishment_row::id>("id", key),
    column<&establishment_row::name>("name", required, not_blank, length(1, 200), sortable,
                                     filterable),
    column<&establishment_row::slug>("slug", required, length(1, 64), shaped(shapes::slug),
                                     sortable, filterable),
    column<&establishment_row::description>("description", length(0, 2'000)),
    column<&establishment_row::logo>("logo", length(1, 2'000), shaped(shapes::web_address)),
    column<&establishment_row::domain>("domain", length(1, 253), filterable),
    column<&establishment_row::is_active>("is_active", filterable),
    column<&establishment_row::settings>("settings"),
    column<&establishment_row::created_at>("created_at", set_by_server, from_database, sortable,
                                           filterable),
    column<&establishment_row::updated_at>("updated_at", set_by_server, from_database, touched,
                                           sortable),
};

constexpr field user_fields[] = {
    column<&user_row::id>("id", key),
    column<&user_row::establishment>("establishment_id", immutable, filterable),
    column<&user_row::email>("email", required, length(3, 254), shaped(shapes::email), sortable,
                             filterable),
    column<&user_row::username>("username", required, not_blank, length(1, 254),
                                shaped(shapes::user_name), sortable, filterable),
    column<&user_row::first_name>("first_name", length(0, 100), sortable, filterable),
    column<&user_row::last_name>("last_name", length(0, 100), sortable, filterable),
    column<&user_row::profile_image_url>("profile_image_url", length(1, 2'000),
                                         shaped(shapes::web_address)),
    column<&user_row::rank>("role", filterable),
    column<&user_row::phone_number>("phone_number", length(0, 40)),
    column<&user_row::department>("department", length(0, 200), filterable),
    column<&user_row::position>("position", length(0, 200)),
    column<&user_row::bio>("bio", length(0, 5'000)),
    column<&user_row::preferences>("preferences", length(0, 16'384)),
    column<&user_row::metadata>("metadata", length(0, 16'384)),
    column<&user_row::is_active>("is_active", filterable),
    column<&user_row::is_email_verified>("is_email_verified", set_by_server, filterable),
    column<&user_row::last_login_at>("last_login_at", set_by_server, sortable, filterable),
    column<&user_row::created_at>("created_at", set_by_server, from_database, sortable, filterable),
    column<&user_row::updated_at>("updated_at", set_by_server, from_database, touched, sortable),
};

}  // namespace

constinit const entity establishment_entity{
    "establishment",
    "establishments",
    establishment_fields,
    {.list = holds("is_active", "true") | at_least(role::super_admin),
     .read = holds("is_active", "true") | at_least(role::super_admin),
     .create = at_least(role::super_admin),
     .update = (at_least(role::admin) & same_home("id")) | at_least(role::super_admin),
     .remove = at_least(role::super_admin)},
    "id"};

constinit const entity user_entity{"user",
                                   "users",
                                   user_fields,
                                   {.list = at_least(role::manager),
                                    .read = owner("id") | at_least(role::manager),
                                    .create = at_least(role::manager),
                                    .update = owner("id") | at_least(role::manager),
                                    .remove = at_least(role::manager)}};

}  // namespace stoa
