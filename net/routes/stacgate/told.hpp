#pragma once

#include "actors/core/lane.hpp"
#include "actors/groups/saving.hpp"
#include "net/endpoint.hpp"

#include <memory>
#include <vector>

namespace stoa::stacgate {

/// `co_await` until everything that was pushed before into outboxes on these lanes has been given
/// to the kernel. The answer to a request goes another way than the frames it caused; where a
/// client relies on the frames coming first, this holds the answer back.
[[nodiscard]] called_back<bool> told(call_ptr c, std::vector<std::shared_ptr<lane>> lanes);

}  // namespace stoa::stacgate
