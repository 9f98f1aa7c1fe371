#include "persistence/bootstrap.hpp"
#include "persistence/migrate.hpp"
#include "persistence/pg/session.hpp"
#include "persistence/postgres_programs.hpp"
#include "persistence/process.hpp"
#include "tools/commands.hpp"
#include "tools/database_at_hand.hpp"
#include "tools/waiting_mail.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <unistd.h>

namespace stoa {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* dump_name = "stoa.dump";
constexpr auto patience = 6h;

/// Runs pg_dump or pg_restore; what it says when it fails is the cause.
outcome<void> run_tool(const settings& set, const char* tool, std::vector<std::string> arguments,
                       const fs::path& log) {
  auto programs = find_postgres(set.postgres_programs, {});
  if (!programs)
    return std::move(programs).error();
  arguments.insert(arguments.begin(), (*programs / tool).string());
  child what;
  what.arguments = std::move(arguments);
  what.output = log;
  auto done = run_child(what, patience);
  std::error_code ignored;
  fs::remove(log, ignored);
  return done;
}

outcome<void> backup(const settings& set, const fs::path& into) {
  std::error_code failed;
  if (fs::exists(into, failed) && !fs::is_empty(into, failed))
    return fail(fault_code::conflict, into.string() + " is not empty: a backup overwrites nothing");
  auto database = database_at_hand::open(set);
  if (!database)
    return std::move(database).error();
  fs::create_directories(into, failed);
  if (failed)
    return fail(fault_code::unavailable, "cannot make " + into.string(), failed.message());
  // Whoever reads it reads everything.
  fs::permissions(into, fs::perms::owner_all, failed);
  // Under another name until it is whole: half a backup must not look like one.
  const auto half = into / "unfinished";
  auto done = run_tool(
      set, "pg_dump",
      {"--format=custom", "--no-owner", "--file=" + half.string(), "--dbname=" + database->owner()},
      into / "pg_dump.log");
  if (!done) {
    fs::remove(half, failed);
    return done;
  }
  fs::rename(half, into / dump_name, failed);
  if (failed)
    return fail(fault_code::unavailable, "cannot finish " + (into / dump_name).string(),
                failed.message());
  std::cout << "the database is in " << (into / dump_name).string() << '\n';
  return {};
}

outcome<void> restore(const settings& set, const fs::path& from, waiting_mail mails) {
  const auto dump = from / dump_name;
  if (!fs::exists(dump))
    return fail(fault_code::not_found, "there is no " + dump.string());
  std::unique_ptr<embedded_postgres> own;
  auto owner = set.database_url;
  auto application = set.app_database_url;
  if (owner.empty()) {
    auto started =
        embedded_postgres::start({.data_dir = set.data.empty() ? default_data_folder() : set.data,
                                  .programs = set.postgres_programs});
    if (!started)
      return std::move(started).error();
    own = std::move(*started);
    owner = own->owner_connection();
    application = own->app_connection();
  }
  {
    auto session = pg::session::open(owner);
    if (!session)
      return std::move(session).error();
    auto found = session->run("select count(*) from pg_tables where schemaname = 'public'", {});
    if (!found)
      return std::move(found).error();
    if (found->text(0, 0) != "0")
      return fail(fault_code::conflict,
                  "the database is not empty: a backup is only restored into an empty one");
    // The backup's grants name this role.
    if (auto made = make_app_role(*session, own ? app_login::by_itself : app_login::through_owner);
        !made)
      return made;
  }
  auto done = run_tool(
      set, "pg_restore",
      {"--no-owner", "--exit-on-error", "--single-transaction", "--dbname=" + owner, dump.string()},
      fs::temp_directory_path() / ("stoa-restore-" + std::to_string(::getpid()) + ".log"));
  if (!done)
    return done;
  // A newer program than the one that made the backup has more migrations.
  if (auto ready = prepare_database(owner, application); !ready)
    return std::move(ready).error();
  std::cout << "restored from " << dump.string() << '\n';
  return settle_waiting_mail(owner, mails);
}

using folder_action = std::function<outcome<void>(const settings&, const fs::path&)>;

CLI::App* add_folder_command(CLI::App& to, job& what, const char* name, const char* meaning,
                             folder_action run) {
  auto* command = to.add_subcommand(name, meaning);
  auto options = std::make_shared<setting_options>(*command);
  auto folder = std::make_shared<fs::path>();
  command->add_option("folder", *folder, "of the backup")->required();
  command->callback([&what, options, folder, run] {
    what = [options, folder, run] {
      auto loaded = options->load();
      if (!loaded)
        return tell(loaded.error());
      const auto done = run(loaded->values, fs::absolute(*folder));
      return done ? 0 : tell(done.error());
    };
  });
  return command;
}

}  // namespace

void add_backup_commands(CLI::App& to, job& what) {
  add_folder_command(to, what, "backup",
                     "writes the whole database into a new folder, also while a server runs",
                     backup);
  auto keeps_mail = std::make_shared<bool>(false);
  add_folder_command(to, what, "restore", "fills an empty database from such a folder",
                     [keeps_mail](const settings& set, const fs::path& from) {
                       return restore(set, from,
                                      *keeps_mail ? waiting_mail::is_kept : waiting_mail::is_dead);
                     })
      ->add_flag("--keep-mail", *keeps_mail,
                 "mails that waited are sent when a server runs; else they are dead");
}

}  // namespace stoa
