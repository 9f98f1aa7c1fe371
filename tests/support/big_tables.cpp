#include "tests/support/big_tables.hpp"

#include "tests/support/postgres.hpp"

#include <fmt/format.h>

namespace stoa::testing {
namespace {

struct column {
  std::string name;
  std::string type;   // as format_type spells it
  std::string kind;   // pg_type.typtype
  std::string group;  // pg_type.typcategory
  int limit = 0;      // of characters; 0: none
  bool nullable = false;
};

/// A value of that type for row i. Half of what may be null is, as in tables that live.
std::string value_of(const column& what) {
  std::string out;
  if (what.name == "establishment_id")
    return "'e' || (i % 50)";
  if (what.kind == "e")
    out = fmt::format("enum_first(null::{})", what.type);
  else if (what.group == "S")
    out = what.limit > 0 ? fmt::format("right('x' || i, {})", what.limit) : "'x' || i";
  else if (what.group == "N")
    out = fmt::format("(i % 30000)::{}", what.type);
  else if (what.group == "B")
    out = "i % 2 = 0";
  else if (what.group == "D")
    out = fmt::format("(now() - i * interval '1 minute')::{}", what.type);
  else if (what.group == "T")
    out = "i * interval '1 second'";
  else if (what.group == "A")
    out = fmt::format("'{{}}'::{}", what.type);
  else if (what.type == "uuid")
    out = "gen_random_uuid()";
  else if (what.type == "json" || what.type == "jsonb")
    out = fmt::format("'{{}}'::{}", what.type);
  else if (what.type == "bytea")
    out = "int4send(i)";
  else if (what.group == "I")
    out = fmt::format("('10.0.0.0'::inet + i)::{}", what.type);
  else
    out = fmt::format("''::{}", what.type);
  return what.nullable ? fmt::format("case when i % 2 = 0 then {} end", out) : out;
}

std::vector<column> columns_of(pg::session& owner, const std::string& table) {
  auto found = owner.run(
      "select a.attname, format_type(a.atttypid, null), t.typtype, t.typcategory,"
      " case when a.atttypmod > 4 and t.typcategory = 'S' then a.atttypmod - 4 else 0 end,"
      " not a.attnotnull from pg_attribute a join pg_type t on t.oid = a.atttypid"
      " where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped"
      " and a.attgenerated = '' and a.attidentity = '' order by a.attnum",
      {table});
  std::vector<column> out;
  for (std::size_t i = 0; found && i < found->size(); ++i)
    out.push_back({found->text(i, 0), found->text(i, 1), found->text(i, 2), found->text(i, 3),
                   std::stoi(found->text(i, 4)), found->text(i, 5) == "t"});
  return out;
}

}  // namespace

void fill_all_tables(pg::session& owner, int rows) {
  run(owner, "set session_replication_role = replica");
  run(owner,
      "do $$ declare c record; begin for c in select conrelid::regclass as tab, conname from"
      " pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace and conrelid "
      "<> 0"
      " loop execute format('alter table %s drop constraint %I', c.tab, c.conname); end loop; end "
      "$$");
  auto tables = run(owner,
                    "select c.oid::regclass from pg_class c where c.relkind = 'r'"
                    " and c.relnamespace = 'public'::regnamespace"
                    " and c.relname <> 'stoa_migrations' order by 1");
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const auto table = tables.text(i, 0);
    std::string names;
    std::string values;
    for (const auto& each : columns_of(owner, table)) {
      names += (names.empty() ? "" : ", ") + owner.quote_name(each.name);
      values += (values.empty() ? "" : ", ") + value_of(each);
    }
    run(owner, fmt::format("insert into {} ({}) select {} from generate_series(1, {}) i"
                           " on conflict do nothing",
                           table, names, values, rows));
  }
  run(owner, "analyze");
}

}  // namespace stoa::testing
