#pragma once

#include "tools/load/agenda.hpp"
#include "tools/load/book.hpp"
#include "tools/load/member.hpp"
#include "tools/load/process_meter.hpp"
#include "tools/load/report.hpp"
#include "tools/load/server_process.hpp"
#include "tools/load/target.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace stoa::load {

using namespace std::chrono_literals;

/// How often a run looks at what is due.
constexpr auto beat = 5ms;

/// What holds for every run with members in rooms.
struct crew_options {
  target where;
  std::chrono::milliseconds settle = 30s;  ///< for answers and catching up after the last message
  std::chrono::milliseconds gather = 60s;  ///< for everybody to be connected at the beginning
  std::uint32_t dialing = 128;             ///< connections being made at the same time
  std::uint32_t per_address = 1900;        ///< connections from one loopback address
  std::uint32_t slow_readers = 0;
  std::chrono::milliseconds storm_every{0};
  double storm_share = 0;
  std::vector<std::string> server_command;  ///< started, and killed, by us
  std::filesystem::path server_log;
  std::chrono::milliseconds kill_every{0};
  std::uint32_t kills = 0;  ///< 0: as long as the run lasts
  std::chrono::milliseconds down_time = 1s;
  int server_pid = 0;  ///< somebody else's server, to be measured
  bool quiet = false;
  bool deflate = false;  ///< sockets ask for permessage-deflate
};

/// A place in a room.
struct seat {
  std::uint32_t account;
  std::uint32_t room;
};

/// Who says what and when.
class script {
public:
  virtual ~script() = default;
  [[nodiscard]] virtual std::string text(book::number message) const = 0;
  /// Everybody is there.
  virtual void begin(crew& who) = 0;
  /// Every few milliseconds until it says that it has nothing left to say.
  [[nodiscard]] virtual bool tick(steady::time_point now) = 0;
  virtual void answered(book::number message) = 0;
};

/// Members in rooms, and the run from gathering to the verdict. One thread.
class crew {
public:
  struct counters {
    std::uint64_t connected = 0;   // connections that were opened
    std::uint64_t retries = 0;     // posts sent again
    std::uint64_t unanswered = 0;  // answers that did not come in time
    std::uint64_t signals = 0, typing_sent = 0;
    std::uint64_t gaps = 0, out_of_order = 0, doubled = 0;
    std::uint64_t owner_gaps = 0;  // `gap` frames
    std::uint64_t heartbeats_ahead = 0;
    std::map<std::string, std::uint64_t, std::less<>> refused;  // every `refused`, by code
    std::map<std::string, std::uint64_t> endings;
    std::uint64_t unreadable = 0;
    std::uint32_t kills = 0;
    std::uint64_t storms = 0;
  };

  crew(std::string name, crew_options how, const people& who, std::vector<seat> seats,
       std::size_t rooms, script& what);
  ~crew();
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;

  /// Runs to the end, or until SIGINT or SIGTERM ask for the verdict early.
  [[nodiscard]] report run();

  // -- for scripts ----------------------------------------------------------------------
  [[nodiscard]] std::vector<std::unique_ptr<member>>& members() noexcept { return members_; }
  /// Counts a message as wished and gives it to its author.
  book::number say(member& who);

  // -- for members ----------------------------------------------------------------------
  [[nodiscard]] boost::asio::io_context& io() noexcept { return io_; }
  [[nodiscard]] const target& where() const noexcept { return how_.where; }
  [[nodiscard]] bool deflates() const noexcept { return how_.deflate; }
  [[nodiscard]] const account& account_of(std::uint32_t index) const { return who_.users[index]; }
  [[nodiscard]] const std::string& stream_of(std::uint32_t room) const { return streams_[room]; }
  [[nodiscard]] book& members_book() noexcept { return books_; }
  [[nodiscard]] std::mt19937& dice() noexcept { return dice_; }
  void later(steady::duration delay, std::function<void()> what) {
    agenda_.after(delay, std::move(what));
  }
  void want_in(member& who);
  void gate_passed();
  void arrived(member& who);
  void left(member& who);
  void answered(book::number message) { what_.answered(message); }
  void history_read(std::uint32_t room, std::uint64_t last);
  void note_ending(const ending& why);
  void note_unreadable(std::string_view text);

  counters counts;

private:
  enum class phase : std::uint8_t { gathering, talking, settling, reading, catching_up, done };

  void tick();
  void enter(phase next);
  void open_gate();
  void each_second();
  void storm();
  void kill_server();
  [[nodiscard]] bool kills_to_come() const;
  [[nodiscard]] steady::duration longest_talk() const;
  void restart_server();
  [[nodiscard]] bool settled() const;
  [[nodiscard]] bool caught_up() const;
  [[nodiscard]] int server() const;
  [[nodiscard]] usage used() const;
  void interrupt();
  [[nodiscard]] report sum_up();

  std::string name_;
  crew_options how_;
  const people& who_;
  script& what_;
  boost::asio::io_context io_{1};
  agenda agenda_{io_};
  boost::asio::signal_set signals_;
  std::mt19937 dice_;
  book books_;
  std::vector<std::string> streams_;
  std::vector<std::unique_ptr<member>> members_;
  std::optional<server_process> child_;
  std::deque<member*> at_gate_;
  std::uint32_t dialing_ = 0;
  std::size_t live_ = 0;
  phase phase_ = phase::gathering;
  steady::time_point began_, talking_since_, talking_until_, gathered_, phase_since_, second_;
  std::vector<bool> rooms_asked_, rooms_read_;
  std::size_t unread_ = 0;
  usage before_, gathered_use_, talking_use_;
  double cpu_of_dead_ = 0, cpu_before_ = 0, cpu_talking_ = 0;
  std::uint64_t last_deliveries_ = 0;
  std::uint64_t deliveries_talking_ = 0;
  bool interrupted_ = false;
  bool unreachable_ = false;
  std::string trouble_;
};

}  // namespace stoa::load
