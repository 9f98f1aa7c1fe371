#pragma once

#include "actors/checkins/lists.hpp"
#include "actors/core/task.hpp"
#include "actors/people/protocol.hpp"
#include "persistence/protocol.hpp"

#include <optional>
#include <string_view>

namespace stoa {

/// Events have no live owner: their rules are the database's, so every edition may write them by
/// these functions or by statements of its own, from any node. Whoever did tells the campus
/// (`house::events_changed`), which reads the list again for its followers.
///
/// Faults: `not_found`; `forbidden` for what only the organiser may; `conflict` with one of the
/// texts below.
namespace calendar {

inline constexpr const char* already_attends = "already attending";
inline constexpr const char* does_not_attend = "not attending";
inline constexpr const char* organiser_stays = "the organiser always attends";
inline constexpr const char* is_full = "the event is full";
inline constexpr int most_attendees = 1000;  ///< of one event
inline constexpr int most_listed = 1000;     ///< the latest by date; earlier ones are not listed

/// Looks for the events of an establishment, or for one of them; `events_of` reads what it gives.
[[nodiscard]] transaction look_for_events(const establishment_id& where,
                                          const std::optional<event_id>& one = std::nullopt);
[[nodiscard]] event_list events_of(const results& found);

[[nodiscard]] task<campus_event> find(session_actor::pointer self, database_actor database,
                                      scope who, event_id which);

/// Makes an event whose organiser is the caller, and its first attendee.
[[nodiscard]] task<campus_event> propose(session_actor::pointer self, database_actor database,
                                         scope who, event_row draft);

[[nodiscard]] task<campus_event> change(session_actor::pointer self, database_actor database,
                                        scope who, event_id which, change_of<event_row> what);

[[nodiscard]] task<void> cancel(session_actor::pointer self, database_actor database, scope who,
                                event_id which);

[[nodiscard]] task<void> attend(session_actor::pointer self, database_actor database, scope who,
                                event_id which);

[[nodiscard]] task<void> leave(session_actor::pointer self, database_actor database, scope who,
                               event_id which);

}  // namespace calendar

/// The columns of a `campus_person` of the table aliased `alias`, four of them, and the person they
/// hold from column `first` on.
[[nodiscard]] std::string person_columns(std::string_view alias);
[[nodiscard]] campus_person campus_person_at(const rows& from, std::size_t row, std::size_t first);

}  // namespace stoa
