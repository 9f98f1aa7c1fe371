#include "tools/commands.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace stoa {
namespace {

int explain(const loaded_settings& loaded) {
  for (const auto& key : all_keys()) {
    auto said = loaded.sources.find(key.name);
    auto value = key.write(loaded.values);
    if (key.secret && !value.empty())
      value = "(set)";
    std::cout << fmt::format("{} = {}\n    {}; {} (from {})\n", key.name, value, key.meaning,
                             key.unit, said == loaded.sources.end() ? "default" : said->second);
  }
  return 0;
}

}  // namespace

void add_config_command(CLI::App& to, job& what) {
  auto* config = to.add_subcommand("config", "what is set, and by whom")->require_subcommand(1);

  auto* check = config->add_subcommand("check", "say whether the settings can be served with");
  auto checked = std::make_shared<setting_options>(*check);
  check->callback([&what, checked] {
    what = [checked] {
      auto loaded = checked->load();
      if (!loaded)
        return tell(loaded.error());
      std::cout << "the settings are fine\n";
      return 0;
    };
  });

  auto* tells = config->add_subcommand("explain", "print key, value, meaning, unit and source");
  auto explained = std::make_shared<setting_options>(*tells);
  auto markdown = std::make_shared<bool>(false);
  tells->add_flag("--markdown", *markdown, "print the table of config/README.md");
  tells->callback([&what, explained, markdown] {
    what = [explained, markdown] {
      if (*markdown) {
        std::cout << settings_as_markdown();
        return 0;
      }
      auto loaded = explained->load();
      return loaded ? explain(*loaded) : tell(loaded.error());
    };
  });
}

}  // namespace stoa
