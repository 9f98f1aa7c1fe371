#pragma once

#include "actors/core/lane.hpp"

#include <caf/execution_unit.hpp>
#include <caf/fwd.hpp>

#include <memory>

namespace stoa {

/// CAF's way onto a lane: an actor that becomes ready there has its turn there, between the lane's
/// other jobs, and so have those it wakes. A request thus passes its session, its owner and the
/// pool without a wake-up of another thread. What may block is done `off_the_lane`.
///
/// Outlives the lane's thread. A turn that the lane no longer takes is run by CAF's workers.
class lane_unit final : public caf::execution_unit {
public:
  lane_unit(caf::actor_system& system, std::shared_ptr<lane> where);

  /// From now on what `tell_anonymously` sends from the lane's thread is handled there.
  void settle();

  /// Safe from any thread.
  void exec_later(caf::resumable* what) override;

  /// The unit of the calling thread, or null outside of lanes: CAF's workers do it.
  [[nodiscard]] static caf::execution_unit* here() noexcept;

private:
  struct turn;
  std::shared_ptr<lane> lane_;
};

}  // namespace stoa
