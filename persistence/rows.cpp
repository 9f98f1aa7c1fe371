#include "persistence/protocol.hpp"

#include <charconv>

namespace stoa {

std::int64_t rows::integer(std::size_t row, std::size_t column) const {
  const auto text = cell(row, column).value_or("0");
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace stoa
