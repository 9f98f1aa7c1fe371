// Frames and event blocks made of any bytes, and a form as it arrives in pieces.
#include "net/framing.hpp"
#include "net/uploads.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace {

// The payload of one unmasked frame; aborts when the frame is not exactly one.
std::string_view payload_of(std::string_view frame) {
  auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(frame.at(i)); };
  std::size_t size = byte(1);
  std::size_t head = size < 126 ? 2 : size == 126 ? 4 : 10;
  if (head > 2) {
    size = 0;
    for (std::size_t i = 2; i < head; ++i)
      size = size << 8 | byte(i);
  }
  if ((byte(0) & 0x80) == 0 || frame.size() != head + size)
    std::abort();
  return frame.substr(head);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace stoa;
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  if (payload_of(websocket_text(input)) != input)
    std::abort();
  payload_of(websocket_deflated(input));
  if (payload_of(websocket_close(close_code::normal, input)).size() > 125)
    std::abort();
  const auto block = event_block(frame{std::string{input}, "name", std::string{input}});
  // One block and no more: an empty line only at its end.
  if (block.find("\n\n") != block.size() - 2)
    std::abort();

  auto form =
      upload::form(std::filesystem::temp_directory_path(), "multipart/form-data; boundary=b",
                   {.file = 1000, .files = 2, .fields = 4, .field = 100});
  const auto step = size == 0 ? 1 : 1 + data[0] % 31U;
  for (std::size_t at = 0; at < size; at += step)
    if ((*form)->write(input.substr(at, step)) != 0)
      return 0;
  if ((*form)->finish() != 0)
    return 0;
  if ((*form)->files.size() > 2 || (*form)->fields.size() > 4)
    std::abort();
  return 0;
}
