#include "actors/jobs/session_ender.hpp"

#include "schema/json.hpp"

namespace stoa {

session_ender_state::protocol::behavior_type session_ender_state::make_behavior() {
  return {
      [this](run_job& job) -> caf::result<void> {
        if (auto done = end(job); !done)
          return to_error(done.error());
        return {};
      },
  };
}

outcome<void> session_ender_state::end(const run_job& job) const {
  const auto payload = json::parse(job.payload);
  if (!payload || !payload->root()["sessions"].is_array())
    return fail(fault_code::invalid, "a job to end sessions without a list of them");
  const auto reason = payload->root()["reason"].as_string().value_or("signed out");
  for (auto each : payload->root()["sessions"].items())
    if (auto live = find_(std::string{each.as_string().value_or("")}))
      tell(self_, live, end_session{std::string{reason}});
  return {};
}

}  // namespace stoa
