#include "net/rows.hpp"

namespace stoa {

std::string columns_of(const entity& what, std::string_view alias) {
  std::string out;
  for (const auto& each : what.fields) {
    if (!out.empty())
      out += ", ";
    out.append(alias).append(".\"").append(each.name).append("\"");
  }
  return out;
}

void read_row_at(const entity& what, const rows& from, std::size_t row, std::size_t first,
                 void* into) {
  std::vector<std::optional<std::string_view>> cells;
  cells.reserve(what.fields.size());
  for (std::size_t i = 0; i < what.fields.size(); ++i)
    cells.push_back(from.cell(row, first + i));
  good(read_row(what, cells, into));
}

statement bound(statement_text what) {
  return statement{sql_text{std::move(what.sql)}, std::move(what.params)};
}

}  // namespace stoa
