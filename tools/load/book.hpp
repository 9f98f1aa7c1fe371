#pragma once

#include "tools/load/histogram.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stoa::load {

/// What one client has seen of one stream.
class seen {
public:
  enum class how : std::uint8_t { next, twice, late, skipping };

  /// Followed from here on: `number` is the last one that it does not expect.
  void begin(std::uint64_t number);
  how note(std::uint64_t seq);
  [[nodiscard]] bool begun() const noexcept { return begun_; }
  [[nodiscard]] std::uint64_t first() const noexcept { return first_; }
  [[nodiscard]] std::uint64_t last() const noexcept { return last_; }
  /// How many numbers up to `last_of_stream` never came.
  [[nodiscard]] std::uint64_t missing(std::uint64_t last_of_stream) const;

private:
  struct hole {
    std::uint64_t from, to;  // both missing
  };
  std::uint64_t first_ = 0;
  std::uint64_t last_ = 0;
  std::vector<hole> holes_;
  bool begun_ = false;
};

/// What was promised and was not kept.
struct breach {
  std::uint64_t count = 0;
  std::vector<std::string> examples;  ///< the first few
};

/// The books of a run: what was sent and when, what the server said to it, what clients saw, and
/// what history says. Messages are numbered from 0; their keys carry the number.
class book {
public:
  using number = std::uint32_t;
  static constexpr number foreign = UINT32_MAX - 1;  ///< an event that is not of this run

  /// `run` makes keys unique among runs; `texts` gives the text of a message again.
  book(std::string run, std::size_t rooms, std::function<std::string(number)> texts);

  // -- writing ------------------------------------------------------------------------
  number wished(std::uint32_t author, std::uint32_t room);
  [[nodiscard]] std::string key_of(number message) const;
  /// The message of a key, or `foreign`.
  [[nodiscard]] number find(std::string_view key) const;
  void acked(number message, std::uint64_t seq);
  void refused(number message, std::string_view code);
  /// One client received an event. `on_time` is false for what was missed and came later.
  void delivered(std::uint32_t room, std::uint64_t seq, number message, bool on_time);
  /// One event of the room's history, in the order in which it came.
  void recorded(std::uint32_t room, std::uint64_t seq, number message, std::string_view author,
                std::string_view expected_author, const std::string& text);
  void begin_room(std::uint32_t room, std::uint64_t base);
  /// History of the room was read to its end.
  void end_room(std::uint32_t room, std::uint64_t last);
  /// After all histories: acknowledged messages must be there once, refused ones must not.
  void close();
  void breach_of(const std::string& promise, const std::string& example);

  // -- reading ------------------------------------------------------------------------
  [[nodiscard]] std::uint32_t author(number message) const { return messages_[message].author; }
  [[nodiscard]] std::uint32_t room(number message) const { return messages_[message].room; }
  [[nodiscard]] std::size_t size() const noexcept { return messages_.size(); }
  [[nodiscard]] std::string text(number message) const { return texts_(message); }
  /// The last number of a room that anybody has heard of.
  [[nodiscard]] std::uint64_t last(std::uint32_t room) const { return rooms_[room].last; }
  [[nodiscard]] std::uint64_t base(std::uint32_t room) const { return rooms_[room].base; }

  std::uint64_t acks = 0;
  std::uint64_t deliveries = 0;
  std::map<std::string, std::uint64_t, std::less<>> refusals;  ///< final ones
  histogram to_ack;
  histogram to_delivery;  ///< live events only
  histogram to_catch_up;  ///< events that came as missed ones
  std::map<std::string, breach> breaches;
  bool in_order = false;  ///< history must have the messages in the order of their numbers

private:
  enum class state : std::uint8_t { waiting, acked, refused };
  struct sent_message {
    steady::time_point sent;
    std::uint32_t author;
    std::uint32_t room;
    std::uint64_t seq = 0;
    state is = state::waiting;
    std::uint8_t in_history = 0;
  };
  struct room_truth {
    std::uint64_t base = 0;
    std::uint64_t last = 0;
    std::uint64_t read = 0;        // history was read up to here
    std::vector<number> messages;  // of base + 1, base + 2 …
    number newest = 0;             // with `in_order`: one above the last one in history
    bool begun = false;
  };
  void agree(std::uint32_t room, std::uint64_t seq, number message);
  [[nodiscard]] std::string name(number message) const;

  std::string run_;
  std::function<std::string(number)> texts_;
  std::vector<sent_message> messages_;
  std::vector<room_truth> rooms_;
};

}  // namespace stoa::load
