#include "net/framing.hpp"

#include "net/compress.hpp"
#include "net/header_text.hpp"

namespace stoa {

namespace {

std::string framed(unsigned char first, std::string_view payload) {
  std::string out;
  out.reserve(payload.size() + 10);
  out += static_cast<char>(first);
  auto size = payload.size();
  if (size < 126) {
    out += static_cast<char>(size);
  } else {
    auto bytes = size <= 0xffff ? 2 : 8;
    out += static_cast<char>(bytes == 2 ? 126 : 127);
    for (auto shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
      out += static_cast<char>((size >> shift) & 0xff);
  }
  out += payload;
  return out;
}

void add_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  append_on_one_line(out, value);
  out += '\n';
}

}  // namespace

std::string websocket_text(std::string_view text) {
  return framed(0x81, text);
}

std::string websocket_deflated(std::string_view text) {
  auto packed = deflate_message(text);
  return packed.size() < text.size() ? framed(0xc1, packed) : websocket_text(text);
}

std::string websocket_close(close_code code, std::string_view reason) {
  if (reason.size() > 123) {
    std::size_t end = 123;
    while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xc0) == 0x80)
      --end;
    reason = reason.substr(0, end);
  }
  auto number = static_cast<std::uint16_t>(code);
  std::string payload{static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
  payload += reason;
  return framed(0x88, payload);
}

std::string event_block(const frame& what) {
  std::string out;
  out.reserve(what.size() + what.event().size() + what.number().size() + 32);
  if (!what.number().empty())
    add_field(out, "id: ", what.number());
  if (!what.event().empty())
    add_field(out, "event: ", what.event());
  auto rest = what.text();
  for (;;) {
    auto end = rest.find_first_of("\r\n");
    add_field(out, "data: ", rest.substr(0, end));
    if (end == std::string_view::npos)
      break;
    auto pair = rest[end] == '\r' && end + 1 < rest.size() && rest[end + 1] == '\n';
    rest.remove_prefix(end + (pair ? 2 : 1));
  }
  out += '\n';
  return out;
}

}  // namespace stoa
