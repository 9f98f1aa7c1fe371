#include "persistence/audit_chain.hpp"
#include "persistence/pg/session.hpp"
#include "schema/scope.hpp"
#include "tools/commands.hpp"
#include "tools/database_at_hand.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <string>

namespace stoa {
namespace {

/// One of the logs: of an establishment, or of the platform ("*").
struct audit_log {
  std::string establishment;
  audit_end end;
};

// Logs of which only entries, or only the end, are left are logs too.
outcome<std::vector<audit_log>> logs_in(pg::session& database, const std::string& only) {
  auto found = database.run(
      "select l.id, coalesce(h.seq, 0), coalesce(h.hash, '')"
      " from (select establishment_id as id from audit_heads"
      "       union select distinct establishment_id from audit_entries) l"
      " left join audit_heads h on h.establishment_id = l.id"
      " where $1 = '' or l.id = $1"
      " or l.id = (select e.id from establishments e where e.slug = $1) order by 1",
      {only});
  if (!found)
    return std::move(found).error();
  std::vector<audit_log> out;
  for (std::size_t i = 0; i < found->size(); ++i)
    out.push_back({found->text(i, 0), {number_in(found->text(i, 1)), found->text(i, 2)}});
  return out;
}

outcome<std::vector<audit_link>> entries_after(pg::session& database, const std::string& of,
                                               std::int64_t seq) {
  constexpr auto* sql =
      "select seq, (extract(epoch from at) * 1000000)::bigint, actor_id, actor_name, action,"
      " subject_kind, subject_id, details::text, address, previous_hash, hash from audit_entries"
      " where establishment_id = $1 and seq > $2::bigint order by seq limit 1000";
  auto found = database.run(sql, {of, std::to_string(seq)});
  if (!found)
    return std::move(found).error();
  std::vector<audit_link> out(found->size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    auto& to = out[i];
    to.establishment = of;
    to.seq = number_in(found->text(i, 0));
    to.at = number_in(found->text(i, 1));
    to.actor = found->cell(i, 2);
    to.actor_name = found->cell(i, 3);
    to.action = found->text(i, 4);
    to.kind = found->cell(i, 5);
    to.subject = found->cell(i, 6);
    to.details = found->text(i, 7);
    to.address = found->cell(i, 8);
    to.previous = found->text(i, 9);
    to.hash = found->text(i, 10);
  }
  return out;
}

/// Follows one log; prints what came of it and answers whether it is sound.
outcome<bool> verify(pg::session& database, const audit_log& log) {
  audit_check check{log.end};
  std::optional<audit_break> broken;
  for (;;) {
    // From the first number there may be: one below 1 would otherwise be skipped.
    const auto after =
        check.checked() == 0 ? std::numeric_limits<std::int64_t>::min() : check.checked();
    auto part = entries_after(database, log.establishment, after);
    if (!part)
      return std::move(part).error();
    for (const auto& each : *part)
      if (!broken)
        broken = check.next(each);
    if (broken || part->empty())
      break;
  }
  if (!broken)
    broken = check.finish();
  if (broken)
    std::cout << fmt::format("{}: {} entries are sound, then entry {} is {}\n", log.establishment,
                             check.checked(), broken->seq, name_of(broken->what));
  else
    std::cout << fmt::format("{}: {} entries, all sound; the last is {}\n", log.establishment,
                             check.checked(), log.end.hash);
  return !broken;
}

outcome<bool> verify_all(const setting_options& options, const std::string& only) {
  auto loaded = options.load();
  if (!loaded)
    return std::move(loaded).error();
  auto database = database_at_hand::open(loaded->values);
  if (!database)
    return std::move(database).error();
  auto session = pg::session::open(database->application());
  if (!session)
    return std::move(session).error();
  // One moment of the database: a server may be writing meanwhile.
  if (auto begun = session->run("begin isolation level repeatable read read only"); !begun)
    return std::move(begun).error();
  if (auto scoped =
          session->run("select set_config('stoa.establishment', $1, true)", {platform_scope});
      !scoped)
    return std::move(scoped).error();
  auto logs = logs_in(*session, only);
  if (!logs)
    return std::move(logs).error();
  if (logs->empty())
    std::cout << "there are no entries\n";
  bool sound = true;
  for (const auto& each : *logs) {
    auto done = verify(*session, each);
    if (!done)
      return done;
    sound = *done && sound;
  }
  return sound;
}

}  // namespace

void add_audit_command(CLI::App& to, job& what) {
  auto* audit = to.add_subcommand("audit", "the log of sensitive actions")->require_subcommand(1);
  auto* verify = audit->add_subcommand(
      "verify", "looks for changed, missing, moved and cut-off entries; fails when there are some");
  auto options = std::make_shared<setting_options>(*verify);
  auto only = std::make_shared<std::string>();
  verify->add_option("--establishment", *only, "its id or slug, or * for the platform's own log");
  verify->callback([&what, options, only] {
    what = [options, only] {
      const auto done = verify_all(*options, *only);
      if (!done)
        return tell(done.error());
      return *done ? 0 : 1;
    };
  });
}

}  // namespace stoa
