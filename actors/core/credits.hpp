#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <unordered_map>

namespace stoa {

/// How often something may be done: `count` times in any `window`, in bursts of up to `count`.
struct rate {
  std::uint32_t count = 0;  ///< 0: no limit
  std::chrono::seconds window{60};
};

/// A token bucket: credits come back evenly over the window.
class credits {
public:
  using clock = std::chrono::steady_clock;

  /// Takes one credit. False when there is none.
  bool take(const rate& limit, clock::time_point present) {
    refill(limit, present);
    if (left_ < 1.0)
      return false;
    left_ -= 1.0;
    return true;
  }
  [[nodiscard]] std::uint32_t left() const noexcept { return static_cast<std::uint32_t>(left_); }
  /// Seconds until the next credit (at least 1 when there is none now).
  [[nodiscard]] std::uint32_t wait(const rate& limit) const noexcept {
    if (left_ >= 1.0)
      return 0;
    const double each = static_cast<double>(limit.window.count()) / limit.count;
    return std::max(1U, static_cast<std::uint32_t>((1.0 - left_) * each + 0.999));
  }

private:
  void refill(const rate& limit, clock::time_point present) {
    const auto full = static_cast<double>(limit.count);
    if (last_ == clock::time_point{}) {
      left_ = full;
    } else {
      const std::chrono::duration<double> passed = present - last_;
      left_ =
          std::min(full, left_ + passed.count() * full / static_cast<double>(limit.window.count()));
    }
    last_ = present;
  }

  double left_ = 0;
  clock::time_point last_{};
};

/// The credits of one caller, by the number of the limit.
using credit_book = std::unordered_map<std::uint32_t, credits>;

/// What came of taking one credit.
struct payment {
  bool passes = true;
  std::uint32_t left = 0;
  std::uint32_t wait = 0;  ///< seconds until the next credit, 0 when it passes
};

/// Takes one credit of a limit from a book.
[[nodiscard]] inline payment pay_from(credit_book& book, std::uint32_t number, const rate& limit,
                                      credits::clock::time_point present) {
  auto& mine = book[number];
  const bool passes = mine.take(limit, present);
  return {passes, mine.left(), passes ? 0 : mine.wait(limit)};
}

}  // namespace stoa
