#pragma once

#include "persistence/protocol.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace stoa {

/// Saves by one commit what several askers want to write at the same time: while `at_once` commits
/// of the same statements for the same establishment are under way, the next ones gather. What two
/// rooms write thus costs one parse of the parameters, one executor run and one fsync. Belongs to
/// the pool and is called by it alone.
class group_commit {
public:
  using clock = std::chrono::steady_clock;
  using done = std::function<void(outcome<results>)>;
  /// Runs a transaction; calls back exactly once.
  using sender = std::function<void(transaction, clock::time_point deadline, done)>;

  struct limits {
    std::size_t at_once = 2;       ///< commits under way of one kind
    std::size_t early = 8 * 1024;  ///< bytes that wait before one overtakes another
    std::size_t waiting = 4096;    ///< transactions; one more is answered `overloaded`
    /// Bytes of parameters that wait; beyond them, the same answer.
    std::size_t waiting_bytes = 64 * 1024 * 1024;
    std::size_t members = 256;             ///< transactions in one commit
    std::size_t weight = 4 * 1024 * 1024;  ///< bytes of parameters in one commit
  };

  group_commit(sender send, limits bounds) : send_(std::move(send)), limits_(bounds) {}

  /// Whether this class takes it: every statement is bulk.
  [[nodiscard]] static bool takes(const transaction& what);

  /// Saves it, maybe together with others. `answer` gets empty rows for each statement.
  void run(transaction what, clock::time_point deadline, done answer);

  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
  /// Gives up what waits longer than its deadline; answers how many that were.
  std::size_t expire(clock::time_point present);
  /// Gives up all that waits.
  void fail_all(const fault& why);

private:
  struct member {
    transaction what;
    clock::time_point deadline;
    done answer;
  };
  struct kind {
    std::size_t under_way = 0;
    std::size_t weight = 0;  // of those who wait
    std::vector<member> waiting;
  };

  [[nodiscard]] bool ready(const kind& what) const;
  void save(const std::string& name, std::vector<member> together);
  void ended(const std::string& name, std::vector<member> together, outcome<results> end);
  std::vector<member> take_next(kind& from);

  sender send_;
  limits limits_;
  std::unordered_map<std::string, kind> kinds_;
  std::size_t waiting_ = 0;
  std::size_t waiting_bytes_ = 0;
};

}  // namespace stoa
