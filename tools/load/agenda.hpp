#pragma once

#include "tools/load/histogram.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <queue>
#include <random>
#include <vector>

namespace stoa::load {

/// What is to be done later, behind one timer: thousands of clients wait at the same time.
class agenda {
public:
  explicit agenda(boost::asio::io_context& on) : timer_(on) {}

  void after(steady::duration delay, std::function<void()> what) {
    const auto when = steady::now() + delay;
    const bool first = entries_.empty() || when < entries_.top().when;
    entries_.push({when, next_++, std::move(what)});
    if (first && !running_)
      arm();
  }
  /// Forgets everything.
  void clear() {
    entries_ = {};
    timer_.cancel();
  }

private:
  struct entry {
    steady::time_point when;
    std::uint64_t order;
    std::function<void()> what;
    bool operator<(const entry& other) const {
      return when != other.when ? when > other.when : order > other.order;
    }
  };
  void arm() {
    if (entries_.empty())
      return;
    timer_.expires_at(entries_.top().when);
    timer_.async_wait([this](const boost::system::error_code& why) {
      if (why)
        return;
      running_ = true;
      while (!entries_.empty() && entries_.top().when <= steady::now()) {
        auto what = entries_.top().what;
        entries_.pop();
        what();
      }
      running_ = false;
      arm();
    });
  }

  boost::asio::steady_timer timer_;
  std::priority_queue<entry> entries_;
  std::uint64_t next_ = 0;
  bool running_ = false;
};

/// Exponential back-off with jitter: between half and all of `least * 2^tries`, at most `most`.
inline steady::duration back_off(std::uint32_t tries, std::mt19937& dice,
                                 std::chrono::milliseconds least = std::chrono::milliseconds{100},
                                 std::chrono::milliseconds most = std::chrono::milliseconds{5000}) {
  const auto full = std::min(least * (1U << std::min(tries, 10U)), most);
  std::uniform_int_distribution<std::int64_t> part{full.count() / 2, full.count()};
  return std::chrono::milliseconds{part(dice)};
}

}  // namespace stoa::load
