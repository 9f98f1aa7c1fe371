#pragma once

#include "actors/core/caf.hpp"
#include "actors/groups/protocol.hpp"
#include "actors/groups/stream_log.hpp"
#include "schema/scope.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace stoa {

/// How often an owner tells its followers the last number and looks whether it may leave, and how
/// long it then still answers what was on its way to it.
inline constexpr auto owner_heartbeat = std::chrono::seconds{25};
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

/// What a saved event answers.
[[nodiscard]] inline posted answer_of_event(const event_ptr& event) {
  return {event->stream, event->seq, event->subject, event->at, event};
}

/// Beats the followers' heart, and lets the owner go when nobody needed it for
/// `idle`.
/// `last_use` and `log` belong to the owner; `retire` takes it off its directory.
template <class Self>
void keep_watch(Self* self, std::optional<stream_log>& log,
                const std::chrono::steady_clock::time_point& last_use,
                std::chrono::milliseconds idle, std::function<void()> retire) {
  after_delay(self, owner_heartbeat,
              [self, &log, &last_use, idle, retire = std::move(retire)]() mutable {
                log->beat();
                if (!log->idle() || self->clock().now() - last_use < idle) {
                  keep_watch(self, log, last_use, idle, std::move(retire));
                  return;
                }
                retire();
                after_delay(self, owner_farewell, [self] { self->quit(); });
              });
}

}  // namespace stoa
