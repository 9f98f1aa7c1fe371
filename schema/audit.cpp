#include "schema/audit.hpp"

#include "schema/who_may.hpp"

namespace stoa {

using namespace describe;

namespace {

constexpr field audit_fields[] = {
    column<&audit_row::key>("id", key),
    column<&audit_row::establishment>("establishment_id", set_by_server, hidden),
    column<&audit_row::seq>("seq", set_by_server, sortable, filterable),
    column<&audit_row::at>("at", set_by_server, filterable),
    column<&audit_row::actor>("actor_id", set_by_server, filterable),
    column<&audit_row::actor_name>("actor_name", set_by_server),
    column<&audit_row::action>("action", set_by_server, filterable),
    column<&audit_row::kind>("subject_kind", set_by_server, filterable),
    column<&audit_row::subject>("subject_id", set_by_server, filterable),
    column<&audit_row::details>("details", set_by_server),
    column<&audit_row::address>("address", set_by_server),
    column<&audit_row::previous_hash>("previous_hash", set_by_server),
    column<&audit_row::hash>("hash", set_by_server),
};

}  // namespace

constinit const entity audit_entity{
    "audit_entry",
    "audit_entries",
    audit_fields,
    {.list = admin, .read = admin, .create = nobody, .update = nobody, .remove = nobody}};

}  // namespace stoa
