#include "schema/groups.hpp"

#include "schema/shapes.hpp"

namespace stoa {

using namespace describe;

namespace {

constexpr std::string_view group_status[] = {"active", "archived", "scheduled"};
constexpr std::string_view message_type[] = {"text", "file", "image", "link", "poll", "whiteboard"};

constexpr field group_fields[] = {
    column<&group_row::id>("id", key),
    column<&group_row::establishment>("establishment_id", set_by_server),
    column<&group_row::course>("course_id", length(1, 64), filterable),
    column<&group_row::created_by>("created_by", set_by_server, filterable),
    column<&group_row::name>("name", required, not_blank, length(1, 200), sortable, filterable),
    column<&group_row::description>("description", length(0, 5'000)),
    column<&group_row::max_members>("max_members", range(2, 1'000), sortable, filterable),
    column<&group_row::status>("status", one_of(group_status), filterable),
    column<&group_row::is_public>("is_public", filterable),
    column<&group_row::tags>("tags", length(1, 50), items(20), filterable),
    column<&group_row::scheduled_date>("scheduled_date", sortable, filterable),
    column<&group_row::end_date>("end_date", sortable, filterable),
    column<&group_row::meeting_url>("meeting_url", length(1, 2'000), shaped(shapes::web_address)),
    column<&group_row::settings>("settings", length(0, 8'192)),
    column<&group_row::created_at>("created_at", set_by_server, from_database, sortable,
                                   filterable),
    column<&group_row::updated_at>("updated_at", set_by_server, from_database, touched, sortable),
};

constexpr field member_fields[] = {
    column<&member_row::id>("id", key),
    column<&member_row::room>("room_id", wire("studyGroupId"), set_by_server, filterable),
    column<&member_row::user>("user_id", set_by_server, filterable),
    column<&member_row::establishment>("establishment_id", set_by_server, hidden),
    column<&member_row::rank>("role", filterable),
    column<&member_row::read_seq>("read_seq", set_by_server, hidden),
    column<&member_row::joined_at>("joined_at", set_by_server, from_database, sortable),
    column<&member_row::last_active>("last_active", set_by_server, from_database, sortable),
};

constexpr field message_fields[] = {
    column<&message_row::id>("id", key),
    column<&message_row::room>("room_id", wire("studyGroupId"), set_by_server, filterable),
    column<&message_row::seq>("seq", set_by_server, sortable, filterable),
    column<&message_row::establishment>("establishment_id", set_by_server, hidden),
    column<&message_row::author>("author_id", wire("senderId"), set_by_server, filterable),
    column<&message_row::type>("type", immutable, one_of(message_type), filterable),
    column<&message_row::content>("content", required, not_blank, length(1, 10'000)),
    column<&message_row::metadata>("metadata", immutable, length(0, 65'536)),
    column<&message_row::reply_to>("reply_to_id", immutable),
    column<&message_row::thread>("thread_id", immutable, filterable),
    column<&message_row::edited_at>("edited_at", set_by_server),
    column<&message_row::is_deleted>("is_deleted", set_by_server, filterable),
    column<&message_row::created_at>("created_at", set_by_server, sortable, filterable),
    column<&message_row::updated_at>("updated_at", set_by_server, touched),
};

constexpr field board_fields[] = {
    column<&board_row::id>("id", key),
    column<&board_row::establishment>("establishment_id", set_by_server, hidden),
    column<&board_row::group>("study_group_id", set_by_server, filterable),
    column<&board_row::created_by>("created_by", set_by_server, filterable),
    column<&board_row::title>("title", required, not_blank, length(1, 200), sortable, filterable),
    column<&board_row::data>("data", length(0, 2 * 1024 * 1024)),
    column<&board_row::snapshot_seq>("snapshot_seq", set_by_server),
    column<&board_row::is_active>("is_active", filterable),
    column<&board_row::created_at>("created_at", set_by_server, from_database, sortable,
                                   filterable),
    column<&board_row::updated_at>("updated_at", set_by_server, from_database, touched, sortable),
};

}  // namespace

// Who is a member is known to the group's owner, who adds that to these rules; what stands here is
// what a row alone can tell.
constinit const entity group_entity{"study_group",
                                    "study_groups",
                                    group_fields,
                                    {.list = (signed_in & holds("is_public", "true")) |
                                             owner("created_by") | at_least(role::manager),
                                     .read = (signed_in & holds("is_public", "true")) |
                                             owner("created_by") | at_least(role::manager),
                                     .create = signed_in,
                                     .update = owner("created_by") | at_least(role::manager),
                                     .remove = owner("created_by") | at_least(role::manager)}};

constinit const entity member_entity{"study_group_member",
                                     "room_members",
                                     member_fields,
                                     {.list = owner("user_id") | at_least(role::manager),
                                      .read = owner("user_id") | at_least(role::manager),
                                      .create = nobody,  // joining is the group's decision
                                      .update = at_least(role::manager),
                                      .remove = owner("user_id") | at_least(role::manager)}};

constinit const entity message_entity{"study_group_message",
                                      "messages",
                                      message_fields,
                                      {.list = owner("author_id") | at_least(role::manager),
                                       .read = owner("author_id") | at_least(role::manager),
                                       .create = nobody,  // the room numbers and saves them
                                       .update = owner("author_id"),
                                       .remove = owner("author_id") | at_least(role::manager)}};

constinit const entity board_entity{"whiteboard",
                                    "whiteboards",
                                    board_fields,
                                    {.list = owner("created_by") | at_least(role::manager),
                                     .read = owner("created_by") | at_least(role::manager),
                                     .create = nobody,  // opening a board is the group's decision
                                     .update = owner("created_by") | at_least(role::manager),
                                     .remove = owner("created_by") | at_least(role::manager)}};

}  // namespace stoa
