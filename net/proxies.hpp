#pragma once

#include "schema/outcome.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// The proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.
class proxy_list {
public:
  /// Reads addresses and CIDR blocks, IPv4 and IPv6; the fault names one that is neither.
  [[nodiscard]] static outcome<proxy_list> from(const std::vector<std::string>& texts);

  /// Whether this numeric address belongs to a trusted proxy.
  [[nodiscard]] bool trusts(std::string_view address) const;

  /// The client behind `peer`: the last address of the X-Forwarded-For list that is not a trusted
  /// proxy itself; `peer` when it is not trusted or the list is broken.
  [[nodiscard]] std::string client(std::string_view peer, std::string_view forwarded_for) const;

  [[nodiscard]] bool empty() const noexcept { return blocks_.empty(); }

private:
  struct block {
    std::array<std::uint8_t, 16> bytes{};
    unsigned bits = 128;
  };
  std::vector<block> blocks_;
};

}  // namespace stoa
