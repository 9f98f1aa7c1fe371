#pragma once

#include "actors/people/hasher.hpp"
#include "actors/people/protocol.hpp"
#include "persistence/protocol.hpp"
#include "schema/ids.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace stoa {

/// A session that has just begun: the token goes to the client and is not kept.
struct fresh_session {
  std::string token;
  session_id id;
  user_id user;
};

/// Signs somebody in by e-mail address and password, whatever their establishment. Unknown address,
/// wrong password, inactive account and inactive establishment are one fault (`unauthenticated`)
/// and take the same time. Both ends are in the audit log, with the address it came `from`.
task<fresh_session> sign_in(session_actor::pointer self, database_actor database, hash_lane& hashes,
                            std::string email, std::string password, std::chrono::seconds lifetime,
                            std::string from);

/// Signs somebody in by the user name in one establishment. Unknown name and wrong password are one
/// fault (`unauthenticated`) and take the same time; the right password of an account that is not
/// active is `forbidden`.
task<fresh_session> sign_in_by_name(session_actor::pointer self, database_actor database,
                                    hash_lane& hashes, establishment_id home, std::string username,
                                    std::string password, std::chrono::seconds lifetime,
                                    std::string from);

/// Begins a session for a known user: after registration, or from a tool. The audit log has it.
task<fresh_session> begin_session(session_actor::pointer self, database_actor database,
                                  user_id user, std::optional<std::string> establishment,
                                  std::chrono::seconds lifetime, std::string from);

/// Ends one session, wherever its sockets are; ending it twice is fine.
task<void> sign_out(session_actor::pointer self, database_actor database, session_id session);

/// Ends all sessions of a user but `except` (empty for none); answers the hashes of their tokens.
task<std::vector<std::string>> end_sessions(session_actor::pointer self, database_actor database,
                                            user_id user, session_id except);

}  // namespace stoa
