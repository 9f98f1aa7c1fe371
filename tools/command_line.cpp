#include "tools/commands.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace stoa {

setting_options::setting_options(CLI::App& to) {
  to.add_option("--config", file_, "file with settings")->envname("STOA_CONFIG");
  for (const auto& key : all_keys()) {
    std::string name{key.name};
    auto flag = name;
    std::replace(flag.begin(), flag.end(), '_', '-');
    std::string meaning{key.meaning};
    if (key.flag) {
      to.add_flag_callback(
          "--" + flag, [this, name] { given_.emplace_back(name, "yes"); }, meaning);
      to.add_flag_callback(
          "--no-" + flag, [this, name] { given_.emplace_back(name, "no"); }, "the opposite");
      continue;
    }
    auto take = [this, name](const std::vector<std::string>& texts) {
      for (const auto& text : texts)
        given_.emplace_back(name, text);
    };
    auto* option = to.add_option_function<std::vector<std::string>>("--" + flag, take, meaning)
                       ->type_name(std::string{key.unit})
                       ->take_all()
                       ->allow_extra_args(false);
    if (!key.list)
      option->expected(1)->take_last();
  }
}

outcome<loaded_settings> setting_options::load() const {
  std::filesystem::path file = file_;
  if (file.empty() && std::filesystem::exists("/etc/stoa/stoa.conf"))
    file = "/etc/stoa/stoa.conf";
  return load_settings({.file = file, .environment = process_environment(), .flags = given_});
}

int tell(const fault& why) {
  std::cerr << "stoa: " << why.text << '\n';
  for (const auto& each : why.complaints)
    std::cerr << "  " << each.path << ": " << each.message << '\n';
  if (!why.cause.empty())
    std::cerr << "  (" << why.cause << ")\n";
  return 1;
}

}  // namespace stoa
