#include "persistence/pg/session.hpp"
#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace stoa;
using namespace stoa::testing;

namespace {

/// Tables with a tenant, and the column that names it.
struct guarded {
  std::string table;
  std::string column;
};

std::vector<guarded> guarded_tables(pg::session& owner) {
  const auto got = run(owner,
                       "select c.relname, case c.relname when 'establishments' then 'id'"
                       " else 'establishment_id' end"
                       " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                       " where n.nspname = 'public' and c.relkind = 'r'"
                       " and c.relname <> 'stoa_migrations' order by 1");
  std::vector<guarded> out;
  for (std::size_t row = 0; row < got.size(); ++row)
    out.push_back({got.text(row, 0), got.text(row, 1)});
  return out;
}

/// A row of an establishment with something in every column that needs it.
std::string row_of(pg::session& owner, const guarded& where, const std::string& house) {
  const auto columns = owner.run(
      "select a.attname, case when a.attname = $2 then quote_literal($3)"
      " when t.typcategory = 'A' then quote_literal('{}')"
      " when t.typname in ('json', 'jsonb') then quote_literal('{}')"
      " when t.typname = 'tsvector' then quote_literal('')"
      " when t.typcategory = 'S' then quote_literal($3 || ' ' || a.attname)"
      " when t.typcategory = 'N' then ascii(right($3, 1))::text"
      " when t.typcategory = 'B' then 'false'"
      " when t.typcategory = 'D' then 'now()'"
      " when t.typcategory = 'T' then quote_literal('1 day')"
      " when t.typname = 'bytea' then quote_literal('')"
      " else quote_literal('') end || '::' || format_type(a.atttypid, a.atttypmod)"
      " from pg_attribute a join pg_type t on t.oid = a.atttypid"
      " where a.attrelid = ('public.' || quote_ident($1))::regclass and a.attnum > 0"
      " and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''"
      " and (a.attnotnull or a.attname = $2) order by a.attnum",
      {where.table, where.column, house});
  REQUIRE(columns);
  std::string names;
  std::string values;
  for (std::size_t i = 0; i < columns->size(); ++i) {
    names += (i ? ", " : "") + owner.quote_name(columns->text(i, 0));
    values += (i ? ", " : "") + columns->text(i, 1);
  }
  return "insert into " + owner.quote_name(where.table) + " (" + names + ") values (" + values +
         ")";
}

// What keeps made-up rows out, and what would follow from them: references, checks and triggers.
void accept_any_row(pg::session& owner) {
  run(owner,
      "do $$ declare each record; begin"
      " for each in select conrelid::regclass as owner, conname from pg_constraint"
      " where contype = 'c' and connamespace = 'public'::regnamespace and conrelid <> 0 loop"
      " execute format('alter table %s drop constraint %I', each.owner, each.conname);"
      " end loop; end $$");
  run(owner, "set session_replication_role = replica");
}

bool refused(pg::session& app, const std::string& sql) {
  run(app, "begin");
  const auto got = app.run(sql);
  run(app, "rollback");
  return !got && got.error().code == fault_code::forbidden;
}

std::string one(pg::session& app, const std::string& sql) {
  return run(app, sql).text(0, 0);
}

}  // namespace

TEST_CASE("whatever table an application asks, another tenant's rows are out of its reach",
          "[db]") {
  scratch_database scratch;
  auto owner = scratch.owner_session();
  const auto tables = guarded_tables(owner);
  REQUIRE(tables.size() > 40);
  accept_any_row(owner);
  for (const auto& each : tables)
    for (const auto* house : {"house-a", "house-b"})
      run(owner, row_of(owner, each, house));

  auto app = scratch.app_session();
  for (const auto& each : tables) {
    INFO(each.table);
    const auto table = app.quote_name(each.table);
    const auto theirs = each.column + " = 'house-b'";
    run(app, "select set_config('stoa.establishment', 'house-a', false)");
    CHECK(one(app, "select string_agg(" + each.column + ", ',') from " + table) == "house-a");
    // As long as it may change rows of its own, it changes none of theirs.
    for (const auto& wish :
         {"update " + table + " set " + each.column + " = 'house-a' where " + theirs,
          "delete from " + table + " where " + theirs}) {
      run(app, "begin");
      const auto got = app.run("with hit as (" + wish + " returning 1) select count(*) from hit");
      if (got)
        CHECK(got->cell(0, 0) == "0");
      else
        CHECK(got.error().code == fault_code::forbidden);
      run(app, "rollback");
    }
    CHECK(refused(app, row_of(owner, each, "house-b")));
    run(app, "select set_config('stoa.establishment', '', false)");
    CHECK(one(app, "select count(*) from " + table) == "0");
    run(app, "select set_config('stoa.establishment', '*', false)");
    CHECK(one(app, "select count(*) from " + table) == "2");
  }
}

TEST_CASE("every table has the one policy that all have", "[db]") {
  scratch_database scratch;
  auto owner = scratch.owner_session();
  for (const auto& each : guarded_tables(owner)) {
    INFO(each.table);
    const auto policy = owner.run(
        "select qual, with_check, permissive, cmd, roles::text from pg_policies"
        " where schemaname = 'public' and tablename = $1",
        {each.table});
    REQUIRE(policy);
    REQUIRE(policy->size() == 1);
    const auto rule = "((" + each.column +
                      " = current_setting('stoa.establishment'::text, true)) OR"
                      " (current_setting('stoa.establishment'::text, true) = '*'::text))";
    CHECK(policy->cell(0, 0) == rule);
    CHECK(policy->cell(0, 1) == rule);
    CHECK(policy->cell(0, 2) == "PERMISSIVE");
    CHECK(policy->cell(0, 3) == "ALL");
    CHECK(policy->cell(0, 4) == "{public}");
  }
}
