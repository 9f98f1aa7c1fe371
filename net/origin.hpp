#pragma once

#include "net/request.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// The origin of an address as browsers write it (RFC 6454 §6.2): `https://Host:443/page` is
/// `https://host`. Nothing for what is no address of the web.
[[nodiscard]] std::optional<std::string> origin_of(std::string_view address);

/// The origins whose pages may change something and open sockets.
class origin_rules {
public:
  /// `public_url` is how people reach the server, or empty; `allowed` are further origins.
  origin_rules(std::string_view public_url, std::vector<std::string> allowed);

  /// Whether a request's page is of this server, or allowed: by `Origin`, else by `Sec-Fetch-Site`
  /// and `Referer`. Without any of them no page asked. The server's own are `public_url` and the
  /// host of the request, as it came or as a trusted proxy names it.
  [[nodiscard]] bool allows(const request& head) const;

  /// Whether this is one of the configured origins, beside the server's own.
  [[nodiscard]] bool is_listed(std::string_view origin) const;

  /// Where a trusted proxy does not say whether it was called over TLS, `public_url` does, of its
  /// own host.
  void settle_scheme(request& what) const;

  /// What an operator should know of a refused request: who is refused, and the setting that would
  /// let such pages in if they are the server's own.
  [[nodiscard]] std::string advice(const request& head) const;

private:
  std::optional<std::string> public_;
  std::vector<std::string> allowed_;
};

/// Remembers which refused origins have been reported, so that a page that asks again and again
/// does not fill the log. Safe from any thread.
class reported_origins {
public:
  /// Whether this one should be reported now: once in ten minutes, and of at most 64 in that time.
  [[nodiscard]] bool is_due(std::string_view origin, std::chrono::steady_clock::time_point now);

private:
  std::mutex guard_;
  std::map<std::string, std::chrono::steady_clock::time_point, std::less<>> at_;
};

/// What a request says of the page that it came from: `Origin`, else the origin of `Referer`; empty
/// when it says nothing.
[[nodiscard]] std::string_view page_origin(const request& head);

}  // namespace stoa
