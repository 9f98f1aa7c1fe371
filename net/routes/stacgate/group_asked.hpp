#pragma once

#include "net/routes/stacgate/group_shapes.hpp"
#include "net/routes/stacgate/routes.hpp"

#include <utility>

namespace stoa::stacgate {

/// Asks who owns a group, its chat or a board; refusals come in this family's words.
template <class Answer, class Owner, class Message>
task<Answer> group_asked(call_ptr c, Owner owner, Message what) {
  auto end = co_await caught(ask(c->self, owner, c->who, std::move(what)));
  if (!end)
    throw group_refusal(std::move(end.error()));
  co_return std::move(*end);
}

}  // namespace stoa::stacgate
