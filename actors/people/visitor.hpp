#pragma once

#include "actors/core/caf.hpp"
#include "actors/core/credits.hpp"
#include "actors/people/protocol.hpp"
#include "schema/scope.hpp"

namespace stoa {

/// Who an errand works for, and the actor it runs in. Valid in the session's turn; a task keeps
/// copies of what it needs and the `self` pointer, which outlives it.
class visitor {
public:
  visitor(session_actor::pointer self_pointer, const scope& who_asks, credit_book& book)
      : self(self_pointer), who(who_asks), credits(book) {}

  session_actor::pointer self;
  const scope& who;
  credit_book& credits;
};

}  // namespace stoa
