#pragma once

#include "actors/checkins/protocol.hpp"
#include "actors/core/audience.hpp"
#include "actors/core/caf.hpp"
#include "persistence/protocol.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace stoa {

/// How a campus keeps time, and how much it says.
struct campus_pace {
  std::function<iso_time()> clock = now;     ///< tells when a check-in is a day old
  std::chrono::seconds valid{24 * 60 * 60};  ///< how long a check-in holds
  std::chrono::milliseconds gather{100};     ///< at most one push of a list in this time
  /// Whole lists to everybody are many bytes: a push makes the next one of its list wait as long
  /// as these many a second need to leave.
  std::uint64_t bytes_per_second = 512UL * 1024 * 1024;
  std::size_t most_listed = 1000;  ///< the newest check-ins; older ones are kept, not listed
};

/// Owns the check-ins of one campus: where everybody is, one check-in a person, none older than a
/// day. Followers are told whole lists. A list that changed goes out at once, then not again before
/// `gather` has passed, with everything that happened meanwhile. The rows are written through; what
/// is shown is always committed. It stays while the node runs.
class campus_state {
public:
  using protocol = campus_actor;
  static inline const char* name = "checkins.campus";

  campus_state(protocol::pointer self, establishment_id of, database_actor database,
               campus_pace pace = {});
  ~campus_state();
  campus_state(const campus_state&) = delete;
  campus_state& operator=(const campus_state&) = delete;
  protocol::behavior_type make_behavior();

private:
  using event_lists = std::shared_ptr<const event_list>;
  using told_events = std::function<void(outcome<event_lists>)>;
  /// When a list goes out next.
  struct outgoing {
    bool planned = false;
    std::chrono::steady_clock::time_point not_before{};
  };
  struct listeners {
    campus_view_ptr how;
    audience all;
    frame initial;  // of the lists as they are; empty when they changed
  };
  struct waiter {
    std::uint64_t wanted;
    told_events then;
  };

  // who is where
  void load();
  task<check_in_ptr> take(scope who, check_in_here what);
  task<void> give_back(scope who, check_in_id which);
  void keep(check_in_ptr fresh);
  void drop(const std::string& user);
  void purge();
  void watch_expiry();
  [[nodiscard]] std::shared_ptr<const check_in_list> listed();

  // events, read when somebody needs them
  void with_events(told_events then);
  void load_events();

  // people
  task<void> read_person(user_id who);
  task<void> forget(user_id who);

  // telling
  void follow(follow_campus what);
  void unfollow(const outbox_ptr& who);
  void admit(const follow_campus& what, const event_lists& events);
  void check_ins_changed();
  void note_events_changed();
  void plan(outgoing& list, void (campus_state::*push)());
  void push_check_ins();
  void push_events();
  template <class Make>
  void send(outgoing& list, Make make);

  protocol::pointer self_;
  establishment_id establishment_;
  database_actor database_;
  campus_pace pace_;

  std::unordered_map<std::string, check_in_ptr> by_user_;
  std::unordered_map<std::string, std::string> user_of_;  // by check-in
  std::set<std::pair<std::int64_t, std::string>> order_;  // moment and user, oldest first
  std::shared_ptr<const check_in_list> listed_;           // null when it changed
  std::int64_t last_moment_ = 0;
  bool watching_ = false;

  event_lists events_;
  std::uint64_t changes_ = 1;  // of the events, as heard
  std::uint64_t loaded_ = 0;   // the change that `events_` has
  bool loading_ = false;
  std::vector<waiter> waiting_;

  std::vector<listeners> listeners_;
  std::unordered_set<outbox_ptr> followers_;
  std::unordered_set<const outbox*> joining_;
  outgoing check_ins_out_;
  outgoing events_out_;
};

}  // namespace stoa
