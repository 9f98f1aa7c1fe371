#include "schema/ids.hpp"

#include "schema/moment.hpp"
#include "schema/ordered_uuid.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sys/random.h>

namespace stoa {

namespace {

// One system call for 64 identifiers: getrandom(2) costs more than everything else here.
struct entropy {
  std::array<std::uint8_t, 1024> bytes;
  std::size_t used = sizeof(bytes);

  const std::uint8_t* take(std::size_t count) {
    if (used + count > bytes.size()) {
      std::size_t filled = 0;
      while (filled < bytes.size()) {
        const auto got = ::getrandom(bytes.data() + filled, bytes.size() - filled, 0);
        if (got < 0) {
          if (errno == EINTR)
            continue;
          std::perror("getrandom");
          std::abort();  // identifiers that repeat would corrupt everything that follows
        }
        filled += static_cast<std::size_t>(got);
      }
      used = 0;
    }
    const auto* out = bytes.data() + used;
    used += count;
    return out;
  }
};

std::string spelled(const std::array<std::uint8_t, 16>& raw) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      out.push_back('-');
    out.push_back(digits[raw[i] >> 4U]);
    out.push_back(digits[raw[i] & 0x0fU]);
  }
  return out;
}

std::array<std::uint8_t, 16> random_bytes(std::uint8_t version) {
  thread_local entropy source;
  std::array<std::uint8_t, 16> raw;
  const auto* random = source.take(raw.size());
  std::copy_n(random, raw.size(), raw.begin());
  raw[6] = static_cast<std::uint8_t>((raw[6] & 0x0fU) | (version << 4U));
  raw[8] = static_cast<std::uint8_t>((raw[8] & 0x3fU) | 0x80U);
  return raw;
}

}  // namespace

std::string fresh_uuid() {
  return spelled(random_bytes(4));
}

std::string fresh_ordered_uuid() {
  auto raw = random_bytes(7);
  auto millis = static_cast<std::uint64_t>(now().micros / 1000);
  for (std::size_t i = 6; i-- > 0; millis >>= 8U)
    raw[i] = static_cast<std::uint8_t>(millis & 0xffU);
  return spelled(raw);
}

}  // namespace stoa
