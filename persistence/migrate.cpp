#include "persistence/migrate.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <map>

namespace stoa {
namespace {

/// Any number that nobody else uses for an advisory lock in this database: "stoa" and "migr".
constexpr std::int64_t lock_number = 0x73746f61'6d696772;

fault at_migration(const migration& what, fault why) {
  why.text = fmt::format("migration {:04} {} failed: {}", what.number, what.name, why.text);
  return why;
}

/// Holds the advisory lock while it lives. Whoever is killed loses the connection and so the lock.
class turn {
public:
  static outcome<turn> take(pg::session& database) {
    // client_connection_check_interval: if we are killed inside a long statement, PostgreSQL ends
    // it within a second rather than keep our successor waiting. The platform's establishment lets
    // a migration see every row where its role does not bypass row-level security.
    auto ready = database.run(
        fmt::format("set client_connection_check_interval = '1s'; set lock_timeout = '5min';"
                    "set stoa.establishment = '*'; select pg_advisory_lock({}); reset lock_timeout",
                    lock_number));
    if (!ready)
      return std::move(ready).error();
    return turn{database};
  }
  turn(turn&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  turn& operator=(turn&&) = delete;
  ~turn() {
    // Without an answer the connection is gone, and the lock with it.
    if (database_ != nullptr) [[maybe_unused]]
      auto done = database_->run(
          fmt::format("select pg_advisory_unlock({}); reset stoa.establishment", lock_number));
  }

private:
  explicit turn(pg::session& database) : database_(&database) {}
  pg::session* database_;
};

outcome<void> check_order(std::span<const migration> known) {
  for (std::size_t i = 1; i < known.size(); ++i)
    if (known[i].number <= known[i - 1].number)
      return fail(fault_code::invalid, fmt::format("migration {:04} stands after {:04}",
                                                   known[i].number, known[i - 1].number));
  return {};
}

/// A migration and the note about it are one transaction: both or neither.
outcome<void> in_one_transaction(pg::session& database, std::string_view sql,
                                 const std::string& note,
                                 const std::vector<std::optional<std::string>>& values) {
  auto run = [&]() -> outcome<void> {
    if (auto begun = database.run("begin"); !begun)
      return std::move(begun).error();
    if (auto done = database.run(std::string{sql}); !done)
      return std::move(done).error();
    if (!database.in_transaction())
      return fail(fault_code::invalid, "it ends its own transaction");
    if (auto noted = database.run(note, values); !noted)
      return std::move(noted).error();
    if (auto saved = database.run("commit"); !saved)
      return std::move(saved).error();
    return {};
  };
  auto done = run();
  if (!done && database.in_transaction())
    if (auto undone = database.run("rollback"); !undone)
      done.error().cause += "; " + undone.error().cause;
  return done;
}

outcome<std::vector<migration_status>> agreed_status(pg::session& database,
                                                     std::span<const migration> known) {
  auto found = migrations_in(database, known);
  if (!found)
    return found;
  std::uint32_t pending = 0;
  for (const auto& each : *found) {
    if (each.state == migration_state::changed)
      return fail(fault_code::conflict,
                  fmt::format("migration {:04} {} was applied with another text; restore the file, "
                              "or the database it belongs to",
                              each.number, each.name));
    if (each.state == migration_state::unknown)
      return fail(fault_code::conflict,
                  fmt::format("the database has migration {:04} {}, which this program does not "
                              "know; run the version that made it",
                              each.number, each.name));
    if (each.state == migration_state::pending && pending == 0)
      pending = each.number;
    if (each.state == migration_state::applied && pending != 0)
      return fail(fault_code::conflict,
                  fmt::format("migration {:04} is applied and {:04} before it is not; give the new "
                              "one a number at the end",
                              each.number, pending));
  }
  return found;
}

const migration& find(std::span<const migration> known, std::uint32_t number) {
  return *std::find_if(known.begin(), known.end(),
                       [number](const auto& each) { return each.number == number; });
}

}  // namespace

const char* name_of(migration_state state) noexcept {
  switch (state) {
    case migration_state::pending:
      return "pending";
    case migration_state::applied:
      return "applied";
    case migration_state::changed:
      return "changed";
    case migration_state::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string checksum_of(const migration& what) {
  std::array<unsigned char, crypto_generichash_BYTES> digest{};
  crypto_generichash(digest.data(), digest.size(),
                     reinterpret_cast<const unsigned char*>(what.up.data()), what.up.size(),
                     nullptr, 0);
  std::string text;
  for (auto byte : digest)
    text += fmt::format("{:02x}", byte);
  return text;
}

outcome<std::vector<migration_status>> migrations_in(pg::session& database,
                                                     std::span<const migration> known) {
  if (auto ordered = check_order(known); !ordered)
    return std::move(ordered).error();
  std::map<std::uint32_t, migration_status> merged;
  for (const auto& each : known)
    merged[each.number] = {each.number, std::string{each.name}, migration_state::pending, ""};
  auto exists = database.run("select to_regclass('public.stoa_migrations') is not null", {});
  if (!exists)
    return std::move(exists).error();
  if (exists->text(0, 0) == "t") {
    auto applied = database.run(
        "select number, name, checksum,"
        " to_char(applied_at at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
        " from public.stoa_migrations order by number",
        {});
    if (!applied)
      return std::move(applied).error();
    for (std::size_t i = 0; i < applied->size(); ++i) {
      auto number = static_cast<std::uint32_t>(std::stoul(applied->text(i, 0)));
      auto& each = merged[number];
      bool ours = each.number == number;
      bool same = ours && each.name == applied->text(i, 1) &&
                  checksum_of(find(known, number)) == applied->text(i, 2);
      auto state = !ours  ? migration_state::unknown
                   : same ? migration_state::applied
                          : migration_state::changed;
      each = {number, applied->text(i, 1), state, applied->text(i, 3)};
    }
  }
  std::vector<migration_status> all;
  for (auto& [number, each] : merged)
    all.push_back(std::move(each));
  return all;
}

outcome<std::vector<std::uint32_t>> migrate_up(pg::session& database,
                                               std::span<const migration> known) {
  auto mine = turn::take(database);
  if (!mine)
    return std::move(mine).error();
  auto table = database.run(
      "create table if not exists public.stoa_migrations (number integer primary key,"
      " name text not null, checksum text not null,"
      " applied_at timestamptz not null default now())");
  if (!table)
    return std::move(table).error();
  auto found = agreed_status(database, known);
  if (!found)
    return std::move(found).error();
  std::vector<std::uint32_t> done;
  for (const auto& each : *found) {
    if (each.state != migration_state::pending)
      continue;
    const auto& what = find(known, each.number);
    auto applied = in_one_transaction(
        database, what.up,
        "insert into public.stoa_migrations (number, name, checksum) values ($1, $2, $3)",
        {std::to_string(what.number), std::string{what.name}, checksum_of(what)});
    if (!applied)
      return at_migration(what, std::move(applied).error());
    done.push_back(what.number);
  }
  return done;
}

outcome<std::vector<std::uint32_t>> migrate_down(pg::session& database,
                                                 std::span<const migration> known,
                                                 std::uint32_t to) {
  auto mine = turn::take(database);
  if (!mine)
    return std::move(mine).error();
  auto found = agreed_status(database, known);
  if (!found)
    return std::move(found).error();
  std::vector<std::uint32_t> done;
  for (auto each = found->rbegin(); each != found->rend() && each->number > to; ++each) {
    if (each->state != migration_state::applied)
      continue;
    const auto& what = find(known, each->number);
    auto undone = in_one_transaction(database, what.down,
                                     "delete from public.stoa_migrations where number = $1",
                                     {std::to_string(what.number)});
    if (!undone)
      return at_migration(what, std::move(undone).error());
    done.push_back(what.number);
  }
  return done;
}

}  // namespace stoa
