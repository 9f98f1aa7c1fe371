#include "persistence/bootstrap.hpp"

#include "persistence/migrate.hpp"
#include "persistence/pg/pooler.hpp"

#include <fmt/format.h>

namespace stoa {

outcome<void> make_app_role(pg::session& owner, app_login how) {
  auto found = owner.run("select 1 from pg_roles where rolname = $1", {app_role});
  if (!found)
    return std::move(found).error();
  if (found->size() == 0) {
    // Roles belong to the whole cluster: a server of another database may be doing the same.
    auto made = owner.run(
        fmt::format("do $$ begin create role {} nosuperuser nobypassrls nocreatedb nocreaterole {};"
                    " exception when duplicate_object or unique_violation then null; end $$",
                    app_role, how == app_login::by_itself ? "login" : "nologin"));
    if (!made)
      return fail(fault_code::forbidden,
                  "the database's user may not create the role stoa_app; create it and grant it to "
                  "that user, or set STOA_APP_DATABASE_URL",
                  made.error().cause);
  }
  if (how == app_login::by_itself)
    return {};
  auto member = owner.run("select pg_has_role(current_user, $1, 'member')", {app_role});
  if (!member)
    return std::move(member).error();
  if (member->text(0, 0) == "t")
    return {};
  if (auto granted = owner.run(fmt::format("grant {} to current_user", app_role)); !granted)
    return fail(fault_code::forbidden,
                "the database's user is no member of the role stoa_app; grant it, or set "
                "STOA_APP_DATABASE_URL",
                granted.error().cause);
  return {};
}

outcome<void> grant_to(pg::session& owner, const std::string& role) {
  auto name = owner.quote_name(role);
  auto done = owner.run(
      fmt::format("begin;"
                  "grant usage on schema public to {0};"
                  "grant select, insert, update, delete on all tables in schema public to {0};"
                  "grant usage, select on all sequences in schema public to {0};"
                  "revoke insert, update, delete on stoa_migrations from {0};"
                  // The audit log grows; only its own trigger moves its end.
                  "do $$ begin if to_regclass('public.audit_entries') is not null then"
                  " revoke update, delete on audit_entries from {0};"
                  " revoke insert, update, delete on audit_heads from {0};"
                  " end if; end $$;"
                  "commit",
                  name));
  if (done)
    return {};
  auto why = std::move(done).error();
  if (auto undone = owner.run("rollback"); !undone)
    why.cause += "; " + undone.error().cause;
  return why;
}

outcome<void> check_app_role(pg::session& application) {
  auto seen = application.run(
      "select current_user, rolsuper, rolbypassrls, exists(select from pg_class"
      " where relowner = r.oid and relkind in ('r', 'p') and relnamespace = 'public'::regnamespace)"
      " from pg_roles r where rolname = current_user",
      {});
  if (!seen)
    return std::move(seen).error();
  auto refuse = [&](const char* why) {
    return fail(fault_code::forbidden,
                fmt::format("the application's database user {} {}, so row-level security would "
                            "not hold it; give it a role that does not",
                            seen->text(0, 0), why));
  };
  if (seen->text(0, 1) == "t")
    return refuse("is a superuser");
  if (seen->text(0, 2) == "t")
    return refuse("has BYPASSRLS");
  if (seen->text(0, 3) == "t")
    return refuse("owns tables");
  return {};
}

outcome<std::string> prepare_database(const std::string& owner, const std::string& application) {
  // The lock of the migrations belongs to a session as well.
  if (auto own = pg::refuse_shared_sessions(owner); !own)
    return std::move(own).error();
  auto session = pg::session::open(owner);
  if (!session)
    return std::move(session).error();
  auto serving = application;
  if (serving.empty()) {
    if (auto made = make_app_role(*session, app_login::through_owner); !made)
      return std::move(made).error();
    // A role in `options` is set by the server before it takes a statement.
    auto options = pg::keyword(owner, "options");
    if (!options)
      return std::move(options).error();
    auto became =
        pg::with_keywords(owner, {{"options", options->value_or("") + " -c role=" + app_role}});
    if (!became)
      return std::move(became).error();
    serving = *became;
  }
  if (auto migrated = migrate_up(*session, embedded_migrations()); !migrated)
    return std::move(migrated).error();
  if (auto own = pg::refuse_shared_sessions(serving); !own)
    return std::move(own).error();
  auto served = pg::session::open(serving);
  if (!served)
    return std::move(served).error();
  auto who = served->run("select current_user", {});
  if (!who)
    return std::move(who).error();
  if (auto checked = check_app_role(*served); !checked)
    return std::move(checked).error();
  if (auto granted = grant_to(*session, who->text(0, 0)); !granted)
    return std::move(granted).error();
  return serving;
}

}  // namespace stoa
