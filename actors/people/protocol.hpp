#pragma once

#include "actors/core/outbox.hpp"
#include "actors/core/wire.hpp"
#include "actors/groups/protocol.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/fwd.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <memory>
#include <string>

namespace stoa {

class visitor;

/// A piece of work that runs inside a session: one HTTP exchange or one frame of a socket. Made by
/// net; the session calls it once, in its own turn, with the identity it has at that moment.
class errand {
public:
  virtual ~errand() = default;
  virtual void run(visitor& who) = 0;
  /// The session cannot run it (signed out, overloaded): answer with this.
  virtual void refuse(const fault& why) = 0;
};
using errand_ptr = std::shared_ptr<errand>;

/// Run this here.
struct run_errand {
  errand_ptr what;
};

/// A socket or stream of this session opened: it hears when the session ends.
struct attach_socket {
  outbox_ptr who;
};
struct detach_socket {
  outbox_ptr who;
};

/// The session is over (signed out, disabled, password changed): sockets close with 4401.
struct end_session {
  std::string reason;
};

/// The person's row changed: read it again before the next errand.
struct refresh_session {};

/// Compares a password with a stored hash.
struct verify_password {
  std::string password;
  std::string hash;  ///< Argon2id or bcrypt
};

/// What came of it.
struct password_verdict {
  bool matches = false;
  std::string better_hash;  ///< set when the stored one is weaker than what is used today
};

/// Hashes a new password.
struct hash_password {
  std::string password;
};

/// A notification of the inbox's user was committed.
struct deliver_notification {
  std::string row;  ///< `to_jsonb` of the row of `notifications`
};

/// A session has its first socket, or has lost its last one.
struct note_presence {
  user_id user;
  session_id session;
  std::string name;  ///< display name
  bool here = false;
};

template <class Inspector>
bool inspect(Inspector& f, deliver_notification& x) {
  return f.object(x).fields(f.field("row", x.row));
}
template <class Inspector>
bool inspect(Inspector& f, note_presence& x) {
  return f.object(x).fields(f.field("user", x.user), f.field("session", x.session),
                            f.field("name", x.name), f.field("here", x.here));
}
template <class Inspector>
bool inspect(Inspector& f, end_session& x) {
  return f.object(x).fields(f.field("reason", x.reason));
}
template <class Inspector>
bool inspect(Inspector& f, refresh_session& x) {
  return f.object(x).fields();
}

}  // namespace stoa

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::run_errand)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::attach_socket)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::detach_socket)
// Passwords do not leave the node, and they do not appear in logs of messages.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::verify_password)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::password_verdict)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::hash_password)

CAF_BEGIN_TYPE_ID_BLOCK(stoa_people, stoa::wire::people_first)
CAF_ADD_TYPE_ID(stoa_people, (stoa::run_errand))
CAF_ADD_TYPE_ID(stoa_people, (stoa::attach_socket))
CAF_ADD_TYPE_ID(stoa_people, (stoa::detach_socket))
CAF_ADD_TYPE_ID(stoa_people, (stoa::end_session))
CAF_ADD_TYPE_ID(stoa_people, (stoa::refresh_session))
CAF_ADD_TYPE_ID(stoa_people, (stoa::verify_password))
CAF_ADD_TYPE_ID(stoa_people, (stoa::password_verdict))
CAF_ADD_TYPE_ID(stoa_people, (stoa::hash_password))
CAF_ADD_TYPE_ID(stoa_people, (stoa::deliver_notification))
CAF_ADD_TYPE_ID(stoa_people, (stoa::note_presence))
CAF_END_TYPE_ID_BLOCK(stoa_people)

namespace stoa {

/// One signed-in session on this node, or a guest desk for those who are not signed in.
using session_actor =
    caf::typed_actor<caf::result<void>(run_errand), caf::result<void>(attach_socket),
                     caf::result<void>(detach_socket), caf::result<void>(end_session),
                     caf::result<void>(refresh_session)>;

/// The bounded lane of password hashing.
using hasher_actor = caf::typed_actor<caf::result<password_verdict>(verify_password),
                                      caf::result<std::string>(hash_password)>;

/// The stream of one user's notifications.
using inbox_actor = stream_actor::extend<caf::result<void>(deliver_notification)>;

/// Who of one establishment is online.
using presence_actor = stream_actor::extend<caf::result<void>(note_presence)>;

}  // namespace stoa
