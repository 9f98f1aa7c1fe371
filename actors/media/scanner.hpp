#pragma once

#include "actors/core/caf.hpp"
#include "actors/media/place.hpp"
#include "actors/media/protocol.hpp"
#include "schema/outcome.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

namespace stoa {

/// How long clamd may take. Both together lie well within the time that an answer may take
/// (`http_answer_time`).
struct scan_patience {
  std::chrono::seconds connect{5};
  std::chrono::seconds verdict{30};  ///< from the first byte to the answer
};

/// Has a file read by the clamd at this address: the path of its socket, or `host:port`. Answers
/// the name of what it found, empty for nothing. `too_large` when the file is longer than clamd
/// takes (its StreamMaxLength), `unavailable` when there was no verdict.
[[nodiscard]] outcome<std::string> scan_with_clamd(const std::string& clamd,
                                                   const std::string& file,
                                                   const scan_patience& patience = {});

/// Starts an actor that has one file scanned on a thread of its own and ends.
[[nodiscard]] scanner_actor start_scanner(caf::actor_system& host);

/// How many files this process has scanned at once; one more is told `overloaded`.
inline constexpr std::size_t most_scans = 8;

/// A place among them.
class scan_place : bounded_place {
public:
  scan_place();
};

/// Tells the actors of a system, before it starts, where clamd listens; empty: there is none.
void use_clamd(caf::actor_system_config& of, const std::string& where);
[[nodiscard]] std::string clamd_of(const caf::actor_system& host);

/// Has a file scanned away from whoever asks. Without a clamd nothing is found.
template <class Self>
task<std::string> scan_apart(Self* self, std::string file) {
  auto clamd = clamd_of(self->system());
  if (clamd.empty())
    co_return std::string{};
  scan_place taken;
  auto scanner = start_scanner(self->system());
  scan_file wanted{std::move(clamd), std::move(file)};
  auto verdict = co_await ask(self, scanner, std::move(wanted));
  co_return std::move(verdict.found);
}

}  // namespace stoa
