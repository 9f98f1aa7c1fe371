#pragma once

#include "net/endpoint.hpp"
#include "net/rows.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What every edition does with people's passwords and sessions.
namespace stoa {

/// Ends those live sessions whose rows, named by their tokens' hashes, are gone: when this is done,
/// nothing more is sent to their sockets.
task<void> end_live_sessions(call_ptr c, std::vector<std::string> hashes, std::string reason);

/// Ends all sessions of a person but the caller's own, wherever their sockets are.
task<void> end_other_sessions(call_ptr c, user_id target);

/// Live sessions of these people read their row again: names, ranks and codes changed. The
/// statement answers user ids.
task<void> refresh_sessions(call_ptr c, statement who);
task<void> refresh_sessions_of(call_ptr c, user_id target);

/// Gives a person a new password and ends the other sessions. The current one is asked for where
/// `current` is not empty or the caller changes their own; throws `invalid` when it is wrong,
/// `not_found` when there is no such person. `check` throws what is wrong with the new one.
task<void> replace_password(call_ptr c, user_id target, std::string current, std::string wanted,
                            void (*check)(std::string_view));

}  // namespace stoa
