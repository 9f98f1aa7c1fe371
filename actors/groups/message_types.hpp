#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

namespace stoa {

/// What a message in a room may be; the table `messages` knows no others.
inline constexpr std::string_view message_types[] = {"text", "file", "image",
                                                     "link", "poll", "whiteboard"};
/// The same for people.
inline constexpr const char* message_types_said = "text, file, image, link, poll or whiteboard";

[[nodiscard]] inline bool is_message_type(std::string_view word) {
  return std::find(std::begin(message_types), std::end(message_types), word) !=
         std::end(message_types);
}

}  // namespace stoa
