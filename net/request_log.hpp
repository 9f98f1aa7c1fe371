#pragma once

#include <spdlog/fwd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace stoa {

class header_list;

/// What the log tells of an exchange beyond what the wire shows. It travels among a reply's headers
/// and is taken out before they are written: no client sees it.
struct reply_note {
  std::string user;   ///< who was signed in; empty for a guest
  std::string cause;  ///< what went wrong, in full
};
void put_note(const reply_note& what, header_list& into);
[[nodiscard]] reply_note take_note(header_list& from);

/// One answered request. The path is without its query, which may hold tokens.
struct request_line {
  std::string_view id;
  std::string_view method;  ///< empty, as the path, when the head was not understood
  std::string_view path;
  int status = 0;
  std::chrono::steady_clock::duration took{};
  std::uint64_t bytes = 0;  ///< of the body
  reply_note note = {};
};

/// Whether an answer of this status leaves a line: failures of ours do as warnings, all others from
/// the level `debug` on. Ask first: what is not written is not worth a string.
[[nodiscard]] bool leaves_line(const spdlog::logger& log, int status);

/// Writes the line.
void write_line(spdlog::logger& log, const request_line& what);

}  // namespace stoa
