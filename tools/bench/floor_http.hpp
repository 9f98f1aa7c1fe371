#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace stoa::bench {

/// The floor under every HTTP figure: Beast alone, as its examples have it, answering every request
/// with the same JSON, a small one unless told otherwise. One context per thread.
class floor_http {
public:
  explicit floor_http(unsigned threads, std::string body = {});
  ~floor_http();
  [[nodiscard]] std::uint16_t port() const noexcept;

private:
  struct inner;
  std::unique_ptr<inner> inner_;
};

}  // namespace stoa::bench
