#pragma once

#include "actors/groups/protocol.hpp"
#include "net/request.hpp"
#include "schema/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What clients of `stoa.v1` say, over a socket and over REST, read into messages. Every function
/// throws `invalid` when the text makes no sense.
namespace stoa::stoa_api {

/// A member's text; empty when it is absent or no string.
[[nodiscard]] std::string text_of(const json_value& from, std::string_view name);

/// Throws unless a frame has a known `type` and the members of that type, and no others.
void need_frame(const json_value& said);

/// A list of texts, empty when it is absent or null.
[[nodiscard]] std::vector<std::string> texts_in(const json_value& from, std::string_view name);

/// A member that must be absent or a whole number from 0.
[[nodiscard]] std::optional<std::uint64_t> number_of(const json_value& from, std::string_view name);

/// A query parameter that must be absent, empty or a whole number from 0.
[[nodiscard]] std::optional<std::uint64_t> parameter_number(const request& from,
                                                            std::string_view name);
/// The same for a text that is there already; `name` is for the complaint.
[[nodiscard]] std::optional<std::uint64_t> read_number(std::string_view text,
                                                       std::string_view name);

/// A member's text that must be absent, null or a string.
[[nodiscard]] std::optional<std::string> text_if_any(const json_value& from, std::string_view name);

/// The client's name for a wish from the member `key`, empty when there is none.
[[nodiscard]] std::string key_in(const json_value& said);

/// The streams of `subscribe` and `unsubscribe`: a list with at least one item.
json_value streams_in(const json_value& said);
/// One of them: a name, or an object whose members are checked here. Empty for anything else.
[[nodiscard]] std::string stream_named(const json_value& item);

/// A member that must be absent, null or an object, as JSON text; `{}` when it is not there.
[[nodiscard]] std::string object_in(const json_value& said, std::string_view name);

/// The kind of a client's signal: its own word, none that the server says itself.
[[nodiscard]] std::string signal_kind(const json_value& said);

/// The members of `post`, without its key. On a socket `type` is taken, so there the message's type
/// is `messageType`.
[[nodiscard]] say_in_room read_post(const json_value& said,
                                    std::string_view type_member = "messageType");

}  // namespace stoa::stoa_api
