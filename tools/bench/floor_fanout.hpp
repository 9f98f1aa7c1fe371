#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace stoa::bench {

/// The floor under every fan-out figure: a broadcaster as Beast's examples have it. Each WebSocket
/// queues shared strings and writes one message per call. One context per thread.
class floor_fanout {
public:
  explicit floor_fanout(unsigned threads);
  ~floor_fanout();
  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::size_t joined() const noexcept;
  /// Sends to everyone who has joined.
  void send(const std::shared_ptr<const std::string>& text);

private:
  struct inner;
  std::unique_ptr<inner> inner_;
};

}  // namespace stoa::bench
