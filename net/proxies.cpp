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

std::string proxy_list::client(std::string_view peer, std::string_view forwarded_for) const {
  if (!trusts(peer))
    return std::string{peer};
  std::string best{peer};
  auto rest = forwarded_for;
  while (!rest.empty()) {
    auto comma = rest.rfind(',');
    auto item = comma == std::string_view::npos ? rest : rest.substr(comma + 1);
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
    while (!item.empty() && item.front() == ' ')
      item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ')
      item.remove_suffix(1);
    if (!read_address(item))
      return best;
    best = item;
    if (!trusts(item))
      return best;
  }
  return best;
}

}  // namespace stoa
