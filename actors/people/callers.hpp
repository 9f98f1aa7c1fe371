#pragma once

#include "actors/core/credits.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace stoa {

/// The credits of callers who are not signed in, by where they call from (IPv6 by the /64): one who
/// asks too often is refused alone. Bounded: when it is full, whoever has not called for longest is
/// forgotten, and begins with full credits again. Any thread may call it.
class caller_book {
public:
  /// Remembers about so many addresses.
  explicit caller_book(std::size_t most = 65'536);

  /// Takes one credit of a limit from the address's book.
  [[nodiscard]] payment pay(std::string_view address, std::uint32_t number, const rate& limit,
                            credits::clock::time_point present);

  /// Addresses remembered.
  [[nodiscard]] std::size_t size() const;

private:
  using caller = std::pair<std::string, credit_book>;
  struct shard {
    mutable std::mutex guard;
    std::list<caller> order;  // the latest caller first
    std::unordered_map<std::string_view, std::list<caller>::iterator> known;
  };

  std::size_t most_in_shard_;
  std::array<shard, 16> shards_;
};

}  // namespace stoa
