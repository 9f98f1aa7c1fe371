#pragma once

#include "actors/core/wire.hpp"

#include <caf/fwd.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <string>

namespace stoa {

/// One row of `jobs` whose turn has come. It may come again: after a crash, or when its answer was
/// lost; whoever runs it makes that harmless.
struct run_job {
  std::int64_t id = 0;
  std::string establishment;  ///< empty for the platform's own
  std::string kind;           ///< `mail` …
  std::string payload;        ///< JSON object
  std::uint32_t attempt = 1;  ///< counts from 1
  std::int64_t made = 0;      ///< when it was queued, microseconds since 1970
};

/// Look for due jobs now rather than at the next beat.
struct look_for_jobs {};

template <class Inspector>
bool inspect(Inspector& f, run_job& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("establishment", x.establishment),
                            f.field("kind", x.kind), f.field("payload", x.payload),
                            f.field("attempt", x.attempt), f.field("made", x.made));
}
template <class Inspector>
bool inspect(Inspector& f, look_for_jobs& x) {
  return f.object(x).fields();
}

}  // namespace stoa

CAF_BEGIN_TYPE_ID_BLOCK(stoa_jobs, stoa::wire::jobs_first)
CAF_ADD_TYPE_ID(stoa_jobs, (stoa::run_job))
CAF_ADD_TYPE_ID(stoa_jobs, (stoa::look_for_jobs))
CAF_END_TYPE_ID_BLOCK(stoa_jobs)

namespace stoa {

/// Runs jobs of one kind. A fault means: try again later.
using worker_actor = caf::typed_actor<caf::result<void>(run_job)>;

/// Hands due jobs to their workers.
using clock_actor = caf::typed_actor<caf::result<void>(look_for_jobs)>;

}  // namespace stoa
