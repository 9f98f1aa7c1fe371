#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace stoa {

/// Whom an address counts as: an IPv4 address as itself, an IPv6 address as its /64. A household or
/// a data centre has a /64 of its own: 2^64 addresses must not be 2^64 clients.
[[nodiscard]] std::string_view network_of(std::string_view address);

/// How many failed sign-ins are borne.
struct throttle_limits {
  std::uint32_t per_pair = 5;      ///< for one address and one account; 0: no limits at all
  std::uint32_t per_address = 50;  ///< for one address, whatever the account
  std::chrono::seconds window{900};
  std::size_t most = 65'536;  ///< failures, and successes, remembered; the oldest go first
};

/// Slows down whoever guesses passwords. Failures are counted for an address together with the
/// account it tries, and for the address alone: nobody elsewhere can lock another out of an account
/// by failing on purpose. Everybody behind one address shares the second, larger count; it does not
/// hold for who has signed in from there before, so that one pupil cannot lock out the school.
/// IPv6 clients count by their /64. Any thread may call it; the caller says what time it is.
class throttle {
public:
  using clock = std::chrono::steady_clock;

  explicit throttle(throttle_limits limits = {}) : limits_(limits) {}

  /// Begins an attempt: seconds to wait before the next one, or 0 to go on. An attempt counts as
  /// failed until `succeeded` or `undecided` says otherwise, so guessing in parallel gains nothing.
  [[nodiscard]] std::uint32_t enter(std::string_view address, std::string_view account,
                                    clock::time_point present);
  void failed(std::string_view address, clock::time_point present);
  void succeeded(std::string_view address, std::string_view account);
  /// The attempt was cut off (an overloaded server): it counts for nothing.
  void undecided(std::string_view address, std::string_view account);

  [[nodiscard]] const throttle_limits& limits() const noexcept { return limits_; }
  [[nodiscard]] std::size_t size() const;

private:
  struct tally {
    std::uint32_t count = 0;
    clock::time_point since;
  };
  using table = std::unordered_map<std::string, tally>;

  [[nodiscard]] std::uint32_t wait_for(const std::string& key, std::uint32_t most,
                                       clock::time_point present);
  void count(const std::string& key, clock::time_point present);
  void remember(std::string pair);

  const throttle_limits limits_;
  mutable std::mutex guard_;
  table tallies_;
  std::deque<std::pair<std::string, clock::time_point>> order_;  // by `since`, oldest first
  std::unordered_set<std::string> known_;                        // pairs that have signed in
  std::deque<std::string> known_order_;                          // oldest first
};

}  // namespace stoa
