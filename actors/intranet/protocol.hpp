#pragma once

#include "actors/core/frame.hpp"
#include "actors/core/outbox.hpp"
#include "actors/core/wire.hpp"
#include "actors/groups/protocol.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/fwd.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <string>
#include <vector>

namespace stoa {

/// One socket of the caller hears from now on what its establishment is told, read its own way.
struct attend_bulletin {
  outbox_ptr who;
  const view* how = nullptr;
};

/// The socket's user shows himself: with his first socket everybody is told (`status`), with a
/// further one only this socket.
struct appear_on_bulletin {
  outbox_ptr who;
};

/// The socket hears no more; with a user's last one that appeared everybody is told.
struct leave_bulletin {
  outbox_ptr who;
};

/// The socket hears what others say in a channel, or no longer.
struct tune_channel {
  outbox_ptr who;
  std::string channel;
  bool on = true;
};

/// Something passing for the others in a channel that this socket hears.
struct tell_channel {
  outbox_ptr who;
  std::string channel;
  frame what;
};

/// Who is told a notice.
enum class notice_reach : std::uint8_t {
  everyone,  ///< every socket of the establishment
  people,    ///< the sockets of `publish_notice::people`
  staff,     ///< the staff's sockets and those of `publish_notice::people`
};

/// Something was committed that live clients want to know.
struct publish_notice {
  std::string kind;  ///< `announcement`, `letter`, `document` …; a view knows what to make of it
  std::string data;  ///< JSON object
  notice_reach reach = notice_reach::everyone;
  std::vector<user_id> people;
};

template <class Inspector>
bool inspect(Inspector& f, notice_reach& x) {
  return inspect_enum(f, x, notice_reach::everyone, notice_reach::staff);
}
template <class Inspector>
bool inspect(Inspector& f, publish_notice& x) {
  at_most people{x.people, 10'000};
  return f.object(x).fields(f.field("kind", x.kind), f.field("data", x.data),
                            f.field("reach", x.reach), f.field("people", people));
}

}  // namespace stoa

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::attend_bulletin)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::appear_on_bulletin)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::leave_bulletin)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::tune_channel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::tell_channel)

CAF_BEGIN_TYPE_ID_BLOCK(stoa_intranet, stoa::wire::intranet_first)
CAF_ADD_TYPE_ID(stoa_intranet, (stoa::attend_bulletin))
CAF_ADD_TYPE_ID(stoa_intranet, (stoa::appear_on_bulletin))
CAF_ADD_TYPE_ID(stoa_intranet, (stoa::leave_bulletin))
CAF_ADD_TYPE_ID(stoa_intranet, (stoa::tune_channel))
CAF_ADD_TYPE_ID(stoa_intranet, (stoa::tell_channel))
CAF_ADD_TYPE_ID(stoa_intranet, (stoa::publish_notice))
CAF_END_TYPE_ID_BLOCK(stoa_intranet)

namespace stoa {

/// The bulletin of one establishment.
using bulletin_actor =
    caf::typed_actor<caf::result<void>(scope, attend_bulletin),
                     caf::result<void>(appear_on_bulletin), caf::result<void>(leave_bulletin),
                     caf::result<void>(tune_channel), caf::result<void>(tell_channel),
                     caf::result<void>(publish_notice)>;

}  // namespace stoa
