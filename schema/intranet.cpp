#include "schema/intranet.hpp"

#include "schema/lengths.hpp"
#include "schema/shapes.hpp"
#include "schema/who_may.hpp"

namespace stoa {

using namespace describe;

namespace {

constexpr std::string_view announcement_types[] = {"info", "important", "event", "formation"};
constexpr std::string_view content_types[] = {"video", "image", "document", "audio"};
constexpr std::string_view priorities[] = {"low", "medium", "high", "urgent"};
constexpr std::string_view complaint_states[] = {"open", "in_progress", "resolved", "closed"};

constexpr field announcement_fields[] = {
    column<&announcement_row::id>("id", key),
    column<&announcement_row::establishment>("establishment_id", set_by_server, hidden),
    column<&announcement_row::title>("title", required, not_blank, length(1, 2'000), sortable,
                                     filterable),
    column<&announcement_row::content>("content", required, length(0, 500'000)),
    column<&announcement_row::type>("type", one_of(announcement_types), filterable),
    column<&announcement_row::author>("author_id", set_by_server, filterable),
    column<&announcement_row::author_name>("author_name", length(0, 1'000)),
    column<&announcement_row::image_url>("image_url", length(0, longest_link),
                                         shaped(shapes::harmless_link)),
    column<&announcement_row::icon>("icon", length(0, 200)),
    column<&announcement_row::created_at>("created_at", set_by_server, from_database, sortable,
                                          filterable),
    column<&announcement_row::is_important>("is_important", filterable),
    column<&announcement_row::is_public>("is_public", filterable),
};

constexpr field document_fields[] = {
    column<&document_row::id>("id", key),
    column<&document_row::establishment>("establishment_id", set_by_server, hidden),
    column<&document_row::title>("title", required, not_blank, length(1, 2'000), sortable,
                                 filterable),
    column<&document_row::description>("description", length(0, 100'000)),
    column<&document_row::category>("category", required, length(0, 1'000), sortable, filterable),
    column<&document_row::file_name>("file_name", required, length(0, 1'000)),
    column<&document_row::file_url>("file_url", required, length(0, longest_link),
                                    shaped(shapes::harmless_link)),
    column<&document_row::updated_at>("updated_at", set_by_server, from_database, touched, sortable,
                                      filterable),
    column<&document_row::version>("version", length(0, 200)),
    column<&document_row::is_public>("is_public", filterable),
    column<&document_row::has_multimedia>("has_multimedia", filterable),
};

constexpr field content_fields[] = {
    column<&content_row::id>("id", key),
    column<&content_row::establishment>("establishment_id", set_by_server, hidden),
    column<&content_row::title>("title", required, not_blank, length(1, 2'000), sortable,
                                filterable),
    column<&content_row::type>("type", required, one_of(content_types), filterable),
    column<&content_row::category>("category", required, length(0, 1'000), sortable, filterable),
    column<&content_row::description>("description", length(0, 100'000)),
    column<&content_row::file_url>("file_url", length(0, longest_link),
                                   shaped(shapes::harmless_link)),
    column<&content_row::thumbnail_url>("thumbnail_url", length(0, longest_link),
                                        shaped(shapes::harmless_link)),
    column<&content_row::duration>("duration", length(0, 1'000)),
    column<&content_row::view_count>("view_count", set_by_server, sortable),
    column<&content_row::rating>("rating", set_by_server, sortable),
    column<&content_row::tags>("tags", items(200), length(0, 1'000), filterable),
    column<&content_row::is_popular>("is_popular", filterable),
    column<&content_row::is_featured>("is_featured", filterable),
    column<&content_row::created_at>("created_at", set_by_server, from_database, sortable,
                                     filterable),
    column<&content_row::updated_at>("updated_at", set_by_server, from_database, touched, sortable),
};

constexpr field content_category_fields[] = {
    column<&content_category_row::id>("id", key),
    column<&content_category_row::establishment>("establishment_id", set_by_server, hidden),
    column<&content_category_row::name>("name", required, not_blank, length(1, 500), sortable,
                                        filterable),
    column<&content_category_row::description>("description", length(0, 20'000)),
    column<&content_category_row::icon>("icon", length(0, 200)),
    column<&content_category_row::color>("color", length(0, 200)),
    column<&content_category_row::is_visible>("is_visible", filterable),
    column<&content_category_row::sort_order>("sort_order", sortable),
    column<&content_category_row::created_at>("created_at", set_by_server, from_database, sortable),
};

constexpr field letter_fields[] = {
    column<&letter_row::id>("id", key),
    column<&letter_row::establishment>("establishment_id", set_by_server, hidden),
    column<&letter_row::sender>("sender_id", set_by_server, filterable),
    column<&letter_row::recipient>("recipient_id", required, not_blank, immutable, length(1, 200),
                                   filterable),
    column<&letter_row::subject>("subject", required, not_blank, immutable, length(1, 2'000),
                                 sortable),
    column<&letter_row::content>("content", required, not_blank, immutable, length(1, 500'000)),
    column<&letter_row::is_read>("is_read", set_by_server, filterable),
    column<&letter_row::created_at>("created_at", set_by_server, from_database, sortable,
                                    filterable),
};

constexpr field complaint_fields[] = {
    column<&complaint_row::id>("id", key),
    column<&complaint_row::establishment>("establishment_id", set_by_server, hidden),
    column<&complaint_row::submitter>("submitter_id", set_by_server, filterable),
    column<&complaint_row::assigned_to>("assigned_to_id", length(1, 200), filterable),
    column<&complaint_row::title>("title", required, not_blank, length(1, 2'000), sortable,
                                  filterable),
    column<&complaint_row::description>("description", required, not_blank, length(1, 500'000)),
    column<&complaint_row::category>("category", required, length(0, 1'000), filterable),
    column<&complaint_row::priority>("priority", one_of(priorities), filterable),
    column<&complaint_row::status>("status", one_of(complaint_states), filterable),
    column<&complaint_row::created_at>("created_at", set_by_server, from_database, sortable,
                                       filterable),
    column<&complaint_row::updated_at>("updated_at", set_by_server, from_database, touched,
                                       sortable),
};

}  // namespace

constinit const entity announcement_entity{"announcement", "announcements", announcement_fields,
                                           kept_by(anyone, staff | may("manage_announcements"))};

constinit const entity document_entity{"document", "documents", document_fields,
                                       kept_by(anyone, staff | may("manage_documents"))};

constinit const entity content_entity{"content", "contents", content_fields,
                                      kept_by(signed_in, staff | may("manage_documents"))};

constinit const entity content_category_entity{"content_category", "content_categories",
                                               content_category_fields,
                                               kept_by(anyone, staff | may("manage_documents"))};

constinit const entity letter_entity{"letter",
                                     "letters",
                                     letter_fields,
                                     {.list = owner("sender_id") | owner("recipient_id"),
                                      .read = owner("sender_id") | owner("recipient_id"),
                                      .create = owner("sender_id"),
                                      .update = owner("recipient_id"),
                                      .remove = owner("sender_id") | owner("recipient_id")}};

constinit const entity complaint_entity{
    "complaint",
    "complaints",
    complaint_fields,
    {.list = owner("submitter_id") | staff | may("manage_complaints"),
     .read = owner("submitter_id") | owner("assigned_to_id") | staff | may("manage_complaints"),
     .create = owner("submitter_id"),
     .update = staff | may("manage_complaints"),
     .remove = at_least(role::admin)}};

}  // namespace stoa
