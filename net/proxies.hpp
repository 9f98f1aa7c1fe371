#pragma once

#include "schema/outcome.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// The proxies whose X-Forwarded and Forwarded fields are believed.
class proxy_list {
public:
  /// Reads addresses and CIDR blocks, IPv4 and IPv6; the fault names one that is neither.
  [[nodiscard]] static outcome<proxy_list> from(const std::vector<std::string>& texts);

  /// Whether this numeric address belongs to a trusted proxy.
  [[nodiscard]] bool trusts(std::string_view address) const;

  /// Who is at the far end of a row of proxies.
  struct way {
    std::string client;       ///< numeric address
    std::size_t proxies = 0;  ///< trusted ones between the client and us
  };
  /// The client behind `peer`: the last address of the list that is not a trusted proxy itself;
  /// `peer` when it is not trusted. Every proxy appended the address it was called from, some with
  /// a port. What is no address ends the way at the proxy that wrote it.
  [[nodiscard]] way walk(std::string_view peer, std::span<const std::string_view> chain) const;

  [[nodiscard]] bool empty() const noexcept { return blocks_.empty(); }

private:
  struct block {
    std::array<std::uint8_t, 16> bytes{};
    unsigned bits = 128;
  };
  std::vector<block> blocks_;
};

}  // namespace stoa
