#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace stoa {

/// Keeps wishes in the order in which they came where it matters: what one person wishes, and what
/// anybody wishes about the same thing. While a wish has steps to wait for, the later ones of its
/// person and about its thing wait behind it; all others do not.
///
/// A wish stands in both its lines from when it came and runs when it is the first of each, so no
/// two can wait for each other. It belongs to one actor and is called by it alone.
class turns {
public:
  /// At most `most` turns wait, of all people together, and at most `most_bytes` of what they hold.
  turns(std::size_t most, std::size_t most_bytes) : most_(most), most_bytes_(most_bytes) {}

  /// Nothing of this person is under way or waits: what needs no waiting may be done at once.
  [[nodiscard]] bool free(const std::string& whose) const { return !people_.contains(whose); }

  /// Runs `turn`, now or when those before it have left; false when too many wait. Each turn that
  /// ran says `leave` at its end, in itself or later. `about` names the thing, empty for none.
  [[nodiscard]] bool enter(const std::string& whose, std::size_t bytes, std::function<void()> turn,
                           const std::string& about = {});
  /// This person's turn is as good as done for others who wish about the same thing; his own wishes
  /// still wait until it leaves.
  void let_pass(const std::string& whose);
  void leave(const std::string& whose);

private:
  struct place {
    std::function<void()> turn;
    std::size_t bytes = 0;
    std::string about;
    std::size_t behind = 0;  // lines in which somebody stands before it
    bool counted = false;    // it had to wait
  };
  using place_ptr = std::shared_ptr<place>;
  using lines = std::unordered_map<std::string, std::deque<place_ptr>>;

  void step_out(lines& of, const std::string& name);
  void go_on();

  std::size_t most_;
  std::size_t most_bytes_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  lines people_;
  lines things_;
  std::deque<place_ptr> ready_;
  bool looping_ = false;  // `go_on` is at it: a turn that ends at once does not call it again
};

}  // namespace stoa
