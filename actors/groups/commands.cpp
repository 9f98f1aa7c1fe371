#include "actors/groups/commands.hpp"

namespace stoa {

using namespace describe;

namespace {

constexpr std::string_view member_roles[] = {"member", "moderator", "admin"};

constexpr field admit_fields[] = {
    column<&admit_member::who>("user", required),
    column<&admit_member::role>("role", one_of(member_roles)),
};
constexpr field remove_fields[] = {
    column<&remove_member::who>("user", set_by_server),
};
constexpr field role_fields[] = {
    column<&set_member_role::who>("user", set_by_server),
    column<&set_member_role::role>("role", required, one_of(member_roles)),
};
constexpr field archive_fields[] = {
    column<&archive_room::archived>("archived", required),
};

constinit const entity list_command{"list_members", "", {}, {}, nullptr};
constinit const entity admit_member_command{"admit_member", "", admit_fields, {}, nullptr};
constinit const entity remove_member_command{"remove_member", "", remove_fields, {}, nullptr};
constinit const entity set_role_command{"set_member_role", "", role_fields, {}, nullptr};
constinit const entity archive_command{"archive_room", "", archive_fields, {}, nullptr};

}  // namespace

const entity& description_of(const list_members*) {
  return list_command;
}
const entity& description_of(const admit_member*) {
  return admit_member_command;
}
const entity& description_of(const remove_member*) {
  return remove_member_command;
}
const entity& description_of(const set_member_role*) {
  return set_role_command;
}
const entity& description_of(const archive_room*) {
  return archive_command;
}

}  // namespace stoa
