#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace stoa::intake {

/// How far a long work is: a bar on a terminal, a line for each tenth elsewhere. On standard error,
/// so that what the work says stays readable.
class progress {
public:
  explicit progress(std::size_t whole);

  /// So much is done; `what` is being worked on.
  void at(std::size_t done, std::string_view what);
  /// A line of its own, above the bar.
  void say(std::string_view line);
  /// Takes the bar away.
  void end();

private:
  std::size_t whole_;
  bool terminal_;
  bool drawn_ = false;
  std::size_t last_ = 0;  // the tenth that was told last
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace stoa::intake
