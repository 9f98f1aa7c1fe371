#include "schema/query.hpp"

#include "schema/base64url.hpp"
#include "schema/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace stoa {

namespace {

constexpr std::string_view comparison_names[] = {"eq",  "ne", "lt",       "lte", "gt",
                                                 "gte", "in", "contains", "null"};

std::optional<comparison> comparison_named(std::string_view name) {
  const auto* found = std::find(std::begin(comparison_names), std::end(comparison_names), name);
  if (found == std::end(comparison_names))
    return std::nullopt;
  return static_cast<comparison>(found - std::begin(comparison_names));
}

bool allowed(const field& on, comparison how) {
  switch (how) {
    case comparison::eq:
      return true;
    case comparison::ne:
    case comparison::in:
      return on.kind != value_kind::texts;
    case comparison::lt:
    case comparison::lte:
    case comparison::gt:
    case comparison::gte:
      return on.kind != value_kind::texts && on.kind != value_kind::boolean &&
             on.kind != value_kind::word;
    case comparison::contains:
      return on.kind == value_kind::text && on.limits.words.empty();
    case comparison::null:
      return on.is(trait::nullable);
  }
  return false;
}

// A cursor says which entity and which sorting it was made for, so that it fits no other.
std::string sorting_name(const entity& what, const std::vector<ordering>& sort) {
  std::string out = what.name;
  for (const auto& one : sort)
    out += fmt::format("{}{}", one.descending ? " -" : " +", one.by->name);
  return out;
}

class query_reader {
public:
  query_reader(const entity& what, const dialect& habits, const list_limits& limits,
               std::span<const std::string_view> others)
      : what_(what), habits_(habits), limits_(limits), others_(others) {
    query_.limit = limits.usual;
  }

  outcome<list_query> read(std::span<const query_parameter> parameters) {
    for (const auto& [name, value] : parameters)
      if (complaints_.size() < most_complaints)
        one(name, value);
    finish_sort();
    if (page_)
      query_.offset = (*page_ - 1) * query_.limit;
    if (query_.offset > limits_.deepest)
      complain(habits_.query.page, fmt::format("must not skip more than {} rows", limits_.deepest));
    if (cursor_)
      take_cursor(*cursor_);
    if (complaints_.empty())
      return std::move(query_);
    auto out = fail(fault_code::invalid, complaints_.front().message);
    out.complaints = std::move(complaints_);
    return out;
  }

private:
  static constexpr std::size_t most_complaints = 16;

  void one(const std::string& name, const std::string& value) {
    const auto& keys = habits_.query;
    const auto is = [&](std::string_view key) { return !key.empty() && name == key; };
    if (std::find(others_.begin(), others_.end(), name) != others_.end())
      return;
    if (is(keys.sort))
      take_sort(keys.sort, value);
    else if (is(keys.sort_by))
      take_sort(keys.sort_by, value);
    else if (is(keys.sort_order))
      take_order(value);
    else if (is(keys.limit))
      take_limit(value);
    else if (is(keys.cursor))
      cursor_ = value;
    else if (is(keys.page))
      take_page(value);
    else
      take_filter(name, value);
  }

  // -- filters ----

  void take_filter(const std::string& name, const std::string& value) {
    std::string_view wire = name;
    std::string_view operation = "eq";
    if (const auto open = wire.find('['); open != std::string_view::npos && wire.back() == ']') {
      operation = wire.substr(open + 1, wire.size() - open - 2);
      wire = wire.substr(0, open);
    }
    const auto* on = what_.find_wire(wire);
    if (on == nullptr || !on->is(trait::filterable)) {
      if (habits_.unknown == unknown_keys::refuse)
        complain(name, on == nullptr ? "is not a parameter of this list"
                                     : "is not a field that this list can be filtered by");
      return;
    }
    const auto how = comparison_named(operation);
    if (!how || !allowed(*on, *how)) {
      complain(name, fmt::format("uses an operator that this field does not have; it has {}",
                                 fmt::join(operators_of(*on), ", ")));
      return;
    }
    if (query_.filters.size() >= limits_.most_filters) {
      complain(name, fmt::format("is one filter too many; {} are allowed", limits_.most_filters));
      return;
    }
    filter out{on, *how, {}};
    if (*how == comparison::in)
      take_values(out, name, value);
    else if (*how == comparison::null)
      take_flag(out, name, value);
    else
      take_value(out, name, value);
    query_.filters.push_back(std::move(out));
  }

