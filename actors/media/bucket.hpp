#pragma once

#include "actors/core/caf.hpp"
#include "actors/media/file_places.hpp"
#include "actors/media/place.hpp"
#include "actors/media/protocol.hpp"
#include "schema/outcome.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace stoa {

/// One thing to be done with an object: its whole content goes to or comes from a file.
struct bucket_errand {
  enum class act : std::uint8_t { put, get, remove };
  act what = act::get;
  std::string object;          ///< letters, digits, `-`, `_`, `.` and `/`
  std::filesystem::path file;  ///< read by `put`; made by `get`, all at once when it is whole
  std::string type = {};       ///< content type of what is put
};

/// Does it and waits for its end; see `bucket_apart`. `not_found` for an object that is not there
/// (removing one is done then), `unavailable` for everything that may be over later.
[[nodiscard]] outcome<void> do_errand(const bucket_options& where, const bucket_errand& what);

/// Starts an actor that does one errand on a thread of its own and ends.
[[nodiscard]] bucket_actor start_bucket_runner(caf::actor_system& host, bucket_options where,
                                               bucket_errand what);

/// How many errands this process runs at once; one more is told `overloaded`.
inline constexpr std::size_t most_errands = 16;

/// A place among them.
class errand_place : bounded_place {
public:
  errand_place();
};

/// Runs an errand away from whoever asks, which is not held up.
template <class Self>
task<void> bucket_apart(Self* self, bucket_options where, bucket_errand what) {
  errand_place taken;
  auto runner = start_bucket_runner(self->system(), std::move(where), std::move(what));
  run_bucket_errand go;
  co_await ask(self, runner, go);
}

}  // namespace stoa
