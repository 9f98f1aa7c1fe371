#include "net/router_table.hpp"
#include "tools/commands.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace stoa {

void add_routes_command(CLI::App& to, job& what) {
  to.add_subcommand("routes", "Prints every address of every edition, and who may call it")
      ->callback([&what] {
        what = [] {
          const auto tables = route_tables();
          if (!tables)
            return tell(tables.error());
          std::cout << *tables;
          return 0;
        };
      });
}

}  // namespace stoa