  void take_values(filter& out, const std::string& name, std::string_view list) {
    for (;;) {
      const auto comma = std::min(list.find(','), list.size());
      if (out.values.size() >= limits_.most_values) {
        complain(name, fmt::format("has more than {} values", limits_.most_values));
        return;
      }
      if (!take_value(out, name, list.substr(0, comma)) || comma == list.size())
        return;
      list.remove_prefix(comma + 1);
    }
  }

  void take_flag(filter& out, const std::string& name, std::string_view value) {
    if (value != "true" && value != "false")
      complain(name, "must be true or false");
    out.values.emplace_back(value);
  }

  bool take_value(filter& out, const std::string& name, std::string_view value) {
    std::string checked;
    if (const auto why = check(out, value, checked)) {
      complain(name, why.what);
      return false;
    }
    out.values.push_back(std::move(checked));
    return true;
  }

  problem check(const filter& f, std::string_view value, std::string& out) const {
    // What is searched for need not be a whole valid value: of a text only its form is checked.
    if (f.on->kind == value_kind::text && f.on->limits.words.empty()) {
      out.assign(value);
      return codecs::check_text({.max_length = f.on->limits.max_length}, false, value);
    }
    auto unbounded = *f.on;
    unbounded.limits.min = std::numeric_limits<std::int64_t>::min();
    unbounded.limits.max = std::numeric_limits<std::int64_t>::max();
    return f.on->to_parameter(unbounded, habits_, value, out);
  }

  // -- sorting ----

  void take_sort(std::string_view parameter, std::string_view list) {
    query_.sort.clear();
    while (!list.empty()) {
      const auto comma = std::min(list.find(','), list.size());
      add_sort(parameter, list.substr(0, comma));
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  }

  void add_sort(std::string_view parameter, std::string_view name) {
    const bool descending = !name.empty() && name.front() == '-';
    if (descending)
      name.remove_prefix(1);
    const auto* by = what_.find_wire(name);
    if (by == nullptr || !(by->is(trait::sortable) || by->is(trait::key))) {
      complain(parameter, fmt::format("names {}, which this list cannot be sorted by; it can by {}",
                                      name.empty() ? "nothing" : excerpt(name), sortable_names()));
      return;
    }
    for (const auto& earlier : query_.sort)
      if (earlier.by == by)
        return complain(parameter, fmt::format("names {} twice", name));
    query_.sort.push_back({by, descending});
  }

  [[nodiscard]] std::string sortable_names() const {
    std::string out;
    for (const auto& f : what_.fields)
      if (f.is(trait::sortable))
        out += fmt::format("{}{}", out.empty() ? "" : ", ", f.wire.view());
    return out;
  }

  void take_order(std::string_view value) {
    if (value != "asc" && value != "desc")
      complain(habits_.query.sort_order, "must be asc or desc");
    order_ = value == "desc";
  }

  void finish_sort() {
    if (query_.sort.empty())
      take_sort(habits_.query.sort, limits_.sort);
    if (order_)
      for (auto& one : query_.sort)
        one.descending = *order_;
    const auto* key = what_.key();
    const bool has_key = std::any_of(query_.sort.begin(), query_.sort.end(),
                                     [&](const ordering& one) { return one.by == key; });
    if (key != nullptr && !has_key)
      query_.sort.push_back({key, !query_.sort.empty() && query_.sort.back().descending});
  }

  // -- paging ----

  void take_limit(std::string_view value) {
    const auto limit = natural(value);
    if (!limit || *limit < 1 || *limit > limits_.most)
      complain(habits_.query.limit, fmt::format("must be between 1 and {}", limits_.most));
    else
      query_.limit = *limit;
  }

  void take_page(std::string_view value) {
    page_ = natural(value);
    if (!page_ || *page_ < 1 || *page_ > limits_.deepest) {
      complain(habits_.query.page, "must be a page number, from 1");
      page_.reset();
    }
  }

  static std::optional<std::size_t> natural(std::string_view value) {
    std::size_t out = 0;
    const auto* end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, out);
    if (error != std::errc{} || stop != end || value.empty())
      return std::nullopt;
    return out;
  }

