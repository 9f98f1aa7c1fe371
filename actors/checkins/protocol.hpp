#pragma once

#include "actors/checkins/lists.hpp"
#include "actors/core/outbox.hpp"
#include "actors/core/wire.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/fwd.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <string>

namespace stoa {

/// I am here now; it takes the place of where I was.
struct check_in_here {
  check_in_row what;  ///< place, coordinates and emoji; the rest is the campus's
};

/// Take my check-in back.
struct check_out {
  check_in_id which;
};

/// Both lists, with everything that was committed before this was asked.
struct read_campus {};

/// Somebody's valid check-in; a null pointer when there is none.
struct where_is {
  user_id who;
};

/// Events of this campus were committed, or those who attend them.
struct events_changed {};

/// A person's name, avatar or promotion was committed.
struct person_changed {
  user_id who;
};

/// Delete this person with all that is theirs: check-in, events, attendances, sessions.
struct forget_person {
  user_id who;
};

/// Push the lists into this outbox, `initial` first, then whenever one changes.
struct follow_campus {
  outbox_ptr who;
  campus_view_ptr how;
};

/// Stop; strangers are ignored.
struct unfollow_campus {
  outbox_ptr who;
};

template <class Inspector>
bool inspect(Inspector& f, check_out& x) {
  return f.object(x).fields(f.field("which", x.which));
}
template <class Inspector>
bool inspect(Inspector& f, read_campus& x) {
  return f.object(x).fields();
}
template <class Inspector>
bool inspect(Inspector& f, where_is& x) {
  return f.object(x).fields(f.field("who", x.who));
}
template <class Inspector>
bool inspect(Inspector& f, events_changed& x) {
  return f.object(x).fields();
}
template <class Inspector>
bool inspect(Inspector& f, person_changed& x) {
  return f.object(x).fields(f.field("who", x.who));
}
template <class Inspector>
bool inspect(Inspector& f, forget_person& x) {
  return f.object(x).fields(f.field("who", x.who));
}

}  // namespace stoa

// What is shared does not leave the node.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::check_in_here)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::follow_campus)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::unfollow_campus)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::campus_lists)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(stoa::check_in_ptr)

CAF_BEGIN_TYPE_ID_BLOCK(stoa_checkins, stoa::wire::checkins_first)
CAF_ADD_TYPE_ID(stoa_checkins, (stoa::check_in_here))
CAF_ADD_TYPE_ID(stoa_checkins, (stoa::check_out))
CAF_ADD_TYPE_ID(stoa_checkins, (stoa::read_campus))
CAF_ADD_TYPE_ID(stoa_checkins, (stoa::where_is))
CAF_ADD_TYPE_ID(stoa_checkins, (stoa::events_changed))
CAF_ADD_TYPE_ID(stoa_checkins, (stoa::person_changed))
CAF_ADD_TYPE_ID(stoa_checkins, (stoa::forget_person))
CAF_ADD_TYPE_ID(stoa_checkins, (stoa::follow_campus))
CAF_ADD_TYPE_ID(stoa_checkins, (stoa::unfollow_campus))
CAF_ADD_TYPE_ID(stoa_checkins, (stoa::campus_lists))
CAF_ADD_TYPE_ID(stoa_checkins, (stoa::check_in_ptr))
CAF_END_TYPE_ID_BLOCK(stoa_checkins)

namespace stoa {

/// Owns who is where on one campus (establishment), and tells its followers both lists.
using campus_actor =
    caf::typed_actor<caf::result<check_in_ptr>(scope, check_in_here),
                     caf::result<void>(scope, check_out), caf::result<campus_lists>(read_campus),
                     caf::result<check_in_ptr>(where_is), caf::result<void>(forget_person),
                     caf::result<void>(events_changed), caf::result<void>(person_changed),
                     caf::result<void>(follow_campus), caf::result<void>(unfollow_campus)>;

}  // namespace stoa
