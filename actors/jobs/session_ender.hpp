#pragma once

#include "actors/core/caf.hpp"
#include "actors/jobs/protocol.hpp"
#include "actors/people/protocol.hpp"

#include <functional>
#include <string>

namespace stoa {

/// Runs jobs of the kind `end_sessions`: their rows are gone already (somebody was signed out or
/// disabled from outside of this server), and what lives of them here is told so.
class session_ender_state {
public:
  using protocol = worker_actor;
  static inline const char* name = "jobs.session_ender";
  /// The live session behind a token's hash, or a null handle.
  using finder = std::function<session_actor(const std::string& token_hash)>;

  session_ender_state(protocol::pointer self, finder find) : self_(self), find_(std::move(find)) {}
  protocol::behavior_type make_behavior();

private:
  [[nodiscard]] outcome<void> end(const run_job& job) const;

  protocol::pointer self_;
  finder find_;
};

}  // namespace stoa
