#pragma once

#include "actors/groups/protocol.hpp"
#include "net/routes/stacgate/shapes.hpp"
#include "schema/groups.hpp"

#include <string>
#include <string_view>

/// Study groups, their members, messages and boards as StacGate's clients read them.
namespace stoa::stacgate {

/// The caller's place in a group: its role, or nothing for who is not in it.
using place_in_group = std::optional<std::string>;

/// The members of a group's object, into one that is open: the row, how many are in it, and whether
/// the caller is.
void write_group_members(const group_row& what, std::int64_t count, const place_in_group& mine,
                         json_writer& out);

/// `Member + user`; the e-mail address only for those who may see it.
void write_member(const group_id& group, const room_member& who, with_email how, json_writer& out);

/// The members of a message's metadata that are addresses, which pages make links and pictures of.
inline constexpr std::string_view metadata_links[] = {"fileUrl", "imageUrl"};
/// Whether such a member is an address that runs nothing when it is followed.
[[nodiscard]] bool is_followable(const json_value& link);
/// The members of metadata that this family knows, as JSON text. Other protocols post into the same
/// rooms: what they add, and addresses that are none, is left out.
[[nodiscard]] std::string shown_metadata(const json_value& all);

/// `Message + sender`.
void write_message(const message_row& what, const person& sender, json_writer& out);
/// The same, of an event of the room that has just been saved or was read back.
void write_message(const stream_event& what, json_writer& out);

/// The group's owner and its answers: asks it, and says its refusals in this family's words.
[[nodiscard]] fault_error group_refusal(fault why);

/// Statement that answers whether the group exists and the caller's role in it (null for none).
[[nodiscard]] statement standing_in(const std::string& group, const user_id& who);
/// Throws 404 or 403 unless the answer to it lets the caller read what only members and managers
/// read.
void need_membership(const rows& standing, const scope& who);

}  // namespace stoa::stacgate
