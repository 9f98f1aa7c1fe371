#include "net/file_store.hpp"
#include "persistence/bootstrap.hpp"
#include "persistence/migrate.hpp"
#include "persistence/pg/session.hpp"
#include "persistence/postgres_programs.hpp"
#include "persistence/process.hpp"
#include "tools/backup/files.hpp"
#include "tools/backup/manifest.hpp"
#include "tools/commands.hpp"
#include "tools/database_at_hand.hpp"
#include "tools/waiting_mail.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
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
constexpr const char* key_name = "secret.key";  // as in the data folder
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

// The database as of one moment, seen by pg_dump and by us.
outcome<std::string> open_snapshot(pg::session& owner, backup_manifest& into) {
  auto begun = owner.run("begin isolation level repeatable read read only");
  if (!begun)
    return std::move(begun).error();
  auto named = owner.run(
      "select pg_export_snapshot(), to_char(now() at time zone 'UTC',"
      " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
      " set_config('stoa.establishment', '*', true)",
      {});
  if (!named)
    return std::move(named).error();
  into.made_at = named->text(0, 1);
  return named->text(0, 0);
}

// Tokens that were given out hold after a restore: their key goes along where it is ours to keep.
outcome<void> save_key(const settings& set, const fs::path& data, const fs::path& into,
                       backup_manifest& manifest) {
  std::error_code failed;
  if (!set.secret_key.empty() || !fs::exists(data / key_name, failed)) {
    manifest.left_out.emplace_back("secret_key: the settings have it, or no token was ever signed");
    return {};
  }
  fs::copy_file(data / key_name, into / key_name, failed);
  if (failed)
    return fail(fault_code::unavailable, "cannot copy the key of tokens", failed.message());
  fs::permissions(into / key_name, fs::perms::owner_read | fs::perms::owner_write, failed);
  auto entry = entry_of(into, key_name);
  if (!entry)
    return std::move(entry).error();
  manifest.entries.push_back(std::move(*entry));
  return {};
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
  auto owner = pg::session::open(database->owner());
  if (!owner)
    return std::move(owner).error();
  backup_manifest manifest;
  manifest.program = STOA_VERSION;
  manifest.left_out = {"settings: their file, flags and environment",
                       "fronts, certificates of TLS and logs"};
  auto snapshot = open_snapshot(*owner, manifest);
  if (!snapshot)
    return std::move(snapshot).error();
  if (auto done =
          run_tool(set, "pg_dump",
                   {"--format=custom", "--no-owner", "--snapshot=" + *snapshot,
                    "--file=" + (into / dump_name).string(), "--dbname=" + database->owner()},
                   into / "pg_dump.log");
      !done)
    return done;
  auto dump = entry_of(into, dump_name);
  if (!dump)
    return std::move(dump).error();
  manifest.entries.push_back(std::move(*dump));
  const auto data = set.data.empty() ? default_data_folder() : set.data;
  if (auto saved = save_files(*owner, file_places_of(set, data), into, manifest); !saved)
    return saved;
  if (auto saved = save_key(set, data, into, manifest); !saved)
    return saved;
  if (auto written = write_manifest(into, manifest); !written)
    return written;
  std::cout << "the backup in " << into.string() << " is of " << manifest.made_at
            << ": the database and " << manifest.entries.size() - 1 << " other files; not in it:\n";
  for (const auto& each : manifest.left_out)
    std::cout << "  " << each << '\n';
  for (const auto& each : manifest.missing)
    std::cout << "  " << each << ": the database names it, but it is not there\n";
  return {};
}

// -- restoring ------------------------------------------------------------------------

enum class restored { everything, database_alone };

// A backup of the time before manifests has the database and nothing else.
outcome<backup_manifest> manifest_of(const fs::path& from, restored how) {
  auto manifest = read_manifest(from);
  if (manifest || manifest.error().code != fault_code::not_found)
    return manifest;
  if (!fs::exists(from / dump_name))
    return fail(fault_code::not_found, "there is no backup in " + from.string() +
                                           ", or it was not finished: it has no " + manifest_name);
  if (how == restored::everything)
    return fail(fault_code::not_found,
                from.string() + " has no " + manifest_name +
                    ": it was not finished, or an older version made it, which left out files and"
                    " keys; --database-alone restores its database without them");
  return backup_manifest{};
}

outcome<void> restore_key(const fs::path& from, const backup_manifest& what, const fs::path& data) {
  const bool is_there = std::any_of(what.entries.begin(), what.entries.end(),
                                    [](const backup_entry& each) { return each.path == key_name; });
  if (!is_there)
    return {};
  std::error_code failed;
  fs::create_directories(data, failed);
  if (fs::exists(data / key_name, failed)) {
    const auto mine = entry_of(data, key_name);
    const auto theirs = entry_of(from, key_name);
    if (mine && theirs && mine->sha256 == theirs->sha256)
      return {};
    return fail(fault_code::conflict,
                (data / key_name).string() + " is another key; move it away first");
  }
  fs::copy_file(from / key_name, data / key_name, failed);
  if (!failed)
    fs::permissions(data / key_name, fs::perms::owner_read | fs::perms::owner_write, failed);
  if (failed)
    return fail(fault_code::unavailable, "cannot write the key of tokens", failed.message());
  return {};
}

outcome<void> restore(const settings& set, const fs::path& from, waiting_mail mails, restored how) {
  // Before anything is touched: half a backup restores nothing.
  auto manifest = manifest_of(from, how);
  if (!manifest)
    return std::move(manifest).error();
  const auto dump = from / dump_name;
  std::unique_ptr<embedded_postgres> own;
  auto owner = set.database_url;
  auto application = set.app_database_url;
  const auto data = set.data.empty() ? default_data_folder() : set.data;
  if (owner.empty()) {
    auto started = embedded_postgres::start({.data_dir = data, .programs = set.postgres_programs});
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
  // Files first: without their rows nobody sees them, and a restore that ends here is done again.
  std::size_t files = 0;
  if (how == restored::everything) {
    if (auto key = restore_key(from, *manifest, data); !key)
      return key;
    auto brought = restore_files(from, *manifest, file_places_of(set, data));
    if (!brought)
      return std::move(brought).error();
    files = *brought;
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
  if (how == restored::everything)
    std::cout << "restored from " << from.string() << ", as of " << manifest->made_at << ", with "
              << files << " files that people sent\n";
  else
    std::cout << "restored the database from " << dump.string()
              << "; files that people sent and keys are left out\n";
  for (const auto& each : manifest->missing)
    std::cout << "  " << each << " was not in the backup\n";
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
                     "writes the database, files that people sent and the key of tokens into a new"
                     " folder, also while a server runs",
                     backup);
  auto keeps_mail = std::make_shared<bool>(false);
  auto database_alone = std::make_shared<bool>(false);
  auto* command = add_folder_command(
      to, what, "restore", "fills an empty database, and the place of files, from such a folder",
      [keeps_mail, database_alone](const settings& set, const fs::path& from) {
        return restore(set, from, *keeps_mail ? waiting_mail::is_kept : waiting_mail::is_dead,
                       *database_alone ? restored::database_alone : restored::everything);
      });
  command->add_flag("--keep-mail", *keeps_mail,
                    "mails that waited are sent when a server runs; else they are dead");
  command->add_flag("--database-alone", *database_alone,
                    "restore no files and no key, as from a backup of an older version");
}

}  // namespace stoa
