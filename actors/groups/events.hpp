#pragma once

#include "actors/core/frame.hpp"
#include "actors/core/outbox.hpp"
#include "schema/ids.hpp"
#include "schema/moment.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace stoa {

/// As much of a person as everybody in the same room may see.
struct person {
  user_id id;
  std::string first_name;
  std::string last_name;
  std::string email;
  std::optional<std::string> avatar;

  /// "first last", else the e-mail address, else `Unknown User`: never empty.
  [[nodiscard]] std::string display_name() const;
};

/// A chat message as it stands now.
struct chat_message {
  message_id id;
  room_id room;
  std::uint64_t seq = 0;
  user_id author;
  std::string type = "text";
  std::string content;
  std::optional<std::string> metadata;  ///< JSON text
  std::optional<message_id> reply_to;
  std::optional<message_id> thread;
  std::optional<iso_time> edited_at;
  bool is_deleted = false;
  iso_time created_at;
  iso_time updated_at;
};

/// Something that happened and stays: the `seq`-th event of its stream.
struct stream_event {
  std::string stream;     ///< `room:<id>`, `group:<id>`, `board:<id>`
  std::uint64_t seq = 0;  ///< 1, 2, 3 … without a gap
  std::string kind;       ///< `message`, `edit`, `delete`, `react`, `unreact`, `join`, `leave` …
  person author;
  std::string client_key;  ///< the client's own name for the wish, empty for none
  std::string subject;     ///< id of the message or member that it is about
  std::string data;        ///< JSON object
  iso_time at;
  std::shared_ptr<const chat_message> message;  ///< with kind `message`, fresh ones only
};
using event_ptr = std::shared_ptr<const stream_event>;

/// Something that is happening and passes: typing, a cursor, who is here. Never stored.
struct stream_signal {
  std::string stream;
  std::string kind;
  person author;
  std::string data;  ///< JSON object
  iso_time at;
  urgency how = urgency::ephemeral;  ///< what becomes of it where a follower is slow
};

/// What a new follower is told before the events flow.
struct followed {
  std::uint64_t from = 0;  ///< the number it gave
  std::uint64_t to = 0;    ///< the last number sent so far
  std::uint64_t last = 0;  ///< the last number there is
  bool live = true;        ///< false: there is more; follow again from `to`
  bool reload = false;     ///< the number it gave does not exist: load the state anew
};

/// How one family of clients reads a stream: net has one per protocol, owners only carry the
/// pointer. An empty frame means that these clients are not told.
class view {
public:
  virtual ~view() = default;
  [[nodiscard]] virtual frame event(const stream_event& what) const = 0;
  [[nodiscard]] virtual frame signal(const stream_signal& what) const = 0;
  /// The first thing a new follower is sent; what it missed and what comes is sent after it.
  [[nodiscard]] virtual frame greeting(const std::string& stream, const followed& what) const = 0;
  /// Every now and then: the stream's last number.
  [[nodiscard]] virtual frame heartbeat(const std::string& stream, std::uint64_t last) const = 0;
  /// The owner ends while this client follows it: come back with the last number.
  [[nodiscard]] virtual frame gap(const std::string& stream) const = 0;
  /// Several events that a client missed, in one frame.
  [[nodiscard]] virtual frame replay(std::span<const event_ptr> events) const = 0;
};

}  // namespace stoa
