#pragma once

#include "net/endpoint.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// The name of a site's session cookie: its own, or its edition's.
[[nodiscard]] std::string_view cookie_name(const site& at);

/// The `Set-Cookie` value that gives a browser its session, or takes it back (`token` empty).
[[nodiscard]] std::string session_cookie(const site& at, std::string_view token, bool secure,
                                         std::chrono::seconds lifetime);

/// A socket cannot send headers from a browser: it may show its token in the query.
enum class asks_for : bool { answer, socket };

/// The sessions that a request shows, by cookie or as a bearer token. A browser may send several
/// cookies of one name, in an order that means nothing (RFC 6265 §5.4): the first that names a
/// session which lives is the one. Of different ones at most four are tried.
class shown_sessions {
public:
  shown_sessions(house& home, const site& at, const request& head, asks_for what);

  /// Whether none is left to try: a guest.
  [[nodiscard]] bool empty() const noexcept { return at_ == hashes_.size(); }
  /// The session that is tried, or the guests' desk.
  [[nodiscard]] session_actor actor(house& home) const;
  /// The one that is tried is over: goes to the next, false when there is none.
  bool next() noexcept;
  /// The cookie of the session that is tried; empty where none was shown by cookie.
  [[nodiscard]] std::string_view token() const noexcept;

private:
  std::vector<std::string> tokens_;
  std::vector<std::string> hashes_;
  std::size_t at_ = 0;
};

}  // namespace stoa
