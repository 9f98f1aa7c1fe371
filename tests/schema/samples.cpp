#include "tests/schema/samples.hpp"

namespace stoa::samples {

using namespace describe;

namespace {

constexpr std::string_view dish_status[] = {"draft", "active"};

constexpr field dish_fields[] = {
    column<&dish::id>("id", key, filterable),
    column<&dish::establishment>("establishment_id", set_by_server),
    column<&dish::author>("author_id", set_by_server, filterable),
    column<&dish::name>("name", required, not_blank, length(1, 10), sortable, filterable),
    column<&dish::note>("note", length(0, 5), sortable, filterable),
    column<&dish::is_public>("is_public", filterable),
    column<&dish::stars>("stars", range(1, 5), sortable, filterable),
    column<&dish::eaten>("eaten", wire("eatenTimes"), sortable, filterable),
    column<&dish::weight>("weight", range(0, 100), sortable, filterable),
    column<&dish::price>("price", range(0, 1'000), sortable, filterable),
    column<&dish::taste>("taste", filterable),
    column<&dish::status>("status", one_of(dish_status, "status"), filterable),
    column<&dish::tags>("tags", length(1, 4), items(3), filterable),
    column<&dish::aliases>("aliases"),
    column<&dish::extra>("extra", length(0, 40)),
    column<&dish::served_at>("served_at", immutable, sortable, filterable),
    column<&dish::cooked_at>("cooked_at"),
    column<&dish::secret>("secret", hidden),
    column<&dish::created_at>("created_at", set_by_server, from_database, sortable),
    column<&dish::updated_at>("updated_at", set_by_server, from_database, touched),
};

constexpr respelling words[] = {
    {"flavour", "sweet", "sucré"}, {"flavour", "sour", "acide"}, {"status", "draft", "brouillon"}};

}  // namespace

constinit const entity dish_entity{"dish",
                                   "dishes",
                                   dish_fields,
                                   {.list = (signed_in & holds("is_public", "true")) |
                                            owner("author_id") | at_least(role::manager),
                                    .read = anyone,
                                    .create = signed_in,
                                    .update = owner("author_id"),
                                    .remove = owner("author_id") | at_least(role::admin)}};

scope person(const char* user, role rank, const char* establishment) {
  scope out;
  out.user = user_id{user};
  out.rank = rank;
  out.establishment = establishment_id{establishment};
  return out;
}

constinit const dialect french{.name = "french",
                               .lists = list_shape::bare_array,
                               .unknown = unknown_keys::ignore,
                               .moments = moment_spelling::epoch_ms,
                               .empty_is_null = true,
                               .errors = {.text_again = "error", .code = ""},
                               .words = words};

}  // namespace stoa::samples
