#pragma once

#include "actors/core/caf.hpp"
#include "actors/groups/follower_set.hpp"
#include "actors/intranet/protocol.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>

namespace stoa {

/// Where the open pages of one establishment hear what is new: news for everybody, letters for one,
/// complaints for the staff, who is online, and what passes in channels. It keeps no rows; whoever
/// publishes has saved before. It ends with its last socket.
class bulletin_state {
public:
  using protocol = bulletin_actor;
  static inline const char* name = "intranet.bulletin";

  bulletin_state(protocol::pointer self, std::function<void(const caf::actor_addr&)> retire);
  protocol::behavior_type make_behavior();

private:
  struct attendant {
    user_id user;
    const view* how = nullptr;
    bool staff = false;
    bool appeared = false;
    std::set<std::string> channels;
  };

  caf::result<void> attend(const scope& who, attend_bulletin& what);
  void appear(const outbox_ptr& who);
  void leave(const outbox_ptr& who);
  caf::result<void> tune(tune_channel& what);
  void tell_others(const tell_channel& what);
  void publish(const publish_notice& what);
  void tell_status(const user_id& of, bool online, const outbox_ptr& only = nullptr);
  void close_when_empty();

  static constexpr std::size_t most_channels = 50;  // of one socket

  protocol::pointer self_;
  std::function<void(const caf::actor_addr&)> retire_;
  std::map<outbox_ptr, attendant> here_;
  std::map<std::string, std::set<outbox_ptr>> by_user_;
  std::map<std::string, std::size_t> appeared_;  // sockets of each user
  std::map<std::string, audience> channels_;
  follower_set all_;
  follower_set staff_;
  bool closed_ = false;
};

}  // namespace stoa
