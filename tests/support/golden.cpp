#include "tests/support/golden.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace stoa::testing {

namespace {

std::string line_of(std::string_view text, std::size_t at) {
  const auto begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  return std::string{text.substr(begin, std::min(text.find('\n', at), text.size()) - begin)};
}

}  // namespace

std::string kept_difference(std::string_view path, std::string_view text) {
  const std::filesystem::path where{path};
  std::ifstream file{where, std::ios::binary};
  std::ostringstream read;
  read << file.rdbuf();
  const auto kept = read.str();
  if (file && kept == text)
    return {};
  if (const char* renew = std::getenv("STOA_RENEW_GOLDEN");
      renew && std::string_view{renew} == "1") {
    if (where.has_parent_path())
      std::filesystem::create_directories(where.parent_path());
    std::ofstream out{where, std::ios::binary};
    out << text;
    return out.flush() ? where.string() + " was written anew; look at the difference and run again"
                       : where.string() + " cannot be written";
  }
  const auto how = "; if the change is meant: STOA_RENEW_GOLDEN=1, the same test, and review";
  if (!file)
    return where.string() + " is missing" + how;
  std::size_t at = 0;
  while (at < kept.size() && at < text.size() && kept[at] == text[at])
    ++at;
  return where.string() + " differs\n  kept: " + line_of(kept, at) +
         "\n  made: " + line_of(text, at) + '\n' + how;
}

std::string golden_difference(std::string_view name, std::string_view text) {
  return kept_difference("tests/golden/" + std::string{name}, text);
}

}  // namespace stoa::testing
