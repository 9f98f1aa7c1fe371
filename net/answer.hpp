#pragma once

#include "net/reply.hpp"
#include "net/server.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace stoa {

/// What must be remembered of a request to write its answer, once the request itself has moved on.
struct answer_facts {
  verb method = verb::get;
  bool http11 = true;
  bool keep = true;  ///< the connection may serve another request
  bool gzip = false;
  std::string if_match;
  std::string if_unmodified_since;
  std::string if_none_match;
  std::string if_modified_since;
  std::string range;
  std::string if_range;
};

/// Reads them off a request; `keep` and `http11` are the session's to set.
[[nodiscard]] answer_facts facts_of(const request& what);

/// An open file that closes itself.
class open_file {
public:
  open_file() = default;
  explicit open_file(int handle) noexcept : handle_(handle) {}
  open_file(open_file&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}
  open_file& operator=(open_file&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~open_file();
  [[nodiscard]] int get() const noexcept { return handle_; }
  explicit operator bool() const noexcept { return handle_ >= 0; }

private:
  int handle_ = -1;
};

/// What follows a head: at most one of bytes, a piece of a file, or an event stream.
struct answer_body {
  std::string owned;
  shared_body shared;
  std::string_view bytes;  ///< into `owned` or `shared`; moves with them only through `prepare`
  open_file file;
  std::uint64_t file_at = 0;
  std::uint64_t file_left = 0;
  std::shared_ptr<socket_listener> stream;
};

/// What the edge itself adds to every head.
struct head_extras {
  std::string_view date;   ///< a whole line
  std::string_view fixed;  ///< whole lines
  std::string_view id;     ///< of the request
  const limits& bounds;
};

/// Appends status line and headers to `head` and fills `body`: conditions, ranges, compression and
/// HEAD are settled here. False when a file cannot be opened: nothing was written, answer 404.
[[nodiscard]] bool prepare(reply&& what, const answer_facts& facts, const head_extras& extras,
                           std::string& head, answer_body& body);

}  // namespace stoa
