#pragma once

#include <string>
#include <string_view>

namespace stoa::testing {

/// The text of a PDF file as poppler's `pdftotext` reads it, blanks and line ends made one blank.
[[nodiscard]] std::string text_of_pdf(std::string_view bytes);

}  // namespace stoa::testing
