#pragma once

#include "actors/core/audience.hpp"
#include "actors/core/caf.hpp"
#include "actors/groups/huddle_view.hpp"
#include "actors/groups/protocol.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace stoa {

/// Owns one huddle: who is in it, with which connections. It ends with its last connection, and all
/// its clients read it alike.
class huddle_state {
public:
  using protocol = huddle_actor;
  static inline const char* name = "groups.huddle";

  huddle_state(protocol::pointer self, std::function<void(const caf::actor_addr&)> retire);
  protocol::behavior_type make_behavior();

private:
  struct present {
    huddle_person who;
    std::size_t connections = 0;
  };

  caf::result<void> join(const scope& who, join_huddle& what);
  void leave(const outbox_ptr& who);
  void tell_others(const tell_huddle& what);
  void close_when_empty();

  static constexpr std::size_t most_people = 200;

  protocol::pointer self_;
  std::function<void(const caf::actor_addr&)> retire_;
  const huddle_view* how_ = nullptr;
  huddle_facts facts_;
  std::map<outbox_ptr, std::string> connections_;  // to user ids
  std::map<std::string, present> people_;
  audience all_;
  bool closed_ = false;
};

}  // namespace stoa
