#include "net/routes/client_key.hpp"

#include "actors/core/task.hpp"

namespace stoa {

namespace {
constexpr std::size_t longest_key = 128;  // bytes
}

std::string checked_key(std::string key) {
  if (key.size() > longest_key)
    throw fault_error(fault_code::invalid, "a key has at most 128 bytes");
  return key;
}

std::string idempotency_key(const request& from) {
  return checked_key(std::string{from.header("Idempotency-Key")});
}

}  // namespace stoa
