#include "schema/quizzes.hpp"

#include "schema/who_may.hpp"

namespace stoa {

using namespace describe;

namespace {

// Questions are hidden: what is shown of them depends on who asks.
constexpr field quiz_fields[] = {
    column<&quiz_row::id>("id", key),
    column<&quiz_row::establishment>("establishment_id", set_by_server, hidden),
    column<&quiz_row::course>("course_id", set_by_server, filterable),
    column<&quiz_row::lesson>("lesson_id", length(1, 200), filterable),
    column<&quiz_row::title>("title", required, not_blank, length(1, 300), sortable, filterable),
    column<&quiz_row::description>("description", length(0, 20'000)),
    column<&quiz_row::questions>("questions", hidden),
    column<&quiz_row::passing_score>("passing_score", range(0, 100)),
    column<&quiz_row::time_limit>("time_limit", range(1, 10'080)),
    column<&quiz_row::allow_retries>("allow_retries"),
    column<&quiz_row::max_attempts>("max_attempts", range(1, 1'000)),
    column<&quiz_row::is_required>("is_required", filterable),
    column<&quiz_row::is_active>("is_active", filterable),
    column<&quiz_row::created_at>("created_at", set_by_server, from_database, sortable),
    column<&quiz_row::updated_at>("updated_at", set_by_server, from_database, touched, sortable),
};

constexpr field attempt_fields[] = {
    column<&attempt_row::id>("id", key),
    column<&attempt_row::establishment>("establishment_id", set_by_server, hidden),
    column<&attempt_row::user>("user_id", set_by_server, filterable),
    column<&attempt_row::quiz>("quiz_id", set_by_server, filterable),
    column<&attempt_row::course>("course_id", set_by_server, filterable),
    column<&attempt_row::number>("attempt_number", set_by_server, sortable),
    column<&attempt_row::answers>("answers", set_by_server, hidden),
    column<&attempt_row::questions>("questions", set_by_server, hidden),
    column<&attempt_row::passing_score>("passing_score", set_by_server),
    column<&attempt_row::score>("score", set_by_server, sortable),
    column<&attempt_row::passed>("passed", set_by_server, filterable),
    column<&attempt_row::started_at>("started_at", set_by_server, from_database, sortable),
    column<&attempt_row::due_at>("due_at", set_by_server),
    column<&attempt_row::completed_at>("completed_at", set_by_server, sortable),
    column<&attempt_row::time_spent>("time_spent", set_by_server),
    column<&attempt_row::timed_out>("timed_out", set_by_server, filterable),
};

constexpr auto open_to_all = signed_in & (holds("is_active", "true") | teaching);
constexpr auto own = owner("user_id") | teaching;

}  // namespace

constinit const entity quiz_entity{"quiz",
                                   "quizzes",
                                   quiz_fields,
                                   {.list = open_to_all,
                                    .read = open_to_all,
                                    .create = teaching,
                                    .update = teaching,
                                    .remove = teaching}};

constinit const entity attempt_entity{
    "quiz_attempt",
    "quiz_attempts",
    attempt_fields,
    {.list = own, .read = own, .create = nobody, .update = nobody, .remove = nobody}};

}  // namespace stoa
