#pragma once

#include "tools/load/crew.hpp"

#include <filesystem>
#include <vector>

namespace stoa::load {

/// One line of a chat log.
struct log_line {
  std::uint32_t author = 0;  ///< index of the nick, by first appearance
  std::uint32_t minute = 0;  ///< since the first line, counted on over midnight
  std::string text;
};

/// Real conversations: `[hh:mm] <nick> text`, `[hh:mm]  * nick action`; lines with `===` are no
/// messages. Bytes that are not UTF-8 become U+FFFD, NUL bytes go, empty texts too.
struct chat_log {
  std::vector<std::string> nicks;
  std::vector<log_line> lines;
  std::uint64_t skipped = 0;  ///< lines that say nothing
  [[nodiscard]] outcome<void> read(const std::filesystem::path& file);
};

/// How a log is said again.
struct replay_options {
  double speed = 0;             ///< times as fast as it was; 0: as fast as it goes in order
  std::uint32_t group = 0;      ///< index of the group whose room it goes to
  std::uint32_t pipelined = 8;  ///< messages in flight, all of one author
  std::uint64_t limit = 0;      ///< lines at most; 0: all
};

/// Says the log in the order in which it was said, one user for each nick, and compares text,
/// order and completeness with the room's history afterwards. `invalid` when the group has fewer
/// members than the log has nicks.
[[nodiscard]] outcome<report> run_replay(const crew_options& how, const people& who,
                                         const chat_log& log, const replay_options& what);

}  // namespace stoa::load
