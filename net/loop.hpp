#pragma once

#include "actors/core/lane.hpp"
#include "net/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace stoa {

using steady_time = std::chrono::steady_clock::time_point;

class loop;

/// Something that lives on a loop and is looked at now and then instead of owning timers. The loop
/// keeps it alive from `enlist` to `delist`; after that only a husk may remain, which may be let go
/// of on any thread.
class swept : public std::enable_shared_from_this<swept> {
public:
  swept() = default;
  swept(const swept&) = delete;
  swept& operator=(const swept&) = delete;
  virtual ~swept() = default;

  /// Time passes: check deadlines. May end the object.
  virtual void sweep(steady_time now) = 0;
  /// The server stops: finish soon, sockets with this code.
  virtual void drain(close_code code) = 0;
  /// The server's patience is over: let go of everything now.
  virtual void kill() = 0;

private:
  friend class loop;
  std::shared_ptr<swept> self_;
  swept* before_ = nullptr;
  swept* after_ = nullptr;
};

/// A queue that wants writing once the current batch is over.
class flushed {
public:
  virtual ~flushed() = default;
  virtual void flush() = 0;

private:
  friend class loop;
  bool waiting_ = false;
};

/// One I/O thread: its Asio context, the lane into it, the list of what lives on it, and scratch
/// memory that sessions borrow while they run.
class loop final : public lane, public std::enable_shared_from_this<loop> {
public:
  /// What sessions count; read from other threads.
  struct tally {
    std::atomic<std::uint64_t> requests{0}, sockets{0}, frames{0}, writes{0}, skipped{0},
        overrun{0}, residents{0};
  };

  explicit loop(std::chrono::milliseconds tick);
  ~loop() override;

  // -- the lane ------------------------------------------------------------------
  using lane::post;
  void post(std::unique_ptr<task> job) override;
  [[nodiscard]] bool here() const noexcept override;

  // -- running -------------------------------------------------------------------
  void start();
  /// Ends the loop when `kill` has been called on everything, and joins it.
  void end();

  // -- residents (loop thread only) ------------------------------------------------
  void enlist(std::shared_ptr<swept> who);
  void delist(swept& who);
  /// Tells everyone, and whoever comes later, that the server stops.
  void drain(close_code code);
  /// Lets go of everyone, and of whoever comes later.
  void kill();
  template <class F>
  void each(F visit) {
    // Whoever leaves meanwhile, the visited or any other, moves the cursor along.
    for (cursor_ = first_; cursor_ != nullptr;) {
      auto at = cursor_->self_;
      cursor_ = cursor_->after_;
      visit(*at);
    }
  }

  /// Calls `who.flush()` once, after the current batch of jobs or handlers.
  void touch(flushed& who);
  /// Forgets a touched one that ends.
  void untouch(flushed& who) noexcept;

  /// `Date: …\r\n`, made anew once a second.
  [[nodiscard]] std::string_view date_line();
  /// An identifier that no other request of this process or of others has.
  [[nodiscard]] std::string fresh_id();

  boost::asio::io_context context{1};
  tally counts;
  std::array<char, 64 * 1024> scratch{};  ///< valid until the handler that filled it returns
  std::function<void()> on_empty;         ///< the last resident has left

private:
  void run_batch() noexcept;
  void flush_all();
  void arm();

  std::atomic<task*> inbox_{nullptr};
  std::thread thread_;
  std::atomic<std::thread::id> owner_{};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> alive_;
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds tick_;
  bool armed_ = false;
  bool in_batch_ = false;
  bool flush_posted_ = false;
  bool killed_ = false;
  bool ending_ = false;
  std::optional<close_code> draining_;
  swept* first_ = nullptr;
  swept* cursor_ = nullptr;
  std::vector<flushed*> touched_;
  std::vector<flushed*> flushing_;
  std::string date_;
  std::int64_t date_second_ = 0;
  std::uint64_t id_base_;
  std::uint64_t id_next_;
};

}  // namespace stoa
