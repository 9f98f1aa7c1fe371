#pragma once

#include <string>

#include "actors/core/caf.hpp"
#include "actors/groups/protocol.hpp"
#include "actors/groups/stream_log.hpp"
#include "schema/scope.hpp"

namespace stoa {

/// How long an owner that nobody follows or asks stays in memory, and how long it then still answers
/// what was on its way to it.
inline constexpr auto owner_idle = std::chrono::seconds{60};
inline constexpr auto owner_farewell = std::chrono::seconds{5};

/// The wires between a `stream_log` and the actor that owns it.
template <class Self>
stream_log::wiring wire_log(Self* self, const database_actor& database) {
  stream_log::wiring out;
  out.run = [self, database](transaction what, std::function<void(outcome<results>)> done) {
    ask(self, database, std::move(what))
        .then([done](results& got) { done(std::move(got)); },
              [done](caf::error& why) { done(to_fault(why)); });
  };
  out.later = [self](std::chrono::milliseconds delay, std::function<void()> what) {
    after_delay(self, delay, std::move(what));
  };
  out.fenced = [self] { self->quit(to_error(fail(fault_code::unavailable, "fenced"))); };
  return out;
}

/// A row of another tenant does not exist for the caller. The platform sees all of them.
[[nodiscard]] inline bool sees(const scope& who, const std::string& establishment) {
  return who.establishment.value == establishment ||
         (who.establishment.value == platform_scope && who.rank == role::super_admin);
}

/// The server itself acting in an establishment, for wishes that follow from another owner's
/// decision.
[[nodiscard]] inline scope server_scope(const std::string& establishment) {
  scope out;
  out.establishment = establishment_id{establishment};
  out.rank = role::super_admin;
  out.name = "Stoa";
  return out;
}

/// Whether the caller is the server itself rather than a person.
[[nodiscard]] inline bool is_server(const scope& who) {
  return who.user.empty() && who.rank == role::super_admin;
}

}  // namespace stoa
