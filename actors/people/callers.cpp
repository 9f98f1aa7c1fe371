#include "actors/people/callers.hpp"

#include "actors/people/throttle.hpp"

#include <algorithm>
#include <functional>

namespace stoa {

caller_book::caller_book(std::size_t most)
    : most_in_shard_(std::max<std::size_t>(most / std::tuple_size_v<decltype(shards_)>, 1)) {}

payment caller_book::pay(std::string_view address, std::uint32_t number, const rate& limit,
                         credits::clock::time_point present) {
  const auto network = network_of(address);
  auto& part = shards_[std::hash<std::string_view>{}(network) % shards_.size()];
  std::lock_guard hold{part.guard};
  if (const auto found = part.known.find(network); found != part.known.end()) {
    part.order.splice(part.order.begin(), part.order, found->second);
  } else {
    if (part.known.size() >= most_in_shard_) {
      part.known.erase(part.order.back().first);
      part.order.pop_back();
    }
    part.order.emplace_front(std::string{network}, credit_book{});
    part.known.emplace(part.order.front().first, part.order.begin());
  }
  return pay_from(part.order.front().second, number, limit, present);
}

std::size_t caller_book::size() const {
  std::size_t out = 0;
  for (const auto& part : shards_) {
    std::lock_guard hold{part.guard};
    out += part.known.size();
  }
  return out;
}

}  // namespace stoa
