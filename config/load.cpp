#include "config/load.hpp"

#include "config/trim.hpp"
#include "schema/text/byte_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <unistd.h>

namespace stoa {
namespace {

// Read by our scripts and by whoever looks for the file; no settings.
constexpr std::array<std::string_view, 2> other_prefixes{"STOA_CAF_", "STOA_FUZZ_"};
constexpr std::string_view own_prefix = "STOA_";

/// What is known so far, and what is wrong with it.
struct reading {
  loaded_settings loaded;
  std::vector<complaint> wrong;

  void set(std::string_view name, std::string_view text, const std::string& where) {
    const auto* key = find_key(name);
    if (key == nullptr) {
      auto meant = nearest_key(name);
      wrong.push_back({where, meant.empty()
                                  ? fmt::format("there is no setting {}", name)
                                  : fmt::format("there is no setting {}; is it {}?", name, meant)});
      return;
    }
    if (auto read = key->read(loaded.values, text); !read)
      wrong.push_back(
          {where, fmt::format("{}: `{}` {}", name, key->secret ? "…" : text, read.error().text)});
    else
      loaded.sources[std::string{name}] = where;
  }
};

void read_file(const std::filesystem::path& path, reading& into) {
  std::ifstream file{path};
  if (!file)
    into.wrong.push_back({path.string(), "cannot be read"});
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    auto whole = number == 1 ? without_mark(line) : outcome<std::string_view>{line};
    if (!whole) {
      into.wrong.push_back({path.string(), std::move(whole.error().text)});
      return;
    }
    auto text = trim(*whole);
    if (text.empty() || text.front() == '#')
      continue;
    auto where = fmt::format("{}:{}", path.string(), number);
    auto equals = text.find('=');
    if (equals == std::string_view::npos) {
      into.wrong.push_back({where, "is neither `key = value` nor a comment (#)"});
      continue;
    }
    auto name = trim(text.substr(0, equals));
    if (auto before = into.loaded.sources.find(name); before != into.loaded.sources.end())
      into.wrong.push_back({where, fmt::format("{} is set at {} already", name, before->second)});
    else
      into.set(name, trim(text.substr(equals + 1)), where);
  }
}

void read_environment(const settings_input& from, reading& into) {
  // What hosting companies set; ours wins where both are.
  for (const auto& [name, value] : from.environment)
    if (name == "DATABASE_URL" && !value.empty())
      into.set("database_url", value, name);
  for (const auto& [name, value] : from.environment) {
    std::string_view rest = name;
    if (!rest.starts_with(own_prefix) || rest == "STOA_CONFIG" ||
        std::any_of(other_prefixes.begin(), other_prefixes.end(),
                    [&](auto prefix) { return rest.starts_with(prefix); }))
      continue;
    rest.remove_prefix(own_prefix.size());
    std::string key{rest};
    std::transform(key.begin(), key.end(), key.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    into.set(key, value, name);
  }
}

void read_flags(const settings_input& from, reading& into) {
  std::vector<std::pair<std::string, std::string>> gathered;
  for (const auto& flag : from.flags) {
    auto same = std::find_if(gathered.begin(), gathered.end(),
                             [&](const auto& each) { return each.first == flag.first; });
    const auto* key = find_key(flag.first);
    if (same == gathered.end())
      gathered.push_back(flag);
    else if (key != nullptr && key->list)
      same->second += ", " + flag.second;
    else
      same->second = flag.second;
  }
  for (const auto& [name, value] : gathered) {
    auto flag = "--" + name;
    std::replace(flag.begin(), flag.end(), '_', '-');
    into.set(name, value, flag);
  }
}

}  // namespace

outcome<loaded_settings> load_settings(const settings_input& from) {
  reading read;
  if (!from.file.empty())
    read_file(from.file, read);
  read_environment(from, read);
  read_flags(from, read);
  if (read.loaded.values.data.empty())
    read.loaded.values.data = default_data_folder();
  if (read.wrong.empty())
    for (auto& each : check_settings(read.loaded.values)) {
      auto said = read.loaded.sources.find(each.path);
      auto where = said == read.loaded.sources.end() ? "default" : said->second;
      read.wrong.push_back({where, each.path + ": " + each.message});
    }
  if (read.wrong.empty())
    return std::move(read.loaded);
  auto why = fail(fault_code::invalid, "the settings are wrong");
  why.complaints = std::move(read.wrong);
  return why;
}

std::vector<std::pair<std::string, std::string>> process_environment() {
  std::vector<std::pair<std::string, std::string>> all;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    std::string_view text = *each;
    if (auto equals = text.find('='); equals != std::string_view::npos)
      all.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

std::string settings_as_markdown() {
  const settings defaults;
  std::string text = "| key | default | unit | meaning |\n|---|---|---|---|\n";
  for (const auto& key : all_keys()) {
    auto value = key.write(defaults);
    text += fmt::format("| `{}` | {} | {} | {} |\n", key.name,
                        value.empty() ? std::string{} : '`' + value + '`', key.unit, key.meaning);
  }
  return text;
}

}  // namespace stoa
