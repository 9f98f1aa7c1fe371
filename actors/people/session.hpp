#pragma once

#include "actors/core/caf.hpp"
#include "actors/core/credits.hpp"
#include "actors/people/protocol.hpp"
#include "actors/people/visitor.hpp"
#include "persistence/protocol.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace stoa {

/// What a session needs from the node.
struct session_surroundings {
  std::function<void(const std::string& token_hash, const caf::actor_addr&)> retire;
  /// Who keeps the list of those online in an establishment; a null handle is told nothing.
  std::function<presence_actor(const establishment_id&)> presence;
  std::chrono::seconds lifetime{86'400};  ///< without a request; each one begins it anew
  std::chrono::seconds life{604'800};     ///< from sign-in, whatever happens
  std::size_t most_errands = 256;         ///< waiting for the identity to be read
};

/// The body of a signed-in session: identity, credits, live sockets. It is found by the hash of its
/// token, reads its row before it serves, and refuses everything when there is none.
class session_state {
public:
  using protocol = session_actor;
  static inline const char* name = "people.session";

  session_state(protocol::pointer self, std::string token_hash, database_actor database,
                session_surroundings around);
  protocol::behavior_type make_behavior();

private:
  void load();
  void restore(const rows& found);
  void run(errand& what);
  void roll();
  void start_over();
  void end(const std::string& reason);
  void watch_idleness();
  void attach(outbox_ptr who);
  void detach(const outbox_ptr& who);
  /// Tells presence when the first socket has opened or the last one has gone.
  void tell_presence();

  protocol::pointer self_;
  std::string token_hash_;
  database_actor database_;
  session_surroundings around_;
  scope who_;
  credit_book credits_;
  std::vector<outbox_ptr> sockets_;
  presence_actor presence_;          // where this session is known to be online
  std::vector<errand_ptr> waiting_;  // while the identity is being read
  bool watched_ = false;             // presence hears of this actor's end
  bool loading_ = true;
  bool valid_ = false;
  fault refusal_;
  iso_time expires_at_;
  iso_time ends_at_;  // no request rolls the expiry beyond this
  std::chrono::steady_clock::time_point last_use_;
};

/// The body of a guest desk: errands of those who are not signed in. Stateless; a few per node.
class guest_state {
public:
  using protocol = session_actor;
  static inline const char* name = "people.guest";

  explicit guest_state(protocol::pointer self) : self_(self) {}
  protocol::behavior_type make_behavior();

private:
  protocol::pointer self_;
  scope who_;
  credit_book credits_;
};

}  // namespace stoa
