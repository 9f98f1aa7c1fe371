#pragma once

#include "actors/groups/protocol.hpp"
#include "persistence/protocol.hpp"
#include "schema/entity.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The statements of study groups and boards. Nothing here is an actor.
namespace stoa {

/// A described row from the columns of `sql::columns`, which begin at `first`.
template <class T>
[[nodiscard]] outcome<T> read_row_of(const rows& from, std::size_t row, std::size_t first = 0) {
  if (row >= from.size())
    return fail(fault_code::not_found, "it does not exist");
  std::vector<std::optional<std::string_view>> cells;
  for (std::size_t i = first; i < from.columns(); ++i)
    cells.push_back(from.cell(row, i));
  return read_row<T>(cells);
}

/// The group and what `events` selects.
[[nodiscard]] transaction load_study_group(const group_id& id, statement events);
[[nodiscard]] statement select_board(const board_id& id);
/// The board, and every event after its snapshot.
[[nodiscard]] transaction load_board(const board_id& id, const std::string& stream);

[[nodiscard]] statement archive_statement(const group_id& id);
[[nodiscard]] statement insert_board(const board_id& id, const group_row& group, const user_id& by,
                                     const std::string& title, const std::string& data);
[[nodiscard]] statement update_board(const board_id& id, const std::optional<std::string>& data,
                                     const std::optional<std::string>& title,
                                     const std::optional<bool>& is_active);
/// Writes the folded state, unless a newer one is there.
[[nodiscard]] statement write_snapshot(const board_id& id, const std::string& data,
                                       std::uint64_t seq);
[[nodiscard]] std::string board_announcement(const board_id& id, const std::string& title);
/// The data of a group's event `update`: what changed, and nothing else.
[[nodiscard]] std::string change_announcement(const change_of<group_row>& what);

/// What a group's row means for its room.
[[nodiscard]] set_room_rules rules_of(const group_row& group);

/// A new group with its room and its creator as admin, in one transaction. The group's and the
/// room's owners start from these rows.
[[nodiscard]] transaction found_group(const scope& who, const group_row& draft);

}  // namespace stoa