  void take_cursor(std::string_view text) {
    if (page_)
      return complain(habits_.query.cursor, "does not go together with page numbers");
    auto values = text.size() <= 4'096 ? open_cursor(text) : std::nullopt;
    if (!values)
      complain(habits_.query.cursor, "is not one that this list gave out for this sorting");
    else
      query_.after = std::move(*values);
  }

  [[nodiscard]] std::optional<std::vector<std::optional<std::string>>> open_cursor(
      std::string_view text) const {
    const auto decoded = from_base64url(text);
    const auto doc = decoded ? json::parse(*decoded, {.max_depth = 1})
                             : outcome<json>{fail(fault_code::invalid, "")};
    if (!doc || !doc->root().is_array() || doc->root().size() != query_.sort.size() + 1)
      return std::nullopt;
    std::vector<std::optional<std::string>> out;
    bool first = true;
    for (const auto item : doc->root().items()) {
      if (first) {
        if (item.as_string() != sorting_name(what_, query_.sort))
          return std::nullopt;
        first = false;
        continue;
      }
      const auto& by = *query_.sort[out.size()].by;
      const auto value = item.as_string();
      if (!value && !(item.is_null() && by.is(trait::nullable)))
        return std::nullopt;
      if (value && !fits(by, *value))
        return std::nullopt;
      out.push_back(value ? std::optional<std::string>{*value} : std::nullopt);
    }
    return out;
  }

  // The database would answer a badly spelled value with an error; nobody outside should be able to
  // cause one.
  static bool fits(const field& by, std::string_view value) {
    if (by.kind == value_kind::text)
      return true;
    auto unbounded = by;
    unbounded.limits.min = std::numeric_limits<std::int64_t>::min();
    unbounded.limits.max = std::numeric_limits<std::int64_t>::max();
    std::string ignored;
    return !by.to_parameter(unbounded, native_dialect, value, ignored);
  }

  void complain(std::string_view parameter, std::string_view what) {
    auto shown = excerpt(parameter);
    auto text = fmt::format("{} {}", shown, what);
    complaints_.push_back({std::move(shown), std::move(text)});
  }

  const entity& what_;
  const dialect& habits_;
  const list_limits& limits_;
  std::span<const std::string_view> others_;
  list_query query_;
  std::optional<bool> order_;
  std::optional<std::size_t> page_;
  std::optional<std::string_view> cursor_;
  std::vector<complaint> complaints_;
};

}  // namespace

std::vector<std::string_view> operators_of(const field& on) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < std::size(comparison_names); ++i)
    if (allowed(on, static_cast<comparison>(i)))
      out.push_back(comparison_names[i]);
  return out;
}

outcome<list_query> read_query(const entity& what, const dialect& habits,
                               std::span<const query_parameter> parameters,
                               const list_limits& limits,
                               std::span<const std::string_view> others) {
  return query_reader{what, habits, limits, others}.read(parameters);
}

std::string cursor_after(const entity& what, const list_query& query, const void* last_row) {
  std::string text;
  json_writer out{text};
  out.begin_array().value(sorting_name(what, query.sort));
  for (const auto& one : query.sort)
    out.value(one.by->to_sql(last_row));
  out.end_array();
  return to_base64url(text);
}

}  // namespace stoa
