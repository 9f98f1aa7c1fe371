#pragma once

#include "schema/entity.hpp"

#include <utility>
#include <vector>

namespace stoa {

/// How a filter compares. On the wire: `status=active` or `stars[gte]=3`.
enum class comparison : std::uint8_t {
  eq,  ///< equal; of a list of texts: has this one
  ne,  ///< not equal; rows without a value count
  lt,
  lte,
  gt,
  gte,
  in,        ///< one of several, separated by commas
  contains,  ///< a part of a text, whatever the case
  null,      ///< `true`: has no value, `false`: has one
};

/// The operators that a field's type has, as they are spelled on the wire.
[[nodiscard]] std::vector<std::string_view> operators_of(const field& on);

/// One described field, compared with values that are already spelled for SQL.
struct filter {
  const field* on = nullptr;
  comparison how = comparison::eq;
  std::vector<std::string> values;
};

/// One field to sort by.
struct ordering {
  const field* by = nullptr;
  bool descending = false;

  friend bool operator==(const ordering&, const ordering&) = default;
};

/// What a client asked of a list, checked against the description: nothing else gets through.
struct list_query {
  std::vector<filter> filters;
  std::vector<ordering> sort;  ///< ends with the key, so that no two rows are equal
  std::size_t limit = 50;
  std::size_t offset = 0;  ///< of clients that count pages
  /// The last row's values of `sort`: the page begins after it.
  std::optional<std::vector<std::optional<std::string>>> after;
};

/// How much a list gives out.
struct list_limits {
  std::size_t usual = 50;
  std::size_t most = 200;
  std::size_t most_filters = 16;
  std::size_t most_values = 100;    ///< of one `in`
  std::size_t deepest = 1'000'000;  ///< rows that page numbers may skip
  std::string_view sort = {};       ///< when the client names none: `-createdAt`
};

/// A parameter of a query string, decoded.
using query_parameter = std::pair<std::string, std::string>;

/// Reads the parameters of a list. Whatever is not a filter on a filterable field, a sorting by
/// sortable ones, or a paging parameter of the dialect is a complaint, except the names in
/// `others`, which the route reads itself. (A dialect that ignores unknown members ignores these
/// too; a described field with a wrong operator or value is always a complaint.)
[[nodiscard]] outcome<list_query> read_query(const entity& what, const dialect& habits,
                                             std::span<const query_parameter> parameters,
                                             const list_limits& limits = {},
                                             std::span<const std::string_view> others = {});

/// Where the next page begins: the sort values of the last row that was given out, unreadable to
/// clients but no secret, bound to this entity and this sorting.
[[nodiscard]] std::string cursor_after(const entity& what, const list_query& query,
                                       const void* last_row);

/// A page cut from the rows that `sql::list` asked for, which are one more than the page has.
template <class T>
struct page {
  std::vector<T> rows;
  std::optional<std::string> next;  ///< the cursor of the next page, if there is one
};

template <described T>
[[nodiscard]] page<T> cut_page(std::vector<T> rows, const list_query& query) {
  page<T> out{std::move(rows), {}};
  if (out.rows.size() > query.limit) {
    out.rows.resize(query.limit);
    if (!out.rows.empty())
      out.next = cursor_after(entity_of<T>(), query, &out.rows.back());
  }
  return out;
}

/// The condition of the filters and the cursor; `TRUE` when there are none. Values are appended to
/// `params`.
[[nodiscard]] std::string where(const list_query& query,
                                std::vector<std::optional<std::string>>& params);

/// `"created_at" DESC, "id" DESC`.
[[nodiscard]] std::string order_by(const list_query& query);

}  // namespace stoa
