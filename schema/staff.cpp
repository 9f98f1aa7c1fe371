#include "schema/staff.hpp"

#include "schema/lengths.hpp"
#include "schema/shapes.hpp"
#include "schema/who_may.hpp"

namespace stoa {

using namespace describe;

namespace {

constexpr std::string_view view_access_levels[] = {"all", "employee", "admin"};
constexpr std::string_view view_categories[] = {"main", "communication", "tools", "management"};
constexpr std::string_view layouts[] = {"grid", "list", "card", "table"};

constexpr field staff_fields[] = {
    column<&staff_row::id>("id", key),
    column<&staff_row::establishment>("establishment_id", set_by_server, hidden),
    column<&staff_row::username>("username", set_by_server, sortable, filterable),
    column<&staff_row::name>("display_name", wire("name"), set_by_server, from_database, sortable,
                             filterable),
    column<&staff_row::rank>("role", set_by_server, filterable),
    column<&staff_row::avatar>("profile_image_url", wire("avatar"), set_by_server),
    column<&staff_row::employee_number>("employee_number", wire("employeeId"), set_by_server,
                                        sortable, filterable),
    column<&staff_row::department>("department", set_by_server, filterable),
    column<&staff_row::position>("position", set_by_server, filterable),
    column<&staff_row::is_active>("is_active", set_by_server, filterable),
    column<&staff_row::phone>("phone_number", wire("phone"), set_by_server),
    column<&staff_row::email>("mail_address", wire("email"), set_by_server, from_database,
                              filterable),
    column<&staff_row::category>("employee_category_id", set_by_server, filterable),
    column<&staff_row::created_at>("created_at", set_by_server, from_database, sortable,
                                   filterable),
    column<&staff_row::updated_at>("updated_at", set_by_server, from_database, touched, sortable),
};

constexpr field staff_wish_fields[] = {
    column<&staff_wish::username>("username", required, not_blank, length(1, 500),
                                  shaped(shapes::user_name)),
    column<&staff_wish::name>("name", required, not_blank, length(1, 500)),
    column<&staff_wish::rank>("role"),
    column<&staff_wish::avatar>("avatar", length(1, longest_link), shaped(shapes::harmless_link)),
    column<&staff_wish::employee_number>("employee_id", length(1, 500)),
    column<&staff_wish::department>("department", length(1, 1'000)),
    column<&staff_wish::position>("position", length(1, 1'000)),
    column<&staff_wish::is_active>("is_active"),
    column<&staff_wish::phone>("phone", length(1, 200)),
    column<&staff_wish::email>("email", length(1, 500), shaped(shapes::any_mail_address)),
    column<&staff_wish::category>("employee_category_id", length(1, 200)),
};

constexpr field employee_category_fields[] = {
    column<&employee_category_row::id>("id", key),
    column<&employee_category_row::establishment>("establishment_id", set_by_server, hidden),
    column<&employee_category_row::name>("name", required, not_blank, length(1, 500), sortable,
                                         filterable),
    column<&employee_category_row::description>("description", length(0, 20'000)),
    column<&employee_category_row::color>("color", length(0, 200)),
    column<&employee_category_row::permissions>("permissions", items(60), length(3, 64),
                                                shaped(shapes::code)),
    column<&employee_category_row::is_active>("is_active", filterable),
    column<&employee_category_row::created_at>("created_at", set_by_server, from_database,
                                               sortable),
};

constexpr field permission_fields[] = {
    column<&permission_row::id>("id", key),
    column<&permission_row::establishment>("establishment_id", set_by_server, hidden),
    column<&permission_row::user>("user_id", required, immutable, length(1, 200), filterable),
    column<&permission_row::granted_by>("granted_by", set_by_server),
    column<&permission_row::permission>("permission", required, immutable, length(3, 64),
                                        shaped(shapes::code), filterable),
    column<&permission_row::granted>("granted", set_by_server, hidden),
    column<&permission_row::created_at>("created_at", set_by_server, from_database, sortable),
};

constexpr field settings_fields[] = {
    column<&intranet_settings_row::id>("establishment_id", wire("id"), key),
    column<&intranet_settings_row::show_announcements>("show_announcements"),
    column<&intranet_settings_row::show_content>("show_content"),
    column<&intranet_settings_row::show_documents>("show_documents"),
    column<&intranet_settings_row::show_forum>("show_forum"),
    column<&intranet_settings_row::show_messages>("show_messages"),
    column<&intranet_settings_row::show_complaints>("show_complaints"),
    column<&intranet_settings_row::show_training>("show_training"),
    column<&intranet_settings_row::forum_enabled>("forum_enabled"),
    column<&intranet_settings_row::require_topic_approval>("require_topic_approval"),
    column<&intranet_settings_row::require_post_approval>("require_post_approval"),
    column<&intranet_settings_row::updated_at>("updated_at", set_by_server, from_database, touched),
};

constexpr field page_view_fields[] = {
    column<&page_view_row::key>("id", wire("key"), key, hidden),
    column<&page_view_row::establishment>("establishment_id", set_by_server, hidden),
    column<&page_view_row::view_id>("view_id", required, not_blank, immutable, length(1, 100)),
    column<&page_view_row::name>("name", length(0, 2'000)),
    column<&page_view_row::description>("description", length(0, 20'000)),
    column<&page_view_row::icon>("icon", length(0, 100)),
    column<&page_view_row::is_visible>("is_visible"),
    column<&page_view_row::sort_order>("sort_order", sortable),
    column<&page_view_row::color>("color", length(0, 200)),
    column<&page_view_row::is_core>("is_core"),
    column<&page_view_row::access_level>("access_level", one_of(view_access_levels)),
    column<&page_view_row::category>("category", one_of(view_categories)),
    column<&page_view_row::layout>("layout", one_of(layouts)),
    column<&page_view_row::allowed_roles>("allowed_roles", items(20), length(1, 40)),
    column<&page_view_row::custom_settings>("custom_settings", length(0, 65'536)),
    column<&page_view_row::created_at>("created_at", set_by_server, from_database),
    column<&page_view_row::updated_at>("updated_at", set_by_server, from_database, touched),
};

}  // namespace

constinit const entity staff_entity{"staff_member",
                                    "users",
                                    staff_fields,
                                    {.list = signed_in & (holds("is_active", "true") | admin),
                                     .read = signed_in & (holds("is_active", "true") | admin),
                                     .create = admin | may("manage_users"),
                                     .update = owner("id") | admin | may("manage_users"),
                                     .remove = admin | may("manage_users")}};

constinit const entity staff_wish_command{"staff_wish", "", staff_wish_fields, {}, nullptr};

constinit const entity employee_category_entity{
    "employee_category",
    "employee_categories",
    employee_category_fields,
    {.list = staff,
     .read = staff,
     .create = admin | may("manage_employee_categories"),
     .update = admin | may("manage_employee_categories"),
     .remove = admin | may("manage_employee_categories")}};

constinit const entity permission_entity{"permission",
                                         "user_permissions",
                                         permission_fields,
                                         {.list = staff & holds("granted", "true"),
                                          .read = owner("user_id") | staff,
                                          .create = admin,
                                          .update = nobody,
                                          .remove = admin}};

constinit const entity intranet_settings_entity{
    "intranet_settings",
    "intranet_settings",
    settings_fields,
    {.list = staff, .read = staff, .create = nobody, .update = admin, .remove = nobody}};

constinit const entity page_view_entity{
    "page_view",
    "page_views",
    page_view_fields,
    {.list = admin, .read = admin, .create = admin, .update = admin, .remove = admin}};

}  // namespace stoa
