#include "schema/sql.hpp"

#include <fmt/format.h>

#include <cassert>

namespace stoa::sql {

namespace {

// A statement in the making: a beginning, conditions joined with AND, an end.
class builder {
public:
  builder(const entity& what, const scope& who) : what_(what), who_(who) {
    out_.params.reserve(what.fields.size() + 4);
  }

  std::string bind(std::optional<std::string> value) {
    out_.params.push_back(std::move(value));
    return "$" + std::to_string(out_.params.size());
  }

  builder& add(std::string_view text) {
    out_.sql += text;
    return *this;
  }

  builder& where_tenant() {
    const auto* tenant = what_.tenant_field();
    if (tenant == nullptr || who_.establishment.value == platform_scope)
      return *this;
    if (who_.establishment.empty())
      return where("FALSE");
    return where(fmt::format("\"{}\" = {}", tenant->name, bind(who_.establishment.value)));
  }

  builder& where_key(std::string_view key) {
    assert(what_.key() != nullptr);  // mistakes_in reports such an entity
    return where(fmt::format("\"{}\" = {}", what_.key()->name, bind(std::string{key})));
  }

  builder& where_allowed(const rule& who_may) {
    return where(stoa::where(who_may, who_, out_.params));
  }

  builder& where_asked(const list_query& query) { return where(stoa::where(query, out_.params)); }

  builder& where_also(std::span<const equal> also) {
    for (const auto& one : also)
      where(one.value ? fmt::format("\"{}\" = {}", one.column, bind(*one.value))
                      : fmt::format("\"{}\" IS NULL", one.column));
    return *this;
  }

  statement_text finish() { return std::move(out_); }

private:
  builder& where(std::string_view condition) {
    if (condition == "TRUE")
      return *this;
    out_.sql += first_ ? " WHERE " : " AND ";
    out_.sql += condition;
    first_ = false;
    return *this;
  }

  const entity& what_;
  const scope& who_;
  statement_text out_;
  bool first_ = true;
};

// Onto a list of names.
void append_name(std::string& list, std::string_view name) {
  list.append(list.empty() ? "\"" : ", \"").append(name).push_back('"');
}

std::string select(const entity& what) {
  return fmt::format("SELECT {} FROM \"{}\"", columns(what), what.table);
}

}  // namespace

std::string columns(const entity& what) {
  std::string out;
  for (const auto& f : what.fields)
    append_name(out, f.name);
  return out;
}

statement_text find(const entity& what, const scope& who, std::string_view key) {
  return builder{what, who}
      .add(select(what))
      .where_tenant()
      .where_key(key)
      .where_allowed(what.rules.read)
      .finish();
}

statement_text find_any(const entity& what, const scope& who, std::string_view key) {
  return builder{what, who}.add(select(what)).where_tenant().where_key(key).finish();
}

statement_text list(const entity& what, const scope& who, const list_query& query,
                    std::span<const equal> also) {
  builder out{what, who};
  out.add(select(what))
      .where_tenant()
      .where_also(also)
      .where_allowed(what.rules.list)
      .where_asked(query);
  if (!query.sort.empty())
    out.add(" ORDER BY ").add(order_by(query));
  out.add(" LIMIT ").add(out.bind(std::to_string(query.limit + 1)));
  if (query.offset > 0)
    out.add(" OFFSET ").add(out.bind(std::to_string(query.offset)));
  return out.finish();
}

statement_text count(const entity& what, const scope& who, const list_query& query,
                     std::span<const equal> also) {
  auto every_page = query;
  every_page.after.reset();
  return builder{what, who}
      .add(fmt::format("SELECT count(*) FROM \"{}\"", what.table))
      .where_tenant()
      .where_also(also)
      .where_allowed(what.rules.list)
      .where_asked(every_page)
      .finish();
}

statement_text insert(const entity& what, const scope& who, const void* row) {
  builder out{what, who};
  std::string names;
  std::string values;
  const auto* tenant = what.tenant_field();
  for (const auto& f : what.fields) {
    if (f.is(trait::from_database))
      continue;
    // An establishment is its own tenant: its id is the new one, not the caller's.
    const bool mine = &f == tenant && &f != what.key() && who.establishment.value != platform_scope;
    append_name(names, f.name);
    if (!values.empty())
      values += ", ";
    values += out.bind(mine ? who.establishment.value : f.to_sql(row));
  }
  return out
      .add(fmt::format("INSERT INTO \"{}\" ({}) VALUES ({}) RETURNING {}", what.table, names,
                       values, columns(what)))
      .finish();
}

statement_text change(const entity& what, const scope& who, std::string_view key, field_set which,
                      const void* row) {
  builder out{what, who};
  std::string changes;
  for (const auto& f : what.fields) {
    if (f.has_any(trait::key | trait::touched) || &f == what.tenant_field() ||
        !which.test(what.index_of(f)))
      continue;
    changes +=
        fmt::format("{}\"{}\" = {}", changes.empty() ? "" : ", ", f.name, out.bind(f.to_sql(row)));
  }
  const bool changed = !changes.empty();
  for (const auto& f : what.fields)
    if (changed && f.is(trait::touched))
      changes += fmt::format(", \"{}\" = now()", f.name);
  if (changed)
    out.add(fmt::format("UPDATE \"{}\" SET {}", what.table, changes));
  else
    out.add(select(what));
  out.where_tenant().where_key(key).where_allowed(what.rules.update);
  if (changed)
    out.add(fmt::format(" RETURNING {}", columns(what)));
  return out.finish();
}

statement_text remove(const entity& what, const scope& who, std::string_view key) {
  return builder{what, who}
      .add(fmt::format("DELETE FROM \"{}\"", what.table))
      .where_tenant()
      .where_key(key)
      .where_allowed(what.rules.remove)
      .add(fmt::format(" RETURNING \"{}\"", what.key()->name))
      .finish();
}

}  // namespace stoa::sql
