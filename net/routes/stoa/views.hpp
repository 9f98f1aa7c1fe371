#pragma once

#include "actors/groups/events.hpp"
#include "actors/groups/protocol.hpp"

#include <string>
#include <string_view>

/// The frames of `stoa.v1`; realtime.md beside this file describes them.
namespace stoa::stoa_api {

/// How sockets of `stoa.v1` read a stream.
[[nodiscard]] const view& realtime_view();

[[nodiscard]] frame welcome(const scope& who);
/// `reference` is the client's `ref`, empty for none.
[[nodiscard]] frame ack(const std::string& key, const posted& what,
                        std::string_view reference = {});
[[nodiscard]] frame refused(std::string_view reference, const fault& why);
[[nodiscard]] frame pong(std::string_view reference);
[[nodiscard]] frame history(std::string_view reference, const std::string& stream,
                            const history_page& page);

/// The JSON of `ack`, which is also REST's answer to a wish.
void write_ack(const std::string& key, const posted& what, std::string& out,
               std::string_view reference = {});

/// One event as a JSON object, without its `type`: what history and REST share.
void write_event(const stream_event& what, std::string& out);

}  // namespace stoa::stoa_api
