#include "schema/text/byte_order.hpp"

#include <string>

namespace stoa {

outcome<std::string_view> without_mark(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xef\xbb\xbf"sv))
    return bytes.substr(3);
  const auto zero = [&](std::size_t at) { return at < bytes.size() && bytes[at] == '\0'; };
  const char* other = nullptr;
  // UTF-32 first: the mark of one begins as that of UTF-16 does.
  if (bytes.starts_with("\xff\xfe\0\0"sv) || bytes.starts_with("\0\0\xfe\xff"sv))
    other = "UTF-32";
  else if (bytes.starts_with("\xff\xfe"sv) || bytes.starts_with("\xfe\xff"sv))
    other = "UTF-16";
  else if (zero(0) || zero(1))
    other = (zero(0) && zero(1)) || (zero(1) && zero(2)) ? "UTF-32" : "UTF-16";
  if (other == nullptr)
    return bytes;
  return fail(fault_code::invalid, std::string{"is "} + other + "; save it as UTF-8");
}

}  // namespace stoa
