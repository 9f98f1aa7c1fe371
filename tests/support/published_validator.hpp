#pragma once

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

namespace stoa::testing {

/// What a published validator says of a text; empty when it finds nothing. `kind` is a word that
/// tests/documents/validate.mjs knows, `name` one for the file that the text is handed over in.
[[nodiscard]] inline std::string complaints(const std::string& kind, const std::string& name,
                                            const std::string& text) {
  const std::string modules = "build/validators";
  if (!std::ifstream{modules + "/installed.json"})
    return "the validators are not installed; run tools/setup/validators.sh (it needs npm)";
  const auto file = modules + "/" + name + ".json";
  std::ofstream{file} << text;
  const auto command =
      "node tests/documents/validate.mjs " + modules + " " + kind + " " + file + " 2>&1";
  std::unique_ptr<FILE, int (*)(FILE*)> run{popen(command.c_str(), "r"), pclose};
  std::string said;
  std::array<char, 4096> part{};
  while (run && std::fgets(part.data(), static_cast<int>(part.size()), run.get()))
    said += part.data();
  const bool passed = run && pclose(run.release()) == 0;
  return passed ? std::string{} : "the validator refuses " + file + ":\n" + said;
}

}  // namespace stoa::testing
