#pragma once

#include "schema/json_writer.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace stoa::stoa_api {

enum class speaker : std::uint8_t { client, server };

/// What /asyncapi.json says of one frame of `stoa.v1`.
struct frame_note {
  std::string_view name;
  std::string_view says;
  /// Beside `type`: words like `text:MessageText!` that name a schema; `!` behind one says that the
  /// member is always there. Of `event` and `signal` the stream and the kind decide.
  std::string_view members;
};

[[nodiscard]] std::span<const frame_note> frames_of(speaker who);

/// `client.post`, `server.ack`: the name of a frame's message.
[[nodiscard]] std::string message_name(speaker who, const frame_note& what);

/// Writes the Message object of a frame.
void write_message(speaker who, const frame_note& what, json_writer& json);

/// Writes the value of `components.schemas`, which the messages refer to: every kind of event and
/// signal with its data, and what their members look like.
void write_frame_schemas(json_writer& json);

}  // namespace stoa::stoa_api
