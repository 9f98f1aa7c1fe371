#pragma once

#include <chrono>

namespace stoa {

/// A listener whose clients answer a ping within this time or are dropped, however long the
/// settings would wait.
class own_patience {
public:
  virtual ~own_patience() = default;
  [[nodiscard]] virtual std::chrono::milliseconds after_ping() const noexcept = 0;
};

}  // namespace stoa
