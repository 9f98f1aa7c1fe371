#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace stoa::testing {

/// How a fake clamd deviates from reading everything at once.
struct clamd_habits {
  bool tcp = false;               ///< on a port of loopback rather than at a path
  std::size_t longest = 1 << 30;  ///< its StreamMaxLength
  bool silent = false;            ///< hangs up without a verdict
  bool held = false;              ///< answers when it is let go
};

/// Speaks clamd's INSTREAM and finds `Stoa-Test-Signature` in whatever contains `STOA-TEST-VIRUS`.
class fake_clamd {
public:
  explicit fake_clamd(clamd_habits how = {});
  ~fake_clamd();
  fake_clamd(const fake_clamd&) = delete;
  fake_clamd& operator=(const fake_clamd&) = delete;

  /// Its address as the setting `clamd` spells it.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  /// Each file that it was sent whole, oldest first.
  [[nodiscard]] std::vector<std::string> read() const;
  /// Whoever did not keep to the protocol.
  [[nodiscard]] std::vector<std::string> complaints() const;
  /// Files that wait for it to be let go.
  [[nodiscard]] std::size_t waiting() const;
  void let_go();
  /// From now on nobody is there.
  void stop();

private:
  void serve();
  void talk(int client);
  void complain(const char* what);

  clamd_habits how_;
  std::string address_;
  int door_ = -1;
  std::thread worker_;
  mutable std::mutex guard_;
  std::condition_variable let_go_;
  std::size_t waiting_ = 0;
  std::vector<std::string> read_;
  std::vector<std::string> complaints_;
};

}  // namespace stoa::testing
