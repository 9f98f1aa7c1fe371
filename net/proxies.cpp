#include "net/proxies.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <optional>

namespace stoa {

namespace {

using address_bytes = std::array<std::uint8_t, 16>;

// IPv4 as its IPv6-mapped form, so that one comparison does for both.
std::optional<address_bytes> read_address(std::string_view raw) {
  std::string text{raw};
  address_bytes bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1)
    return bytes;
  if (inet_pton(AF_INET, text.c_str(), bytes.data() + 12) == 1) {
    bytes[10] = bytes[11] = 0xff;
    return bytes;
  }
  return std::nullopt;
}

// "192.0.2.7:4711" and "[2001:db8::7]:4711" without what is not the address.
std::string_view without_port(std::string_view raw) {
  if (raw.starts_with('['))
    return raw.substr(1, raw.find(']') - 1);
  const auto colon = raw.find(':');
  return colon != std::string_view::npos && raw.find(':', colon + 1) == std::string_view::npos
             ? raw.substr(0, colon)
             : raw;
}

}  // namespace

outcome<proxy_list> proxy_list::from(const std::vector<std::string>& texts) {
  proxy_list made;
  for (const auto& text : texts) {
    auto slash = text.find('/');
    auto bytes = read_address(std::string_view{text}.substr(0, slash));
    auto bad = fail(fault_code::invalid, "not an address or CIDR block: " + text);
    if (!bytes)
      return bad;
    unsigned bits = 128;
    if (slash != std::string::npos) {
      auto four = text.find(':') == std::string::npos;
      auto* begin = text.data() + slash + 1;
      auto* end = text.data() + text.size();
      auto [stop, why] = std::from_chars(begin, end, bits);
      if (why != std::errc{} || stop != end || bits > (four ? 32U : 128U))
        return bad;
      if (four)
        bits += 96;
    }
    made.blocks_.push_back({*bytes, bits});
  }
  return made;
}

bool proxy_list::trusts(std::string_view address) const {
  if (blocks_.empty())
    return false;
  auto bytes = read_address(address);
  if (!bytes)
    return false;
  for (const auto& one : blocks_) {
    auto same = true;
    for (unsigned bit = 0; bit < one.bits && same; bit += 8) {
      auto wide = one.bits - bit < 8 ? one.bits - bit : 8;
      auto mask = static_cast<std::uint8_t>(0xff << (8 - wide));
      same = ((one.bytes[bit / 8] ^ (*bytes)[bit / 8]) & mask) == 0;
    }
    if (same)
      return true;
  }
  return false;
}

proxy_list::way proxy_list::walk(std::string_view peer,
                                 std::span<const std::string_view> chain) const {
  way out{std::string{peer}, 0};
  if (!trusts(peer))
    return out;
  out.proxies = 1;
  for (auto at = chain.size(); at > 0; --at) {
    const auto item = without_port(chain[at - 1]);
    if (!read_address(item))
      return out;
    out.client = item;
    if (!trusts(item))
      return out;
    // The address of a proxy that is trusted: the entry before it is that one's.
    ++out.proxies;
  }
  return out;
}

}  // namespace stoa
