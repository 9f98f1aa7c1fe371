#pragma once

#include "tools/load/asked_page.hpp"
#include "tools/load/book.hpp"
#include "tools/load/socket.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace stoa::load {

class crew;

/// One client in one room: follows it from its last number, says what it is given, says it again
/// with the same key until there is an answer, and comes back whenever the connection breaks.
class member final : public socket_listener {
public:
  member(crew& with, std::uint32_t account, std::uint32_t room, std::string source);
  ~member() override;
  member(const member&) = delete;
  member& operator=(const member&) = delete;

  /// Connects; called by the crew's gate.
  void dial();
  /// Says a message as soon as it can.
  void say(book::number message);
  /// Sends something that is neither stored nor answered, if it is connected.
  void typing();
  /// Breaks the connection and comes back after a while.
  void drop();
  /// Stops reading, or reads again.
  void read_slowly(bool slowly);
  /// Asks for the room's history after a number, until a page has come.
  void read_history(std::uint64_t after);
  /// Looks for answers that should have come long ago.
  void sweep(steady::time_point now);
  /// Goes for good.
  void leave();

  [[nodiscard]] bool live() const noexcept { return live_; }
  [[nodiscard]] bool lost() const noexcept { return gone_; }
  [[nodiscard]] bool slow() const noexcept { return slow_; }
  [[nodiscard]] std::size_t unanswered() const noexcept { return waiting_.size(); }
  [[nodiscard]] std::uint32_t account() const noexcept { return account_; }
  [[nodiscard]] std::uint32_t room() const noexcept { return room_; }
  [[nodiscard]] const seen& track() const noexcept { return seen_; }

private:
  struct wish {
    book::number message;
    std::uint32_t tries = 0;
    steady::time_point sent{};  // the epoch: not on this connection
  };

  void on_open() override;
  void on_text(std::string_view text) override;
  void on_end(const ending& why) override;

  void subscribe();
  void send(wish& what);
  void come_back(bool at_once);
  void on_subscribed(std::string_view text, bool reload);
  void on_event(std::string_view event, bool on_time);
  void on_events(std::string_view text);
  void on_ack(std::string_view text);
  void on_refused(std::string_view text);
  void on_history(std::string_view text);
  void after_replay();
  [[nodiscard]] std::deque<wish>::iterator find(book::number message);

  crew& with_;
  std::uint32_t account_;
  std::uint32_t room_;
  std::string source_;
  std::shared_ptr<socket> socket_;
  seen seen_;
  std::deque<wish> waiting_;
  std::optional<std::uint64_t> more_after_;  // subscribe again when this number was seen
  asked_page history_;
  steady::time_point history_asked_{};
  steady::time_point subscribed_at_{};
  std::uint64_t repeats_until_ = 0;  // numbers that come again because we asked again
  std::uint32_t failures_ = 0;       // connections in a row that came to nothing
  std::uint32_t generation_ = 0;
  bool live_ = false;
  bool subscribing_ = false;
  bool slow_ = false;
  bool lags_ = false;  // was slow: its latency is its own
  bool gone_ = false;
};

}  // namespace stoa::load
