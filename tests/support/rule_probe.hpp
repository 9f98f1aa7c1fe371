#pragma once

#include "schema/sql.hpp"

namespace stoa {

/// A statement that asks PostgreSQL what `where` says about one row that is in no table: one row,
/// one cell, `t` or `f`. Both readings of a rule agree when that is what `permits` says.
inline statement_text rule_probe(const rule& who_may, const scope& who, const entity& what,
                                 const void* row) {
  statement_text out;
  out.sql = "SELECT coalesce((" + where(who_may, who, out.params) + "), false) FROM (SELECT ";
  for (const auto& f : what.fields) {
    out.params.push_back(f.to_sql(row));
    out.sql += (&f == what.fields.data() ? "$" : ", $") + std::to_string(out.params.size()) +
               "::" + sql_type(f) + " AS \"" + f.name + "\"";
  }
  out.sql += ") AS candidate";
  return out;
}

}  // namespace stoa
