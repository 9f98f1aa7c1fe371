#include "schema/decimal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace stoa {

namespace {

std::string_view take_digits(std::string_view& text) {
  const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto out = text.substr(0, end);
  text.remove_prefix(end);
  return out;
}

}  // namespace

decimal_fault normalise_decimal(std::string_view text, unsigned precision, unsigned scale,
                                std::string& out) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  auto whole = take_digits(text);
  std::string_view part;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    part = take_digits(text);
    if (part.empty())
      return decimal_fault::not_a_number;
  }
  if (whole.empty() || !text.empty())
    return decimal_fault::not_a_number;
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  part = part.substr(0, part.find_last_not_of('0') + 1);
  if (part.size() > scale)
    return decimal_fault::too_fine;
  if (whole.size() > precision - scale)
    return decimal_fault::too_large;
  const bool zero = whole.empty() && part.empty();
  out.assign(negative && !zero ? "-" : "");
  out.append(whole.empty() ? std::string_view{"0"} : whole);
  if (scale > 0) {
    out.push_back('.');
    out.append(part);
    out.append(scale - part.size(), '0');
  }
  return decimal_fault::none;
}

decimal_fault normalise_decimal(double number, unsigned precision, unsigned scale,
                                std::string& out) {
  if (!std::isfinite(number))
    return decimal_fault::not_a_number;
  if (std::abs(number) >= std::pow(10.0, precision - scale))
    return decimal_fault::too_large;
  // Through the shortest spelling, so that 1.005 rounds as it reads (1.01) and not as it is stored.
  auto digits = fmt::format("{}", std::abs(number));
  if (digits.find('e') != std::string::npos)
    digits = fmt::format("{:.17f}", std::abs(number));
  auto point = digits.find('.');
  if (point != std::string::npos && digits.size() - point - 1 > scale) {
    bool carry = digits[point + 1 + scale] >= '5';
    digits.resize(point + 1 + scale);
    digits.erase(point, 1);
    for (auto digit = digits.rbegin(); carry && digit != digits.rend(); ++digit) {
      carry = *digit == '9';
      *digit = carry ? '0' : static_cast<char>(*digit + 1);
    }
    if (carry) {
      digits.insert(0, "1");
      ++point;
    }
    if (scale > 0)
      digits.insert(point, ".");
  }
  if (number < 0)
    digits.insert(0, "-");
  return normalise_decimal(std::string_view{digits}, precision, scale, out);
}

int compare_decimals(std::string_view a, std::string_view b) noexcept {
  const bool a_negative = !a.empty() && a.front() == '-';
  const bool b_negative = !b.empty() && b.front() == '-';
  if (a_negative != b_negative)
    return a_negative ? -1 : 1;
  const int larger = a_negative ? -1 : 1;
  if (a.size() != b.size())
    return a.size() < b.size() ? -larger : larger;
  const int order = a.compare(b);
  return order == 0 ? 0 : (order < 0 ? -larger : larger);
}

}  // namespace stoa
