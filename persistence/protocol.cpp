#include "persistence/protocol.hpp"

#include <algorithm>
#include <charconv>

namespace stoa {

std::int64_t rows::integer(std::size_t row, std::size_t column) const {
  const auto text = cell(row, column).value_or("0");
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool rows::sound() const noexcept {
  if (columns_ == 0 ? !cells_.empty() : cells_.size() % columns_ != 0)
    return false;
  return std::all_of(cells_.begin(), cells_.end(), [this](const place& at) {
    return at.length < 0 || (at.offset <= bytes_.size() &&
                             static_cast<std::size_t>(at.length) <= bytes_.size() - at.offset);
  });
}

bool violates(const fault& why, std::string_view constraint) {
  // `SQLSTATE constraint: message`, as persistence/pg/sql_state.cpp writes it
  const std::string_view cause{why.cause};
  return cause.size() > 6 + constraint.size() && cause[5] == ' ' &&
         cause.substr(6, constraint.size()) == constraint && cause[6 + constraint.size()] == ':';
}

}  // namespace stoa
