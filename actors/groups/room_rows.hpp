#pragma once

#include "actors/groups/protocol.hpp"
#include "persistence/protocol.hpp"
#include "schema/outcome.hpp"
#include "schema/scope.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The statements of a room, and its rows as structs. Nothing here is an actor.
namespace stoa {

/// The room, its members, and what `events` selects, in one round trip.
[[nodiscard]] transaction load_room(const room_id& id, statement events);
[[nodiscard]] room_member read_member(const rows& from, std::size_t row);

/// One active person of the establishment: id, first and last name, e-mail, picture.
[[nodiscard]] transaction load_person(const std::string& establishment, const user_id& who);
[[nodiscard]] person read_person(const rows& from, std::size_t row, std::size_t first_column = 0);

/// Author, whether it is deleted, and number of one message of this room.
[[nodiscard]] statement select_message(const std::string& establishment, const room_id& room,
                                       const message_id& message);
/// The same, and whether this user has given this reaction.
[[nodiscard]] statement select_reaction(const std::string& establishment, const room_id& room,
                                        const message_id& message, const user_id& who,
                                        const std::string& emoji);

/// Whether each of these is a message of this room.
[[nodiscard]] statement select_known(const room_id& room, const std::optional<message_id>& first,
                                     const std::optional<message_id>& second);

/// A bulk statement: what several rooms say at the same time is saved by one commit.
[[nodiscard]] statement insert_messages(const room_id& room,
                                        const std::vector<const chat_message*>& messages);
[[nodiscard]] statement update_text(const message_id& message, const std::string& text);
[[nodiscard]] statement mark_deleted(const message_id& message);
[[nodiscard]] statement write_reaction(const std::string& establishment, const message_id& message,
                                       const user_id& who, const std::string& emoji, bool on);
[[nodiscard]] transaction write_activity(const std::string& establishment, const room_id& room,
                                         const user_id& who);
[[nodiscard]] transaction write_read_mark(const std::string& establishment, const room_id& room,
                                          const user_id& who, std::uint64_t seq);
[[nodiscard]] statement insert_member(const std::string& establishment, const room_id& room,
                                      const room_member& who);
[[nodiscard]] statement delete_member(const room_id& room, const user_id& who);
[[nodiscard]] statement update_role(const room_id& room, const user_id& who,
                                    const std::string& role);
[[nodiscard]] statement update_archived(const room_id& room, bool archived);

/// Notifies `to` of being named in a message; gives back the notification as JSON.
[[nodiscard]] statement notify_mention(const user_id& to, const std::string& establishment,
                                       const person& by, const std::string& room_name,
                                       const chat_message& message);

// -- founding ---------------------------------------------------------------------------

/// Which of these people are active in the establishment.
[[nodiscard]] transaction load_active_people(const std::string& establishment,
                                             const std::vector<std::string>& ids);

/// A room that is to be.
struct room_draft {
  room_id id;
  establishment_id establishment;
  user_id creator;  ///< its first admin
  std::string name;
  std::optional<std::string> topic;
  bool is_public = false;
  std::vector<std::string> members;  ///< besides its creator
};

/// The room and its members, in one transaction; its owner starts from these rows.
[[nodiscard]] transaction found_room(const room_draft& what);

/// The direct room of two people: the first result says by its `affected` whether it is new, the
/// last one holds its id. Doing it twice, even at once, makes one room.
[[nodiscard]] transaction found_direct_room(const std::string& establishment, const user_id& by,
                                            const user_id& other);

/// `{"user":{"id","name"},"role"}`: the data of `join`, `leave` and `role`.
[[nodiscard]] std::string member_data(const room_member& who);

/// Who stands behind an event: the member, or a manager from outside the room.
[[nodiscard]] person author_of(const scope& who, const room_member* member,
                               const person& fallback = {});

/// The first `count` characters of a UTF-8 text, never half of one.
[[nodiscard]] std::string_view first_characters(std::string_view text, std::size_t count);

/// Nothing for a text of 1 to `longest` characters that PostgreSQL can store.
[[nodiscard]] std::optional<fault> refuse_text(std::string_view text, std::size_t longest);

}  // namespace stoa
