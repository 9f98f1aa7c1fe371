#include "persistence/bootstrap.hpp"
#include "persistence/embedded.hpp"
#include "persistence/migrate.hpp"
#include "tools/commands.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <functional>
#include <iostream>
#include <memory>
#include <optional>

namespace stoa {
namespace {

using work_on_database =
    std::function<outcome<void>(const std::string& owner, const std::string& app)>;

/// The database of these settings; a private one is started for as long as the work takes.
outcome<void> on_database(const setting_options& options, const work_on_database& todo) {
  auto loaded = options.load();
  if (!loaded)
    return std::move(loaded).error();
  const auto& set = loaded->values;
  if (!set.database_url.empty())
    return todo(set.database_url, set.app_database_url);
  auto own = embedded_postgres::start(
      {.data_dir = set.data, .ephemeral = set.ephemeral, .programs = set.postgres_programs});
  if (!own)
    return std::move(own).error();
  return todo((*own)->owner_connection(), (*own)->app_connection());
}

outcome<void> up(const std::string& owner, const std::string& app) {
  auto session = pg::session::open(owner);
  if (!session)
    return std::move(session).error();
  auto before = migrations_in(*session, embedded_migrations());
  if (!before)
    return std::move(before).error();
  // The grants belong to it: what was made must be usable.
  if (auto done = prepare_database(owner, app); !done)
    return std::move(done).error();
  for (const auto& each : *before)
    if (each.state == migration_state::pending)
      std::cout << fmt::format("applied {:04} {}\n", each.number, each.name);
  std::cout << "the database is up to date\n";
  return {};
}

outcome<void> down(const std::string& owner, std::uint32_t to) {
  auto session = pg::session::open(owner);
  if (!session)
    return std::move(session).error();
  auto done = migrate_down(*session, embedded_migrations(), to);
  if (!done)
    return std::move(done).error();
  for (auto number : *done)
    std::cout << fmt::format("took back {:04}\n", number);
  std::cout << fmt::format("the database is at {:04}\n", to);
  return {};
}

outcome<void> status(const std::string& owner) {
  auto session = pg::session::open(owner);
  if (!session)
    return std::move(session).error();
  auto found = migrations_in(*session, embedded_migrations());
  if (!found)
    return std::move(found).error();
  for (const auto& each : *found)
    std::cout << fmt::format("{:04} {:<24} {:<8} {}\n", each.number, each.name, name_of(each.state),
                             each.applied_at);
  return {};
}

int exit_code(const outcome<void>& done) {
  return done ? 0 : tell(done.error());
}

}  // namespace

void add_migrate_command(CLI::App& to, job& what) {
  auto* migrate = to.add_subcommand("migrate", "the database's tables")->require_subcommand(1);

  auto* upward = migrate->add_subcommand("up", "apply what is pending (serve does so by itself)");
  auto for_up = std::make_shared<setting_options>(*upward);
  upward->callback(
      [&what, for_up] { what = [for_up] { return exit_code(on_database(*for_up, up)); }; });

  auto* downward = migrate->add_subcommand("down", "take back every migration above a number");
  auto for_down = std::make_shared<setting_options>(*downward);
  auto number = std::make_shared<std::uint32_t>(0);
  downward->add_option("to", *number, "the last one that stays; 0 for none: all data is lost")
      ->required();
  downward->callback([&what, for_down, number] {
    what = [for_down, number] {
      return exit_code(on_database(
          *for_down, [number](const auto& owner, const auto&) { return down(owner, *number); }));
    };
  });

  auto* state = migrate->add_subcommand("status", "say what is applied and what is pending");
  auto for_status = std::make_shared<setting_options>(*state);
  state->callback([&what, for_status] {
    what = [for_status] {
      return exit_code(
          on_database(*for_status, [](const auto& owner, const auto&) { return status(owner); }));
    };
  });
}

}  // namespace stoa
