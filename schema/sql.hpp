#pragma once

#include "schema/query.hpp"

namespace stoa {

/// SQL with its parameters: text format, $1 is the first, nothing is NULL.
struct statement_text {
  std::string sql;
  std::vector<std::optional<std::string>> params;

  friend bool operator==(const statement_text&, const statement_text&) = default;
};

/// Statements from descriptions. Names come from descriptions only and values are always bound.
/// A table with a tenant column is bound to the caller's establishment in every statement, unless
/// the scope is the whole platform's. Rows come back with the entity's columns in its order: what
/// `read_row` takes.
namespace sql {

/// A condition that the server adds: the column holds this text, or NULL.
struct equal {
  const char* column;
  std::optional<std::string> value;
};

/// `"id", "name", …` of all the entity's columns.
[[nodiscard]] std::string columns(const entity& what);

/// The row of that key if the caller may read it.
[[nodiscard]] statement_text find(const entity& what, const scope& who, std::string_view key);

/// The row of that key, whatever the rules say: for `permits`, and to tell 404 from 403.
[[nodiscard]] statement_text find_any(const entity& what, const scope& who, std::string_view key);

/// The rows that the caller may list, filtered and sorted; one more than `query.limit`, so that
/// `cut_page` knows whether another page follows.
[[nodiscard]] statement_text list(const entity& what, const scope& who, const list_query& query,
                                  std::span<const equal> also = {});

/// How many rows all pages of that list have together.
[[nodiscard]] statement_text count(const entity& what, const scope& who, const list_query& query,
                                   std::span<const equal> also = {});

/// Inserts a row and gives it back. Columns with `from_database` are left to their defaults; the
/// tenant is the caller's. Whether the caller may is for `permits(what.rules.create, …)` to say.
[[nodiscard]] statement_text insert(const entity& what, const scope& who, const void* row);

/// Changes the fields in `which` of the row of that key if the caller may, and gives the row back;
/// `touched` columns become now(). Keys and tenants stay. With nothing to change it only reads. No
/// row means: not there, or not allowed (`find_any` tells which).
[[nodiscard]] statement_text change(const entity& what, const scope& who, std::string_view key,
                                    field_set which, const void* row);

/// Deletes the row of that key if the caller may, and gives its key back.
[[nodiscard]] statement_text remove(const entity& what, const scope& who, std::string_view key);

template <described T>
[[nodiscard]] statement_text find(const scope& who, std::string_view key) {
  return find(entity_of<T>(), who, key);
}
template <described T>
[[nodiscard]] statement_text list(const scope& who, const list_query& query,
                                  std::span<const equal> also = {}) {
  return list(entity_of<T>(), who, query, also);
}
template <described T>
[[nodiscard]] statement_text insert(const scope& who, const T& row) {
  return insert(entity_of<T>(), who, &row);
}
template <described T>
[[nodiscard]] statement_text change(const scope& who, std::string_view key,
                                    const change_of<T>& what) {
  return change(entity_of<T>(), who, key, what.which, &what.values);
}
template <described T>
[[nodiscard]] statement_text remove(const scope& who, std::string_view key) {
  return remove(entity_of<T>(), who, key);
}

}  // namespace sql

}  // namespace stoa
