#include "tools/commands.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <string>

namespace {

/// For an option that nobody knows: the setting that was probably meant.
void suggest(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::string name = argv[i];
    name = name.substr(0, name.find('='));
    if (!name.starts_with("--"))
      continue;
    name.erase(0, 2);
    std::replace(name.begin(), name.end(), '-', '_');
    auto meant = std::string{stoa::nearest_key(name)};
    if (meant.empty() || stoa::find_key(name) != nullptr)
      continue;
    std::replace(meant.begin(), meant.end(), '_', '-');
    std::cerr << "stoa: " << argv[i] << ": is it --" << meant << "?\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Stoa: where an organisation learns and works together", "stoa"};
  app.set_version_flag("--version", STOA_VERSION);
  app.require_subcommand(1);
  stoa::job what;
  stoa::add_serve_command(app, what);
  stoa::add_migrate_command(app, what);
  stoa::add_config_command(app, what);
  stoa::add_routes_command(app, what);
  stoa::add_seed_command(app, what);
  stoa::add_user_command(app, what);
  stoa::add_backup_commands(app, what);
  stoa::add_audit_command(app, what);
  stoa::add_import_command(app, what);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ExtrasError& why) {
    suggest(argc, argv);
    return app.exit(why);
  } catch (const CLI::ParseError& why) {
    return app.exit(why);
  }
  try {
    return what();
  } catch (const std::exception& why) {
    std::cerr << "stoa: " << why.what() << '\n';
    return 1;
  }
}
