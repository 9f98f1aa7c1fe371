#include "schema/learning.hpp"

#include "schema/holds_or_lacks.hpp"
#include "schema/lengths.hpp"
#include "schema/shapes.hpp"
#include "schema/who_may.hpp"

namespace stoa {

using namespace describe;

namespace {

constexpr auto training_admin = at_least(role::admin) | may("manage_trainings");

// Who may read and keep material: everybody unless it names a rank, and a word that is none is for
// administrators.
constexpr auto of_rank = holds_or_lacks("required_role", "employee") |
                         (at_least(role::manager) & holds("required_role", "moderator")) |
                         at_least(role::admin);

constexpr std::string_view training_categories[] = {"technical", "management", "safety",
                                                    "compliance", "other"};
constexpr std::string_view difficulties[] = {"beginner", "intermediate", "advanced"};
constexpr std::string_view participant_states[] = {"registered", "completed", "cancelled"};
constexpr std::string_view course_categories[] = {"technical", "compliance", "soft-skills",
                                                  "leadership"};
constexpr std::string_view enrollment_states[] = {"enrolled", "in-progress", "completed", "failed"};
constexpr range any_minutes{0, 2'147'483'647};
constexpr auto link = shaped(shapes::harmless_link);

constexpr field training_fields[] = {
    column<&training_row::id>("id", key),
    column<&training_row::establishment>("establishment_id", set_by_server, hidden),
    column<&training_row::title>("title", required, not_blank, length(1, 2'000), sortable,
                                 filterable),
    column<&training_row::description>("description", length(1, 100'000)),
    column<&training_row::category>("category", required, one_of(training_categories), filterable),
    column<&training_row::difficulty>("difficulty", length(1, 40), one_of(difficulties),
                                      filterable),
    column<&training_row::duration>("duration", required, any_minutes, sortable),
    column<&training_row::instructor>("instructor_id", length(1, 200), filterable),
    column<&training_row::instructor_name>("instructor_name", required, length(0, 1'000)),
    column<&training_row::start_date>("start_date", sortable, filterable),
    column<&training_row::end_date>("end_date", sortable),
    column<&training_row::location>("location", length(1, 2'000)),
    column<&training_row::max_participants>("max_participants", range(0, 2'147'483'647)),
    column<&training_row::current_participants>("current_participants", set_by_server, sortable),
    column<&training_row::is_mandatory>("is_mandatory", filterable),
    column<&training_row::is_active>("is_active", filterable),
    column<&training_row::is_visible>("is_visible", filterable),
    column<&training_row::thumbnail_url>("thumbnail_url", length(1, longest_link), link),
    column<&training_row::document_urls>("document_urls", items(50), length(1, longest_link), link),
    column<&training_row::created_at>("created_at", set_by_server, from_database, sortable),
    column<&training_row::updated_at>("updated_at", set_by_server, from_database, touched,
                                      sortable),
};

constexpr field participant_fields[] = {
    column<&participant_row::id>("id", key),
    column<&participant_row::training>("training_id", immutable, filterable),
    column<&participant_row::user>("user_id", immutable, filterable),
    column<&participant_row::establishment>("establishment_id", set_by_server, hidden),
    column<&participant_row::registered_at>("registered_at", set_by_server, from_database,
                                            sortable),
    column<&participant_row::status>("status", one_of(participant_states), filterable),
    column<&participant_row::completion_date>("completion_date"),
    column<&participant_row::score>("score", range(0, 100)),
    column<&participant_row::feedback>("feedback", length(0, 100'000)),
};

constexpr field course_fields[] = {
    column<&course_row::id>("id", key),
    column<&course_row::establishment>("establishment_id", set_by_server, hidden),
    column<&course_row::training>("training_id", length(1, 200), filterable),
    column<&course_row::title>("title", required, not_blank, length(1, 2'000), sortable,
                               filterable),
    column<&course_row::description>("description", length(0, 100'000)),
    column<&course_row::category>("category", required, one_of(course_categories), filterable),
    column<&course_row::difficulty>("difficulty", one_of(difficulties), filterable),
    column<&course_row::duration>("duration", any_minutes, sortable),
    column<&course_row::thumbnail_url>("thumbnail_url", length(0, longest_link), link),
    column<&course_row::author>("author_id", set_by_server, filterable),
    column<&course_row::author_name>("author_name", required, length(0, 1'000)),
    column<&course_row::is_published>("is_published", filterable),
    column<&course_row::is_mandatory>("is_mandatory", filterable),
    column<&course_row::is_active>("is_active", filterable),
    column<&course_row::prerequisites>("prerequisites", length(0, 100'000)),
    column<&course_row::tags>("tags", length(0, 100'000)),
    column<&course_row::order>("order", sortable),
    column<&course_row::created_at>("created_at", set_by_server, from_database, sortable),
    column<&course_row::updated_at>("updated_at", set_by_server, from_database, touched, sortable),
};

constexpr field lesson_fields[] = {
    column<&lesson_row::id>("id", key),
    column<&lesson_row::establishment>("establishment_id", set_by_server, hidden),
    column<&lesson_row::course>("course_id", required, immutable, length(1, 200), filterable),
    column<&lesson_row::title>("title", required, not_blank, length(1, 2'000), sortable),
    column<&lesson_row::description>("description", length(0, 100'000)),
    column<&lesson_row::content>("content", required, length(0, 500'000)),
    column<&lesson_row::order>("order", sortable),
    column<&lesson_row::duration>("duration", any_minutes),
    column<&lesson_row::video_url>("video_url", length(0, longest_link), link),
    column<&lesson_row::document_url>("document_url", length(0, longest_link), link),
    column<&lesson_row::type>("type", length(0, 200)),
    column<&lesson_row::attachments>("attachments", items(50), length(1, longest_link), link),
    column<&lesson_row::is_required>("is_required"),
    column<&lesson_row::is_active>("is_active", filterable),
    column<&lesson_row::created_at>("created_at", set_by_server, from_database, sortable),
    column<&lesson_row::updated_at>("updated_at", set_by_server, from_database, touched),
};

constexpr field enrollment_fields[] = {
    column<&enrollment_row::id>("id", key),
    column<&enrollment_row::establishment>("establishment_id", set_by_server, hidden),
    column<&enrollment_row::user>("user_id", set_by_server, filterable),
    column<&enrollment_row::course>("course_id", set_by_server, filterable),
    column<&enrollment_row::training>("training_id", set_by_server),
    column<&enrollment_row::course_title>("course_title", set_by_server),
    column<&enrollment_row::enrolled_at>("enrolled_at", set_by_server, from_database, sortable),
    column<&enrollment_row::started_at>("started_at"),
    column<&enrollment_row::completed_at>("completed_at"),
    column<&enrollment_row::progress>("progress", range(0, 100)),
    column<&enrollment_row::status>("status", one_of(enrollment_states), filterable),
    column<&enrollment_row::certificate>("certificate_id", set_by_server),
    column<&enrollment_row::certificate_url>("certificate_url", set_by_server),
    column<&enrollment_row::time_spent>("time_spent", range(0, 1'000'000'000)),
    column<&enrollment_row::score>("score", range(0, 100)),
};

constexpr field lesson_progress_fields[] = {
    column<&lesson_progress_row::id>("id", key),
    column<&lesson_progress_row::establishment>("establishment_id", set_by_server, hidden),
    column<&lesson_progress_row::user>("user_id", set_by_server),
    column<&lesson_progress_row::lesson>("lesson_id", set_by_server),
    column<&lesson_progress_row::course>("course_id", set_by_server, filterable),
    column<&lesson_progress_row::is_completed>("is_completed"),
    column<&lesson_progress_row::time_spent>("time_spent", range(0, 1'000'000'000)),
    column<&lesson_progress_row::completed_at>("completed_at", set_by_server),
    column<&lesson_progress_row::created_at>("created_at", set_by_server, from_database, sortable),
};

constexpr field certificate_fields[] = {
    column<&certificate_row::id>("id", key),
    column<&certificate_row::establishment>("establishment_id", set_by_server, hidden),
    column<&certificate_row::user>("user_id", immutable, length(1, 200)),
    column<&certificate_row::course>("course_id", required, immutable, length(1, 200)),
    column<&certificate_row::title>("title", length(0, 2'000)),
    column<&certificate_row::description>("description", length(0, 100'000)),
    column<&certificate_row::certificate_url>("certificate_url", length(0, longest_link), link),
    column<&certificate_row::issued_at>("issued_at", set_by_server, from_database, sortable),
    column<&certificate_row::expires_at>("expires_at"),
    column<&certificate_row::metadata>("metadata", length(0, 100'000)),
};

constexpr field material_fields[] = {
    column<&material_row::id>("id", key),
    column<&material_row::establishment>("establishment_id", set_by_server, hidden),
    column<&material_row::title>("title", required, not_blank, length(1, 2'000), sortable,
                                 filterable),
    column<&material_row::description>("description", length(0, 100'000)),
    column<&material_row::category>("category", required, length(0, 1'000), filterable),
    column<&material_row::type>("type", required, length(0, 200), filterable),
    column<&material_row::url>("url", required, length(0, longest_link), link),
    column<&material_row::download_url>("download_url", length(0, longest_link), link),
    column<&material_row::thumbnail_url>("thumbnail_url", length(0, longest_link), link),
    column<&material_row::author>("author_id", set_by_server, filterable),
    column<&material_row::author_name>("author_name", required, length(0, 1'000)),
    column<&material_row::tags>("tags", items(200), length(0, 1'000), filterable),
    column<&material_row::download_count>("download_count", set_by_server, sortable),
    column<&material_row::rating>("rating", set_by_server, sortable),
    column<&material_row::is_public>("is_public", filterable),
    column<&material_row::required_role>("required_role", length(1, 200)),
    column<&material_row::created_at>("created_at", set_by_server, from_database, sortable),
    column<&material_row::updated_at>("updated_at", set_by_server, from_database, touched),
};

}  // namespace

constinit const entity training_entity{"training", "trainings", training_fields,
                                       kept_by(anyone, training_admin, training_admin)};

constinit const entity participant_entity{"training_participant",
                                          "training_participants",
                                          participant_fields,
                                          {.list = signed_in,
                                           .read = signed_in,
                                           .create = owner("user_id") | training_admin,
                                           .update = owner("user_id") | training_admin,
                                           .remove = owner("user_id") | training_admin}};

constinit const entity course_entity{"course", "courses", course_fields,
                                     kept_by(signed_in, teaching, at_least(role::admin))};

constinit const entity lesson_entity{"lesson", "lessons", lesson_fields,
                                     kept_by(signed_in, teaching, teaching)};

constinit const entity enrollment_entity{"enrollment",
                                         "enrollments",
                                         enrollment_fields,
                                         {.list = owner("user_id"),
                                          .read = owner("user_id") | teaching,
                                          .create = owner("user_id"),
                                          .update = owner("user_id") | teaching,
                                          .remove = nobody}};

constinit const entity lesson_progress_entity{"lesson_progress",
                                              "lesson_progress",
                                              lesson_progress_fields,
                                              {.list = owner("user_id") | teaching,
                                               .read = owner("user_id") | teaching,
                                               .create = owner("user_id"),
                                               .update = owner("user_id"),
                                               .remove = nobody}};

constinit const entity certificate_entity{"certificate",
                                          "certificates",
                                          certificate_fields,
                                          {.list = owner("user_id") | teaching,
                                           .read = owner("user_id") | teaching,
                                           .create = owner("user_id") | teaching,
                                           .update = nobody,
                                           .remove = nobody}};

constinit const entity material_entity{
    "learning_resource", "learning_resources", material_fields,
    kept_by(signed_in&(holds("is_public", "true") | teaching) & of_rank, teaching& of_rank,
            teaching& of_rank)};

}  // namespace stoa
