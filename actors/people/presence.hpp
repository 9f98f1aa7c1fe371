#pragma once

#include "actors/core/caf.hpp"
#include "actors/groups/follower_set.hpp"
#include "actors/people/protocol.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace stoa {

/// How patiently presence speaks.
struct presence_pace {
  std::chrono::milliseconds grace{5'000};   ///< without a socket before somebody is offline
  std::chrono::milliseconds gather{1'000};  ///< changes within this time share a frame
  std::size_t page = 250;                   ///< people named in one frame
  std::size_t most = 5'000;                 ///< people named to one who begins to follow
};

/// Owns the stream `presence` of one establishment: who of its people has a socket open. Sessions
/// tell it about their first and last socket; several devices are one person; a reload of a page is
/// no change. Followers are told changes only, one frame at most per `gather`. It keeps no rows:
/// after a restart sessions tell it anew, as their sockets come back. It stays while the node runs.
class presence_state {
public:
  using protocol = presence_actor;
  static inline const char* name = "people.presence";

  presence_state(protocol::pointer self, establishment_id of, presence_pace pace = {});
  ~presence_state();
  presence_state(const presence_state&) = delete;
  presence_state& operator=(const presence_state&) = delete;
  protocol::behavior_type make_behavior();

private:
  struct one {
    std::string name;
    std::set<std::string> sessions;  // with a socket; empty during the grace
    std::uint64_t departures = 0;    // tells a grace that still counts from an older one
  };

  void note(note_presence& what);
  void touch(const std::string& user);
  void tell_changes();
  caf::result<followed> follow(const scope& who, follow_stream& what);
  void introduce(const follow_stream& what);
  [[nodiscard]] stream_signal signal(std::string data) const;
  void beat();

  protocol::pointer self_;
  establishment_id establishment_;
  presence_pace pace_;
  std::map<std::string, one> here_;
  std::map<std::string, std::string> told_;  // user and name, as followers know them
  std::set<std::string> touched_;
  bool telling_ = false;
  std::uint64_t version_ = 0;  // counts the frames of changes
  follower_set followers_;
};

}  // namespace stoa
