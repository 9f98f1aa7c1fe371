#include "tools/commands.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

int main(int argc, char** argv) {
  CLI::App app{"Stoa: where an organisation learns and works together", "stoa"};
  app.set_version_flag("--version", STOA_VERSION);
  app.require_subcommand(1);
  stoa::job what;
  stoa::add_serve_command(app, what);
  stoa::add_migrate_command(app, what);
  stoa::add_config_command(app, what);
  stoa::add_seed_command(app, what);
  CLI11_PARSE(app, argc, argv);
  try {
    return what();
  } catch (const std::exception& why) {
    std::cerr << "stoa: " << why.what() << '\n';
    return 1;
  }
}
