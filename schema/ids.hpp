#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace stoa {

/// An opaque identifier of one kind of thing. On the wire and in the database it is text; the tag
/// keeps a user from being passed where a room is meant.
template <class Tag>
struct id {
  std::string value;

  id() = default;
  explicit id(std::string text) : value(std::move(text)) {}
  explicit id(std::string_view text) : value(text) {}
  explicit id(const char* text) : value(text) {}

  [[nodiscard]] bool empty() const noexcept { return value.empty(); }
  friend bool operator==(const id&, const id&) = default;
  friend std::strong_ordering operator<=>(const id& a, const id& b) noexcept {
    return a.value.compare(b.value) <=> 0;
  }
};

using establishment_id = id<struct establishment_tag>;
using user_id = id<struct user_tag>;
using session_id = id<struct session_tag>;
using room_id = id<struct room_tag>;
using group_id = id<struct group_tag>;
using board_id = id<struct board_tag>;
using message_id = id<struct message_tag>;
using notification_id = id<struct notification_tag>;
using event_id = id<struct event_tag>;
using check_in_id = id<struct check_in_tag>;
using announcement_id = id<struct announcement_tag>;
using document_id = id<struct document_tag>;
using content_id = id<struct content_tag>;
using category_id = id<struct category_tag>;
using letter_id = id<struct letter_tag>;
using complaint_id = id<struct complaint_tag>;
using employee_category_id = id<struct employee_category_tag>;
using permission_id = id<struct permission_tag>;

/// A fresh random identifier: a lower-case UUID version 4 (RFC 9562) from the kernel's generator.
[[nodiscard]] std::string fresh_uuid();

/// A typed `fresh_uuid`.
template <class Id>
[[nodiscard]] Id fresh() {
  return Id{fresh_uuid()};
}

}  // namespace stoa

template <class Tag>
struct std::hash<stoa::id<Tag>> {
  std::size_t operator()(const stoa::id<Tag>& x) const noexcept {
    return std::hash<std::string>{}(x.value);
  }
};
