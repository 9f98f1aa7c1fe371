#include "schema/forum.hpp"

#include "schema/lengths.hpp"
#include "schema/shapes.hpp"

#include <algorithm>

namespace stoa {

using namespace describe;

namespace {

constexpr std::string_view shelf_access_levels[] = {"all", "employee", "moderator", "admin"};
constexpr std::string_view reactions[] = {"like", "love", "laugh", "angry", "sad"};

constexpr field category_fields[] = {
    column<&forum_category_row::id>("id", key),
    column<&forum_category_row::establishment>("establishment_id", set_by_server, hidden),
    column<&forum_category_row::name>("name", required, not_blank, length(1, 500), sortable,
                                      filterable),
    column<&forum_category_row::description>("description", length(0, 20'000)),
    column<&forum_category_row::icon>("icon", length(0, 200)),
    column<&forum_category_row::color>("color", length(0, 200)),
    column<&forum_category_row::sort_order>("sort_order", sortable),
    column<&forum_category_row::is_active>("is_active", filterable),
    column<&forum_category_row::is_moderated>("is_moderated", filterable),
    column<&forum_category_row::access_level>("access_level", one_of(shelf_access_levels),
                                              filterable),
    column<&forum_category_row::moderator_ids>("moderator_ids", items(100), length(1, 200)),
    column<&forum_category_row::permissions>("permissions", items(20), length(1, 100)),
    column<&forum_category_row::created_at>("created_at", set_by_server, from_database, sortable),
    column<&forum_category_row::updated_at>("updated_at", set_by_server, from_database, touched),
};

constexpr field topic_fields[] = {
    column<&topic_row::id>("id", key),
    column<&topic_row::establishment>("establishment_id", set_by_server, hidden),
    column<&topic_row::category>("category_id", required, immutable, not_blank, length(1, 200),
                                 filterable),
    column<&topic_row::title>("title", required, not_blank, length(1, 2'000), sortable, filterable),
    column<&topic_row::description>("description", length(0, 100'000)),
    column<&topic_row::content>("content", length(0, 500'000)),
    column<&topic_row::author>("author_id", set_by_server, filterable),
    column<&topic_row::author_name>("author_name", set_by_server),
    column<&topic_row::is_pinned>("is_pinned", filterable, sortable),
    column<&topic_row::is_locked>("is_locked", filterable),
    column<&topic_row::is_announcement>("is_announcement", filterable),
    column<&topic_row::is_approved>("is_approved", set_by_server, filterable),
    column<&topic_row::view_count>("view_count", set_by_server, sortable),
    column<&topic_row::reply_count>("reply_count", set_by_server, sortable),
    column<&topic_row::last_reply_at>("last_reply_at", set_by_server, sortable),
    column<&topic_row::last_reply_by>("last_reply_by", set_by_server),
    column<&topic_row::last_reply_by_name>("last_reply_by_name", set_by_server),
    column<&topic_row::tags>("tags", items(200), length(0, 1'000), filterable),
    column<&topic_row::created_at>("created_at", set_by_server, from_database, sortable,
                                   filterable),
    column<&topic_row::updated_at>("updated_at", set_by_server, from_database, touched, sortable),
};

constexpr field post_fields[] = {
    column<&post_row::id>("id", key),
    column<&post_row::establishment>("establishment_id", set_by_server, hidden),
    column<&post_row::topic>("topic_id", required, immutable, not_blank, length(1, 200),
                             filterable),
    column<&post_row::category>("category_id", set_by_server, filterable),
    column<&post_row::author>("author_id", set_by_server, filterable),
    column<&post_row::author_name>("author_name", set_by_server),
    column<&post_row::content>("content", required, not_blank, length(1, 500'000)),
    column<&post_row::is_first>("is_first_post", immutable, filterable),
    column<&post_row::parent>("parent_post_id", immutable, length(1, 200), filterable),
    column<&post_row::like_count>("like_count", set_by_server, sortable),
    column<&post_row::is_edited>("is_edited", set_by_server),
    column<&post_row::edited_at>("edited_at", set_by_server),
    column<&post_row::edited_by>("edited_by", set_by_server),
    column<&post_row::is_deleted>("is_deleted", set_by_server, filterable),
    column<&post_row::deleted_at>("deleted_at", set_by_server),
    column<&post_row::deleted_by>("deleted_by", set_by_server),
    column<&post_row::is_approved>("is_approved", set_by_server, filterable),
    column<&post_row::attachments>("attachments", immutable, items(20), length(1, longest_link),
                                   shaped(shapes::harmless_link)),
    column<&post_row::created_at>("created_at", set_by_server, from_database, sortable, filterable),
    column<&post_row::updated_at>("updated_at", set_by_server, from_database, touched, sortable),
};

constexpr auto topic_staff = at_least(role::manager) | may("validate_topics");
constexpr auto post_staff = at_least(role::manager) | may("validate_posts");

// What a shelf lets see. Its own moderators are known to the topic's owner.
constexpr auto shown_shelf =
    holds("access_level", "all") | (signed_in & holds("access_level", "employee")) |
    (at_least(role::manager) & holds("access_level", "moderator")) | at_least(role::admin);

}  // namespace

constinit const entity forum_category_entity{"forum_category",
                                             "forum_categories",
                                             category_fields,
                                             {.list = shown_shelf,
                                              .read = shown_shelf,
                                              .create = topic_staff,
                                              .update = topic_staff,
                                              .remove = topic_staff}};

constinit const entity topic_entity{
    "forum_topic",
    "forum_topics",
    topic_fields,
    {.list = holds("is_approved", "true") | owner("author_id") | topic_staff,
     .read = holds("is_approved", "true") | owner("author_id") | topic_staff,
     .create = signed_in,
     .update = owner("author_id") | topic_staff,
     .remove = owner("author_id") | topic_staff}};

constinit const entity post_entity{
    "forum_post",
    "forum_posts",
    post_fields,
    {.list = holds("is_deleted", "false") &
             (holds("is_approved", "true") | owner("author_id") | post_staff),
     .read = holds("is_deleted", "false") &
             (holds("is_approved", "true") | owner("author_id") | post_staff),
     .create = nobody,  // the topic's owner writes them
     .update = owner("author_id") | post_staff,
     .remove = owner("author_id") | post_staff}};

const entity& description_of(const forum_category_row*) {
  return forum_category_entity;
}
const entity& description_of(const topic_row*) {
  return topic_entity;
}
const entity& description_of(const post_row*) {
  return post_entity;
}

bool is_reaction(std::string_view word) {
  return std::find(std::begin(reactions), std::end(reactions), word) != std::end(reactions);
}

}  // namespace stoa
