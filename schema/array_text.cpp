#include "schema/array_text.hpp"

namespace stoa {

void array_text::add(std::string_view text) {
  if (out_.size() > 1)
    out_ += ',';
  out_ += '"';
  for (;;) {
    const auto special = text.find_first_of("\"\\");
    out_.append(text, 0, special);
    if (special == std::string_view::npos)
      break;
    out_ += '\\';
    out_ += text[special];
    text.remove_prefix(special + 1);
  }
  out_ += '"';
}

void array_text::add_null() {
  out_ += out_.size() > 1 ? ",NULL" : "NULL";
}

std::string array_text::take() {
  out_ += '}';
  return std::move(out_);
}

}  // namespace stoa
