#include "schema/array_literal.hpp"
#include "schema/query.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stoa {

namespace {

std::string like_pattern(std::string_view part) {
  std::string out = "%";
  for (const char c : part) {
    if (c == '%' || c == '_' || c == '\\')
      out.push_back('\\');
    out.push_back(c);
  }
  return out + "%";
}

// Appends conditions and their parameters.
class condition_writer {
public:
  explicit condition_writer(std::vector<std::optional<std::string>>& params) : params_(params) {}

  std::string bind(std::optional<std::string> value) {
    params_.push_back(std::move(value));
    return fmt::format("${}", params_.size());
  }

  std::string of(const filter& f) {
    const auto column = fmt::format("\"{}\"", f.on->name);
    switch (f.how) {
      case comparison::eq:
        if (f.on->kind == value_kind::texts)
          return fmt::format("{} @> {}", column, bind(f.values[0]));
        return fmt::format("{} = {}", column, bind(f.values[0]));
      case comparison::ne:
        return fmt::format("{} IS DISTINCT FROM {}", column, bind(f.values[0]));
      case comparison::lt:
        return fmt::format("{} < {}", column, bind(f.values[0]));
      case comparison::lte:
        return fmt::format("{} <= {}", column, bind(f.values[0]));
      case comparison::gt:
        return fmt::format("{} > {}", column, bind(f.values[0]));
      case comparison::gte:
        return fmt::format("{} >= {}", column, bind(f.values[0]));
      case comparison::in:
        return fmt::format("{} = ANY({})", column, bind(to_array_literal(f.values)));
      case comparison::contains:
        return fmt::format("{} ILIKE {}", column, bind(like_pattern(f.values[0])));
      case comparison::null:
        return fmt::format("{} IS {}NULL", column, f.values[0] == "true" ? "" : "NOT ");
    }
    return "FALSE";
  }

  // Rows after the cursor, in the order of order_by.
  std::string after(const list_query& query) {
    const bool one_direction =
        std::all_of(query.sort.begin(), query.sort.end(), [&](const ordering& one) {
          return one.descending == query.sort.front().descending && !one.by->is(trait::nullable);
        });
    return one_direction ? after_together(query) : after_one_by_one(query);
  }

private:
  // Compared as a row, which an index on these columns answers by itself.
  std::string after_together(const list_query& query) {
    std::string columns;
    std::string values;
    for (std::size_t i = 0; i < query.sort.size(); ++i) {
      columns += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", query.sort[i].by->name);
      values += fmt::format("{}{}", i == 0 ? "" : ", ", bind((*query.after)[i]));
    }
    return fmt::format("({}) {} ({})", columns, query.sort.front().descending ? "<" : ">", values);
  }

  // Equal so far and then after, for every length of "so far". NULLs come last either way.
  std::string after_one_by_one(const list_query& query) {
    std::string out;
    std::string so_far;
    for (std::size_t i = 0; i < query.sort.size(); ++i) {
      const auto& [by, descending] = query.sort[i];
      const auto& value = (*query.after)[i];
      const auto column = fmt::format("\"{}\"", by->name);
      const auto bound = value ? bind(value) : std::string{};
      if (value) {
        auto later = fmt::format("{} {} {}", column, descending ? "<" : ">", bound);
        if (by->is(trait::nullable))
          later = fmt::format("({} OR {} IS NULL)", later, column);
        out += fmt::format("{}({}{})", out.empty() ? "" : " OR ", so_far, later);
      }
      so_far += value ? fmt::format("{} = {} AND ", column, bound)
                      : fmt::format("{} IS NULL AND ", column);
    }
    return out.empty() ? "FALSE" : fmt::format("({})", out);
  }

  std::vector<std::optional<std::string>>& params_;
};

}  // namespace

std::string where(const list_query& query, std::vector<std::optional<std::string>>& params) {
  condition_writer writer{params};
  std::string out;
  for (const auto& f : query.filters)
    out += fmt::format("{}{}", out.empty() ? "" : " AND ", writer.of(f));
  if (query.after && !query.sort.empty())
    out += fmt::format("{}{}", out.empty() ? "" : " AND ", writer.after(query));
  return out.empty() ? "TRUE" : out;
}

std::string order_by(const list_query& query) {
  std::string out;
  for (const auto& one : query.sort)
    out += fmt::format("{}\"{}\"{}{}", out.empty() ? "" : ", ", one.by->name,
                       one.descending ? " DESC" : "",
                       one.descending && one.by->is(trait::nullable) ? " NULLS LAST" : "");
  return out;
}

}  // namespace stoa
