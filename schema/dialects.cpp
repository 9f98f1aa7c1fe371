#include "schema/dialects.hpp"

namespace stoa {

namespace {

constexpr respelling stacgate_words[] = {
    {"role", "learner", "apprenant"},
    {"role", "trainer", "formateur"},
};

}  // namespace

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

}  // namespace stoa
