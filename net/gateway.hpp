#pragma once

#include "net/endpoint.hpp"
#include "net/handler.hpp"
#include "net/origin.hpp"
#include "net/path_locks.hpp"
#include "net/router.hpp"
#include "net/static_files.hpp"

#include <spdlog/fwd.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace stoa {

struct exchange_plan;

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
  void wait_for_turn(exchange_plan& plan);
  [[nodiscard]] reply refuse_origin(const request& head);
  [[nodiscard]] bool is_socket(const request& head) const;
  [[nodiscard]] reply upgrade_needed(const request& head) const;
  [[nodiscard]] reply preflight(const request& head) const;
  [[nodiscard]] bool is_page(const request& head, const endpoint& row) const;
  [[nodiscard]] bool is_of_api(std::string_view path) const;
  [[nodiscard]] std::string methods_at(std::string_view path) const;
  [[nodiscard]] reply front(const request& head) const;

  house& home_;
  site site_;
  guests guests_;
  router router_;
  origin_rules origins_{{}, {}};
  reported_origins reported_;
  std::optional<static_files> front_;
  std::shared_ptr<spdlog::logger> log_;                 // of requests
  std::unordered_map<const endpoint*, rate> replaced_;  // by what the settings say
  std::unordered_set<const endpoint*> written_;         // rows that read what others write
  path_locks writes_;
};

}  // namespace stoa
