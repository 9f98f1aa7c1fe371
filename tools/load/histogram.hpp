#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>

namespace stoa::load {

using steady = std::chrono::steady_clock;

/// Durations by size: each power of two of microseconds in 32 steps, so a percentile is right
/// within 3 %. Fixed memory, however many are added.
class histogram {
public:
  void add(steady::duration how_long) {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(how_long).count();
    const auto x = static_cast<std::uint64_t>(micros < 0 ? 0 : micros);
    ++counts_[slot(x)];
    ++count_;
    most_ = x > most_ ? x : most_;
  }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// Milliseconds that this share (0 to 1) of the durations did not exceed; 0 when there are none.
  [[nodiscard]] double at(double share) const {
    auto left = static_cast<std::uint64_t>(static_cast<double>(count_) * share);
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] > left)
        return static_cast<double>(std::min(upper(i), most_)) / 1000.0;
      left -= counts_[i];
    }
    return most();
  }
  /// The longest in milliseconds.
  [[nodiscard]] double most() const { return static_cast<double>(most_) / 1000.0; }

private:
  static constexpr unsigned fine = 5;  // 32 steps
  static std::size_t slot(std::uint64_t x) {
    const auto width = static_cast<unsigned>(std::bit_width(x));
    if (width <= fine + 1)
      return x;
    const auto shift = width - fine - 1;
    return std::min<std::size_t>((std::size_t{shift} << fine) + (x >> shift), slots - 1);
  }
  static std::uint64_t upper(std::size_t i) {
    if (i < std::size_t{2} << fine)
      return i;
    const auto shift = (i >> fine) - 1;
    return ((i - (shift << fine) + 1) << shift) - 1;
  }

  static constexpr std::size_t slots = 32 * 40;
  std::array<std::uint64_t, slots> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t most_ = 0;
};

}  // namespace stoa::load
