#include "schema/dialects.hpp"

namespace stoa {

namespace {

constexpr respelling stacgate_words[] = {
    {"role", "learner", "apprenant"},
    {"role", "trainer", "formateur"},
};

// A trainer is an employee there; employees who come in are learners.
constexpr respelling intrasphere_words[] = {
    {"role", "learner", "employee"}, {"role", "manager", "moderator"}, {"role", "admin", "admin"},
    {"role", "trainer", "employee"}, {"role", "super_admin", "admin"},
};

}  // namespace

// Members that nothing describes are ignored by all three: the front ends of these families send
// whole objects back, with what they only show.
constinit const dialect stacgate_dialect{
    .name = "stacgate",
    .lists = list_shape::bare_array,
    .unknown = unknown_keys::ignore,
    .empty_is_null = true,
    .errors = {.text_again = "error", .code = ""},
    .query = {.sort = "", .sort_by = "sortBy", .sort_order = "sortOrder", .page = "page"},
    .words = stacgate_words};

constinit const dialect emlyon_dialect{
    .name = "emlyon-connect", .lists = list_shape::bare_array, .unknown = unknown_keys::ignore};
constinit const dialect intrasphere_dialect{
    .name = "intrasphere",
    .lists = list_shape::bare_array,
    .unknown = unknown_keys::ignore,
    .empty_is_null = true,
    .null_is_unsaid = true,
    .errors = {.text_again = "error", .code = ""},
    .query = {.sort_by = "", .sort_order = "", .cursor = "", .page = "page"},
    .words = intrasphere_words,
    .says = {.invalid = "Invalid {thing} data",
             .missing = "{Thing} not found",
             .refused = "Insufficient permissions",
             .not_this = "Access denied",
             .taken = "{Thing} already exists",
             .dangling = "Invalid {thing} data",
             .removed = "{Thing} deleted successfully"}};

}  // namespace stoa
