#pragma once

#include <cstdint>
#include <memory>

namespace stoa::bench {

/// The floor under every HTTP figure: Beast alone, as its examples have it, answering every request
/// with the same small JSON. One context per thread.
class floor_http {
public:
  explicit floor_http(unsigned threads);
  ~floor_http();
  [[nodiscard]] std::uint16_t port() const noexcept;

private:
  struct inner;
  std::unique_ptr<inner> inner_;
};

}  // namespace stoa::bench
