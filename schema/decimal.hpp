#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stoa {

/// Why a decimal number was refused.
enum class decimal_fault : std::uint8_t { none, not_a_number, too_large, too_fine };

/// Spells a decimal with exactly `scale` decimals ("4.5" becomes "4.50") and at most
/// `precision - scale` digits before them, or says why it cannot. Plain notation only.
[[nodiscard]] decimal_fault normalise_decimal(std::string_view text, unsigned precision,
                                              unsigned scale, std::string& out);

/// The same for a double, rounded half away from zero to `scale` decimals: a binary number seldom
/// has a short decimal spelling, so its tail is noise rather than a wish.
[[nodiscard]] decimal_fault normalise_decimal(double number, unsigned precision, unsigned scale,
                                              std::string& out);

/// The sign of `a - b` for two normalised decimals of one scale.
[[nodiscard]] int compare_decimals(std::string_view a, std::string_view b) noexcept;

/// An exact number, PostgreSQL's `numeric(Precision, Scale)`. On the wire it is a JSON string with
/// `Scale` decimals; a number is understood too.
template <unsigned Precision, unsigned Scale>
struct decimal {
  static_assert(Precision > Scale && Precision <= 38);
  std::string text = zero();  ///< always normalised

  static std::string zero() {
    std::string out;
    (void)normalise_decimal(std::string_view{"0"}, Precision, Scale, out);
    return out;
  }

  /// Nothing when the text is no decimal of this size.
  static std::optional<decimal> parse(std::string_view from) {
    decimal out;
    if (normalise_decimal(from, Precision, Scale, out.text) != decimal_fault::none)
      return std::nullopt;
    return out;
  }

  friend bool operator==(const decimal&, const decimal&) = default;
  friend std::strong_ordering operator<=>(const decimal& a, const decimal& b) noexcept {
    return compare_decimals(a.text, b.text) <=> 0;
  }
};

}  // namespace stoa
