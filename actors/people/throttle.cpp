#include "actors/people/throttle.hpp"

#include "schema/text/fold.hpp"

#include <algorithm>

namespace stoa {

std::string_view network_of(std::string_view address) {
  if (address.find('.') != std::string_view::npos)
    return address;
  std::size_t end = 0;
  for (int groups = 0; groups < 4; ++groups) {
    const auto colon = address.find(':', end);
    if (colon == std::string_view::npos || colon + 1 >= address.size() || address[colon + 1] == ':')
      return address.substr(0, std::min(colon, address.size()));
    end = colon + 1;
  }
  return address.substr(0, end - 1);
}

namespace {

constexpr std::size_t longest_account = 1024;  // bytes that count

// An account may be named in many ways that look the same; a guess is a guess.
std::string pair_key(std::string_view address, std::string_view account) {
  std::string out{network_of(address)};
  out += '\n';
  out += as_seen(account.substr(0, longest_account));
  return out;
}

}  // namespace

std::uint32_t throttle::enter(std::string_view address, std::string_view account,
                              clock::time_point present) {
  if (limits_.per_pair == 0)
    return 0;
  const auto pair = pair_key(address, account);
  std::lock_guard hold{guard_};
  if (!known_.contains(pair))
    if (const auto wait = wait_for(std::string{network_of(address)}, limits_.per_address, present))
      return wait;
  if (const auto wait = wait_for(pair, limits_.per_pair, present))
    return wait;
  count(pair, present);
  return 0;
}

void throttle::failed(std::string_view address, clock::time_point present) {
  if (limits_.per_pair == 0)
    return;
  std::lock_guard hold{guard_};
  count(std::string{network_of(address)}, present);
}

void throttle::succeeded(std::string_view address, std::string_view account) {
  auto pair = pair_key(address, account);
  std::lock_guard hold{guard_};
  tallies_.erase(pair);
  if (limits_.per_pair > 0)
    remember(std::move(pair));
}

void throttle::remember(std::string pair) {
  if (!known_.insert(pair).second)
    return;
  known_order_.push_back(std::move(pair));
  if (known_order_.size() > limits_.most) {
    known_.erase(known_order_.front());
    known_order_.pop_front();
  }
}

void throttle::undecided(std::string_view address, std::string_view account) {
  std::lock_guard hold{guard_};
  const auto found = tallies_.find(pair_key(address, account));
  if (found != tallies_.end() && --found->second.count == 0)
    tallies_.erase(found);
}

std::size_t throttle::size() const {
  std::lock_guard hold{guard_};
  return tallies_.size();
}

std::uint32_t throttle::wait_for(const std::string& key, std::uint32_t most,
                                 clock::time_point present) {
  const auto found = tallies_.find(key);
  if (found == tallies_.end())
    return 0;
  const auto age = present - found->second.since;
  if (age >= limits_.window) {
    tallies_.erase(found);
    return 0;
  }
  if (found->second.count < most)
    return 0;
  const auto left = std::chrono::ceil<std::chrono::seconds>(limits_.window - age).count();
  return static_cast<std::uint32_t>(std::max<std::int64_t>(left, 1));
}

void throttle::count(const std::string& key, clock::time_point present) {
  if (const auto found = tallies_.find(key); found != tallies_.end()) {
    if (present - found->second.since < limits_.window) {
      ++found->second.count;
      return;
    }
    tallies_.erase(found);
  }
  // What has been erased or begun anew meanwhile leaves its old mark in `order_`.
  while (!order_.empty() &&
         (order_.size() >= limits_.most || present - order_.front().second >= limits_.window)) {
    const auto& [oldest, since] = order_.front();
    if (const auto stale = tallies_.find(oldest);
        stale != tallies_.end() && stale->second.since == since)
      tallies_.erase(stale);
    order_.pop_front();
  }
  tallies_[key] = tally{1, present};
  order_.emplace_back(key, present);
}

}  // namespace stoa
