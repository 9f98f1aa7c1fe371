#pragma once

#include "actors/groups/events.hpp"
#include "persistence/protocol.hpp"

#include <cstddef>
#include <string>

namespace stoa {

/// The event that this author's key has made in a stream, if any: rows for `read_stream_event`.
[[nodiscard]] statement select_event_of_key(const std::string& stream, const std::string& author,
                                            const std::string& key);

/// A row of `stream_events` as an event.
[[nodiscard]] event_ptr read_stream_event(const std::string& stream, const rows& from,
                                          std::size_t row);

}  // namespace stoa
