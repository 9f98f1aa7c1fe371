#pragma once

#include "actors/core/outbox.hpp"

namespace stoa {

/// A listener whose clients know another code than 1012 for a server that stops.
class own_close {
public:
  virtual ~own_close() = default;
  [[nodiscard]] virtual close_code when_draining() const noexcept = 0;
};

/// One whose clients read 1001: the server is going away.
class goes_away : public own_close {
public:
  [[nodiscard]] close_code when_draining() const noexcept final { return close_code::going_away; }
};

}  // namespace stoa
