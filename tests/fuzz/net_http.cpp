// The head of a request, its target and query, and its body, as any byte may come.
#include "net/head.hpp"
#include "net/request.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace stoa;
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  request made;
  if (read_target(input.substr(0, input.find('\n')), made)) {
    // What the rest of the server relies on.
    if (made.path != "*" && (made.path.empty() || made.path.front() != '/'))
      std::abort();
    if (made.path.find('\0') != std::string::npos ||
        (made.path + "/").find("/../") != std::string::npos)
      std::abort();
    for (auto& [name, value] : made.parameters())
      if (!made.parameter(name))
        std::abort();
  }
  auto end = input.find("\r\n\r\n");
  if (end == std::string_view::npos)
    return 0;
  made = request{};
  request_reader reader{made, 100};
  if (reader.read_head(input.substr(0, end + 4)) != 0)
    return 0;
  if (made.headers.contains("content-length") && made.headers.contains("transfer-encoding"))
    std::abort();
  for (std::size_t i = 0; i < made.headers.size(); ++i)
    if (made.headers[i].value.find_first_of("\r\n") != std::string_view::npos)
      std::abort();
  reader.body_goes(4096, nullptr);
  std::size_t used = 0;
  auto status = reader.read_body(input.substr(end + 4), used);
  if (made.body.size() > 4096 || used > size || (status != 0 && status < 400))
    std::abort();
  made.cookies("sid", 4);
  return 0;
}
