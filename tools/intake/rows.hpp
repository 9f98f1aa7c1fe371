#pragma once

#include "persistence/protocol.hpp"
#include "schema/entity.hpp"

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stoa::intake {

/// A member that a dump calls otherwise; it counts where there is none under our name.
struct alias {
  std::string_view theirs;
  std::string_view ours;
};

/// One row in the making: the statement that inserts it (and answers a row when it did), and whose
/// it is.
struct draft {
  statement insert;
  const entity* what = nullptr;  ///< null when its table has no description
  std::string id;                ///< as the dump calls it
  bool settles_itself = false;   ///< says ON CONFLICT itself: it replaces, or once is enough
};

/// Reads an entity of a dump into a row: as a request that makes one is read, but for what is the
/// server's there, ids and dates and authors, which a dump has and keeps. Null for what has a usual
/// value is that value; lists may be texts that hold JSON, and the other way round. Complaints are
/// added to `wrong`; answers which fields were there.
field_set read_entity(const entity& what, json_value from, std::span<const alias> aliases,
                      void* row, std::vector<complaint>& wrong);

/// A column whose value the database finds: `?` in `sql` stands for `value`.
struct found_value {
  std::string_view column;
  std::string_view sql;
  std::string value;
};

/// Inserts a row whatever is the server's in it. Columns that were not in the dump and have a
/// DEFAULT are left to it. What a row refers to is looked up within the establishment: a reference
/// that leads nowhere becomes NULL, which where it is needed is refused. `found` replaces columns,
/// without SQL leaves them out.
[[nodiscard]] statement insert_entity(const entity& what, const establishment_id& into,
                                      const field_set& there, const void* row,
                                      std::span<const found_value> found = {},
                                      std::string_view conflict = {});

/// Whether this is about the row itself, and not about the database being away.
[[nodiscard]] bool is_about_the_row(const fault& why);

/// What the database has against a row, in the words of its description (which may be missing).
[[nodiscard]] complaint in_words(const entity* what, const fault& why);

}  // namespace stoa::intake
