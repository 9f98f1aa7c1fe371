#include "net/endpoint.hpp"
#include "net/routes/editions.hpp"
#include "schema/scope.hpp"
#include "tools/commands.hpp"
#include "tools/database_at_hand.hpp"
#include "tools/intake/importer.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include <iostream>
#include <memory>

namespace stoa {
namespace {

namespace fs = std::filesystem;

// Everything was brought in but for bad rows.
constexpr int some_are_missing = 2;

struct import_options {
  fs::path file;
  std::string establishment;
  intake::import_wishes wishes;
};

/// The establishment by its slug or id. The edition's own is founded when nobody named one.
outcome<establishment_id> settle(pg::session& database, const std::string& named) {
  const auto& home = intrasphere_edition.home;
  const auto slug = named.empty() ? std::string{home.slug} : named;
  if (auto begun = database.run("begin"); !begun)
    return std::move(begun).error();
  if (auto scoped =
          database.run("select set_config('stoa.establishment', $1, true)", {platform_scope});
      !scoped)
    return std::move(scoped).error();
  if (named.empty())
    if (auto made = database.run("insert into establishments (id, name, slug) values ($1, $2, $3)"
                                 " on conflict do nothing",
                                 {std::string{home.id}, std::string{home.name}, slug});
        !made)
      return std::move(made).error();
  auto found =
      database.run("select id from establishments where slug = $1 or id = $1 limit 1", {slug});
  if (!found)
    return std::move(found).error();
  if (found->size() == 0)
    return fail(fault_code::not_found, "no such establishment: " + slug);
  establishment_id out{found->text(0, 0)};
  if (auto kept = database.run("commit"); !kept)
    return std::move(kept).error();
  return out;
}

int import_intrasphere(const setting_options& options, const import_options& wanted) {
  if (sodium_init() < 0)
    return tell(fail(fault_code::unavailable, "no source of randomness"));
  auto loaded = options.load();
  if (!loaded)
    return tell(loaded.error());
  auto file = intake::mapped_file::open(wanted.file);
  if (!file)
    return tell(file.error());
  auto database = database_at_hand::open(loaded->values);
  if (!database)
    return tell(database.error());
  auto session = pg::session::open(database->application());
  if (!session)
    return tell(session.error());
  auto into = settle(*session, wanted.establishment);
  if (!into)
    return tell(into.error());
  auto done = intake::importer{*file, *session, *into, wanted.wishes}.run();
  if (!done)
    return tell(done.error());
  if (done->was_finished) {
    std::cout << "this file was imported before; nothing was changed\n";
    return 0;
  }
  std::cout << fmt::format("{} imported", done->imported);
  if (done->repeated > 0)
    std::cout << fmt::format(", {} were there already", done->repeated);
  if (done->skipped > 0)
    std::cout << fmt::format(", {} bad ones left out", done->skipped);
  std::cout << '\n';
  if (done->without_password > 0)
    std::cout << fmt::format(
        "without a password hash: {}, who cannot sign in before they get a new"
        " password\n",
        done->without_password);
  return done->skipped > 0 ? some_are_missing : 0;
}

}  // namespace

void add_import_command(CLI::App& to, job& what) {
  auto* import =
      to.add_subcommand("import", "brings in what other programs kept")->require_subcommand(1);
  auto* one = import->add_subcommand(
      "intrasphere",
      "the storage of an original IntraSphere as one JSON file; goes on where it was"
      " when it is started again");
  auto options = std::make_shared<setting_options>(*one);
  auto wanted = std::make_shared<import_options>();
  one->add_option("file", wanted->file, "the file")->required();
  one->add_option("--establishment", wanted->establishment,
                  "slug or id of where it goes; usually the edition's own");
  one->add_flag("--skip-bad", wanted->wishes.skip_bad,
                "reports bad rows and leaves them out instead of stopping at the first one; exit"
                " code 2 when there were some");
  one->add_flag("--keep-existing", wanted->wishes.keep_existing,
                "rows whose id is there already stay as they are");
  one->callback([&what, options, wanted] {
    what = [options, wanted] { return import_intrasphere(*options, *wanted); };
  });
}

}  // namespace stoa
