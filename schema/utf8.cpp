#include "schema/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace stoa {

namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080ULL;

bool is_tail(unsigned char byte) noexcept {
  return (byte & 0xc0U) == 0x80U;
}

// The length of the sequence that starts here, 0 when it is not one.
std::size_t sequence_at(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : std::uint8_t{0};
  };
  const auto lead = byte(0);
  if (lead < 0x80U)
    return 1;
  if (lead >= 0xc2U && lead <= 0xdfU)
    return is_tail(byte(1)) ? 2 : 0;
  if (lead >= 0xe0U && lead <= 0xefU) {
    const unsigned low = lead == 0xe0U ? 0xa0U : 0x80U;
    const unsigned high = lead == 0xedU ? 0x9fU : 0xbfU;
    return byte(1) >= low && byte(1) <= high && is_tail(byte(2)) ? 3 : 0;
  }
  if (lead >= 0xf0U && lead <= 0xf4U) {
    const unsigned low = lead == 0xf0U ? 0x90U : 0x80U;
    const unsigned high = lead == 0xf4U ? 0x8fU : 0xbfU;
    return byte(1) >= low && byte(1) <= high && is_tail(byte(2)) && is_tail(byte(3)) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::size_t first_bad_utf8(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8) {  // eight ASCII bytes at a time
      std::uint64_t word;
      std::memcpy(&word, text.data() + at, sizeof(word));
      if ((word & high_bits) == 0) {
        at += 8;
        continue;
      }
    }
    const auto length = sequence_at(text, at);
    if (length == 0)
      return at;
    at += length;
  }
  return std::string_view::npos;
}

std::size_t count_code_points(std::string_view text) noexcept {
  std::size_t count = 0;
  for (const char c : text)
    count += is_tail(static_cast<unsigned char>(c)) ? 0 : 1;
  return count;
}

void append_utf8(std::string& out, char32_t point) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xc0 | (point >> 6));
    put(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    put(0xe0 | (point >> 12));
    put(0x80 | ((point >> 6) & 0x3f));
    put(0x80 | (point & 0x3f));
  } else {
    put(0xf0 | (point >> 18));
    put(0x80 | ((point >> 12) & 0x3f));
    put(0x80 | ((point >> 6) & 0x3f));
    put(0x80 | (point & 0x3f));
  }
}

std::string excerpt(std::string_view text, std::size_t bytes) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto length = sequence_at(text, at);
    if (at + (length == 0 ? 1 : length) > bytes) {
      append_utf8(out, U'…');
      break;
    }
    if (length == 0) {
      append_utf8(out, 0xfffd);
      ++at;
    } else {
      out.append(text.substr(at, length));
      at += length;
    }
  }
  return out;
}

}  // namespace stoa
