#pragma once

#include "actors/core/task.hpp"
#include "persistence/protocol.hpp"
#include "schema/entity.hpp"
#include "schema/sql.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// A statement made from a description, as one to run.
[[nodiscard]] inline statement to_statement(statement_text what) {
  return statement{sql_text{std::move(what.sql)}, std::move(what.params)};
}

/// `e."id", e."title", …`: the columns of an entity under an alias.
[[nodiscard]] inline std::string columns_under(const entity& what, std::string_view alias) {
  std::string out;
  for (const auto& each : what.fields) {
    if (!out.empty())
      out += ", ";
    out.append(alias).append(".\"").append(each.name).append("\"");
  }
  return out;
}

/// A described row from its columns, which begin at `first`; other columns may follow. Throws when
/// they are not what the description says.
template <described T>
[[nodiscard]] T described_at(const rows& from, std::size_t row, std::size_t first = 0) {
  std::vector<std::optional<std::string_view>> cells;
  const auto count = entity_of<T>().fields.size();
  cells.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    cells.push_back(from.cell(row, first + i));
  auto out = read_row<T>(cells);
  if (!out)
    throw fault_error(std::move(out.error()));
  return std::move(*out);
}

}  // namespace stoa
