#pragma once

#include "schema/outcome.hpp"

#include <string>

namespace stoa {

/// What becomes of mails that wait in a database which was restored.
enum class waiting_mail : bool { is_dead, is_kept };

/// Says on standard output how many mails wait in a database, and marks them dead unless they are
/// to be kept: a copy that is only looked at must not write to anybody. `owner` is a connection
/// string.
[[nodiscard]] outcome<void> settle_waiting_mail(const std::string& owner, waiting_mail what);

}  // namespace stoa
