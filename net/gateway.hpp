#pragma once

#include "net/endpoint.hpp"
#include "net/handler.hpp"
#include "net/router.hpp"
#include "net/static_files.hpp"

#include <spdlog/fwd.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace stoa {

/// What a site shows to whom is not signed in.
enum class guests : bool {
  as_rows_say,
  /// How to sign in, figures, announcements, certificates' checks; everything else is its members'.
  at_the_door,
};

/// The way from the edge to the actors, one per site: finds the row, the session and the rights,
/// lets the session run the row's function, and shapes what comes back in the site's edition. It
/// keeps no state of anybody.
class gateway : public handler {
public:
  /// Fails when the edition's rows contradict each other, or when the front end is no folder.
  [[nodiscard]] static outcome<std::unique_ptr<gateway>> open(house& home, site at,
                                                              guests who = guests::as_rows_say);

  body_plan plan(const request& head) override;
  void on_request(request&& what, reply_sink answer) override;
  void on_upgrade(request&& what, upgrade_sink decide) override;
  reply edge_error(int status, const fault& why, const request& head) override;
  std::string_view fixed_headers() const noexcept override;

  [[nodiscard]] const router& routes() const noexcept { return router_; }
  [[nodiscard]] const site& where() const noexcept { return site_; }

private:
  gateway(house& home, site at, guests who)
      : home_(home),
        site_(std::move(at)),
        guests_(who),
        router_(site_.speaks->any_case ? router::letters::any_case : router::letters::exact) {}
  [[nodiscard]] outcome<void> replace_rates();
  [[nodiscard]] const rate& limit_of(const endpoint& row) const;
  [[nodiscard]] role least_of(const endpoint& row) const;
  [[nodiscard]] bool origin_allowed(const request& head) const;
  [[nodiscard]] reply preflight(const request& head) const;
  [[nodiscard]] bool is_page(const request& head, const endpoint& row) const;
  [[nodiscard]] bool is_of_api(std::string_view path) const;
  [[nodiscard]] std::string methods_at(std::string_view path) const;
  [[nodiscard]] reply front(const request& head) const;

  house& home_;
  site site_;
  guests guests_;
  router router_;
  std::optional<static_files> front_;
  std::shared_ptr<spdlog::logger> log_;                 // of requests
  std::unordered_map<const endpoint*, rate> replaced_;  // by what the settings say
};

/// The `Set-Cookie` value that gives a browser its session, or takes it back (`token` empty).
[[nodiscard]] std::string session_cookie(const site& at, std::string_view token, bool secure,
                                         std::chrono::seconds lifetime);

/// The hash of the session token that a request shows, by cookie or as a bearer token; empty for a
/// guest. A socket cannot send headers from a browser: it may show its token in the query.
enum class asks_for : bool { answer, socket };
[[nodiscard]] std::string shown_session(house& home, const site& at, const request& head,
                                        asks_for what);

}  // namespace stoa
