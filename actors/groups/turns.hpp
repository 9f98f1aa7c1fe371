#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

namespace stoa {

/// Keeps what each person wishes in the order in which it came: while one wish of somebody has
/// steps to wait for, his later ones wait behind it. Nobody waits for anybody else.
///
/// It belongs to one actor and is called by it alone.
class turns {
public:
  /// At most `most` turns wait, of all people together, and at most `most_bytes` of what they hold.
  turns(std::size_t most, std::size_t most_bytes) : most_(most), most_bytes_(most_bytes) {}

  /// Nothing of this person is under way or waits: what needs no waiting may be done at once.
  [[nodiscard]] bool free(const std::string& whose) const { return !lines_.contains(whose); }

  /// Runs `turn`, now or when those before it have left; false when too many wait. Each turn that
  /// ran says `leave` at its end, in itself or later.
  [[nodiscard]] bool enter(const std::string& whose, std::size_t bytes, std::function<void()> turn);
  void leave(const std::string& whose);

private:
  struct waiting {
    std::function<void()> turn;
    std::size_t bytes = 0;
  };
  struct line {
    std::deque<waiting> next;
    bool taken = false;    // somebody's turn is not over
    bool looping = false;  // `go_on` is at it: a turn that ends at once does not call it again
  };
  void go_on(std::string whose);

  std::size_t most_;
  std::size_t most_bytes_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, line> lines_;
};

}  // namespace stoa
