#include "tests/support/pdf.hpp"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace stoa::testing {

std::string text_of_pdf(std::string_view bytes) {
  auto file = (std::filesystem::temp_directory_path() / "stoa-pdf-XXXXXX").string();
  const int handle = mkstemp(file.data());
  if (handle < 0)
    throw std::runtime_error("no temporary file");
  ::close(handle);
  std::ofstream{file, std::ios::binary} << bytes;
  const auto command = "pdftotext '" + file + "' -";
  auto* reading = popen(command.c_str(), "r");
  std::string out;
  std::array<char, 4096> piece{};
  while (reading != nullptr) {
    const auto got = fread(piece.data(), 1, piece.size(), reading);
    if (got == 0)
      break;
    for (const char c : std::string_view{piece.data(), got})
      if (c != ' ' && c != '\n' && c != '\f')
        out += c;
      else if (!out.empty() && out.back() != ' ')
        out += ' ';
  }
  const bool read = reading != nullptr && pclose(reading) == 0;
  std::filesystem::remove(file);
  if (!read)
    throw std::runtime_error("pdftotext (Debian: poppler-utils) does not read it");
  return out;
}

}  // namespace stoa::testing
