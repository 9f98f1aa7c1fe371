#pragma once

#include "actors/core/caf.hpp"
#include "actors/groups/follower_set.hpp"
#include "actors/people/protocol.hpp"
#include "persistence/protocol.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace stoa {

/// What an inbox needs from the node.
struct inbox_surroundings {
  std::function<void(const std::string& user, const caf::actor_addr&)> retire;
  std::size_t replay = 1000;  ///< notifications sent to one follower at once
  /// How long it stays when nobody follows or asks.
  std::chrono::milliseconds idle{60'000};
};

/// Owns the stream `notifications:me` of one user: replays what was missed, tells what comes. The
/// rows are written elsewhere (`stoa_notify`, in the transaction that gives the reason), numbered
/// without a gap in the order of their commits. So when the inbox is told a number that does not
/// follow on the last one, the rows between are in the table, and it reads them there.
class inbox_state {
public:
  using protocol = inbox_actor;
  static inline const char* name = "people.inbox";

  inbox_state(protocol::pointer self, user_id user, database_actor database,
              inbox_surroundings surroundings);
  ~inbox_state();
  inbox_state(const inbox_state&) = delete;
  inbox_state& operator=(const inbox_state&) = delete;
  protocol::behavior_type make_behavior();

private:
  void load();
  void deliver(const std::string& row);
  void catch_up();
  void publish(const event_ptr& what);
  task<followed> follow(scope who, follow_stream what);
  task<history_page> read(scope who, read_history what);
  task<std::vector<event_ptr>> rows_after(std::uint64_t after, std::size_t limit);
  [[nodiscard]] bool mine(const scope& who) const;
  void watch();

  protocol::pointer self_;
  user_id user_;
  database_actor database_;
  inbox_surroundings around_;
  std::string establishment_;  // whose rows it may read; the platform for its administrators
  std::uint64_t last_ = 0;     // the last number that followers were told
  std::uint64_t known_ = 0;    // the last number heard of; above last_ while rows are being read
  bool reading_ = false;
  bool exists_ = false;
  follower_set followers_;
  // Whose missed notifications are being read, and the number of that request: who leaves
  // meanwhile, or asks again, must not be added when they arrive.
  std::unordered_map<const outbox*, std::uint64_t> joining_;
  std::uint64_t joins_ = 0;
  std::chrono::steady_clock::time_point last_use_;
};

/// A notification as an event of its user's stream, from `to_jsonb` of its row.
[[nodiscard]] outcome<event_ptr> notification_event(std::string_view row);

}  // namespace stoa
