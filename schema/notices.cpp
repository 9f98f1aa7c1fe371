#include "schema/notices.hpp"

namespace stoa {

using namespace describe;

namespace {

constexpr std::string_view notification_type[] = {
    "course_enrollment",   "assessment_graded", "course_published", "assessment_approved",
    "assessment_rejected", "new_announcement",  "system_update",    "deadline_reminder",
};

constexpr field notification_fields[] = {
    column<&notification_row::id>("id", key),
    column<&notification_row::user>("user_id", required, immutable, filterable),
    column<&notification_row::establishment>("establishment_id", set_by_server),
    column<&notification_row::seq>("seq", set_by_server, sortable),
    column<&notification_row::type>("type", required, immutable, one_of(notification_type),
                                    filterable),
    column<&notification_row::title>("title", required, immutable, not_blank, length(1, 200)),
    column<&notification_row::message>("message", required, immutable, length(1, 5'000)),
    column<&notification_row::data>("data", immutable, length(0, 16'384)),
    column<&notification_row::is_read>("is_read", filterable),
    column<&notification_row::read_at>("read_at", set_by_server, sortable),
    column<&notification_row::created_at>("created_at", set_by_server, from_database, sortable,
                                          filterable),
    column<&notification_row::updated_at>("updated_at", set_by_server, from_database, touched),
};

}  // namespace

constinit const entity notification_entity{"notification",
                                           "notifications",
                                           notification_fields,
                                           {.list = owner("user_id"),
                                            .read = owner("user_id"),
                                            .create = at_least(role::manager),
                                            .update = owner("user_id"),
                                            .remove = owner("user_id")}};

}  // namespace stoa
