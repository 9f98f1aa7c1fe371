#pragma once

#include "actors/core/caf.hpp"
#include "actors/jobs/protocol.hpp"
#include "persistence/protocol.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace stoa {

/// How often the clock looks, and how patient it is.
struct clock_pace {
  std::chrono::milliseconds beat{5'000};       ///< between two looks for due jobs
  std::chrono::milliseconds clean{3'600'000};  ///< between two clean-ups
  std::size_t running = 16;                    ///< jobs handed out at the same time
  std::uint32_t attempts = 8;                  ///< then a job is dead
  std::chrono::seconds first_pause{10};        ///< doubled after every failure
  std::chrono::seconds longest_pause{3'600};
};

/// Looks into the table `jobs` and hands what is due to the worker of its kind; kinds without a
/// worker wait. What fails is tried again after a pause that doubles; after the last attempt, or
/// when its fault is `invalid`, it is dead and stays in the table with its error. Every node may
/// run one.
class clock_state {
public:
  using protocol = clock_actor;
  static inline const char* name = "jobs.clock";

  clock_state(protocol::pointer self, database_actor database,
              std::map<std::string, worker_actor> workers, clock_pace pace = {});
  protocol::behavior_type make_behavior();

private:
  void beat();
  void clean();
  void look();
  void hand_out(const rows& claimed);
  void finished(const run_job& what);
  void failed(const run_job& what, const fault& why);
  void settle(std::int64_t id, transaction how);

  protocol::pointer self_;
  database_actor database_;
  std::map<std::string, worker_actor> workers_;
  clock_pace pace_;
  std::size_t running_ = 0;
  bool looking_ = false;
};

}  // namespace stoa
