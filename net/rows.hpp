#pragma once

#include "actors/core/task.hpp"
#include "persistence/protocol.hpp"
#include "schema/entity.hpp"
#include "schema/sql.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Rows of the database as routes meet them.
namespace stoa {

/// `m."id", m."room_id", …`: the columns of an entity under an alias.
[[nodiscard]] std::string columns_of(const entity& what, std::string_view alias);

/// Reads a row from its columns, which begin at `first`; other columns may follow. Throws
/// `unavailable` when they are not what the description says.
void read_row_at(const entity& what, const rows& from, std::size_t row, std::size_t first,
                 void* into);

template <described T>
[[nodiscard]] T row_at(const rows& from, std::size_t row, std::size_t first = 0) {
  T out{};
  read_row_at(entity_of<T>(), from, row, first, &out);
  return out;
}

/// A built statement as one to run.
[[nodiscard]] statement bound(statement_text what);

/// The value, or what stood in its way as an exception that `start` turns back into a value.
template <class T>
[[nodiscard]] T good(outcome<T> read) {
  if (!read)
    throw fault_error(std::move(read.error()));
  return std::move(*read);
}
inline void good(outcome<void> done) {
  if (!done)
    throw fault_error(std::move(done.error()));
}

}  // namespace stoa
