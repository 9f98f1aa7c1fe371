#pragma once

#include "schema/entity.hpp"

namespace stoa {

/// Every described entity, in the order of their tables' creation: what migrations, documents and
/// tests walk.
[[nodiscard]] std::span<const entity* const> catalogue() noexcept;

}  // namespace stoa
