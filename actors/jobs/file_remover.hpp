#pragma once

#include "actors/core/caf.hpp"
#include "actors/jobs/protocol.hpp"
#include "actors/media/file_places.hpp"

#include <string>
#include <utility>

namespace stoa {

/// The kind of jobs that remove the bytes of files whose rows are gone. The database makes them, in
/// the transaction that removed the last row which showed a file.
inline constexpr const char* remove_file_job = "remove_file";

/// Runs jobs of the kind `remove_file`, whose payload is `{"name": "intranet/…"}`. Removing what is
/// gone is done. `invalid` for a name that leads out of the place, `unavailable` when the place
/// cannot be reached. Blocks for as long as a disk or a store takes: it has a thread of its own.
class file_remover_state {
public:
  using protocol = worker_actor;
  static inline const char* name = "jobs.file_remover";

  file_remover_state(protocol::pointer, file_places places) : places_(std::move(places)) {}
  protocol::behavior_type make_behavior();

private:
  [[nodiscard]] outcome<void> remove(const std::string& name) const;

  file_places places_;
};

}  // namespace stoa
