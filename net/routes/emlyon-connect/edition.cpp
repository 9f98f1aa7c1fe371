#include "actors/checkins/calendar.hpp"
#include "actors/demo_campus.hpp"
#include "net/fault_status.hpp"
#include "net/preconditions.hpp"
#include "net/routes/editions.hpp"
#include "net/routes/emlyon-connect/routes.hpp"
#include "net/routes/emlyon-connect/shapes.hpp"
#include "schema/json_writer.hpp"

#include <array>

namespace stoa {

namespace emlyon {

namespace {

// The original knows no 409.
int status_of(fault_code code) {
  return code == fault_code::conflict ? 400 : http_status(code);
}

struct translation {
  std::string_view ours;
  std::string_view theirs;
};
// What the shared domain says, as this family's clients read it.
constexpr translation texts[] = {
    {changed_meanwhile, "La ressource a changé depuis sa lecture"},
    {"no such event", "Événement introuvable"},
    {"no such check-in", "Check-in introuvable"},
    {calendar::already_attends, "Vous participez déjà à cet événement"},
    {calendar::does_not_attend, "Vous ne participez pas à cet événement"},
    {calendar::organiser_stays, "Le créateur ne peut pas se désinscrire"},
    {calendar::is_full, "Cet événement est complet"},
};

std::string_view text_of(fault_code code, const request& head) {
  switch (code) {
    case fault_code::invalid:
      return "Requête invalide";
    case fault_code::conflict:
      return "Opération impossible";
    case fault_code::unauthenticated:
      return bearer_token(head.header("Authorization")).empty() ? "Token non fourni"
                                                                : "Token invalide";
    case fault_code::forbidden:
      return "Non autorisé";
    case fault_code::not_found:
      return "Ressource introuvable";
    case fault_code::too_large:
      return "Fichier ou requête trop volumineux";
    case fault_code::too_many:
      return "Trop de tentatives, réessayez plus tard";
    case fault_code::overloaded:
    case fault_code::unavailable:
      break;
  }
  return "Service momentanément indisponible";
}

// Texts of this edition are sentences and begin with a capital; what other parts say in English
// begins small and stays in the house.
bool is_ours(std::string_view text) {
  const auto first = text.empty() ? '\0' : text.front();
  return (first >= 'A' && first <= 'Z') || static_cast<unsigned char>(first) == 0xC3;
}

reply failure(int status, std::string_view text) {
  std::string out;
  json_writer{out}.begin_object().member("success", false).member("message", text).end_object();
  return json_reply(status, std::move(out));
}

reply shape_error(const fault& why, const request& head) {
  auto text = is_ours(why.text) ? std::string_view{why.text} : text_of(why.code, head);
  for (const auto& each : texts)
    if (why.text == each.ours)
      text = each.theirs;
  auto answer = failure(status_of(why.code), text);
  say_when_to_retry(answer, why);
  if (answer.status == 401)
    answer.headers.add("WWW-Authenticate", "Bearer");
  return answer;
}

reply no_route(const request&) {
  return failure(404, "Route introuvable");
}

// Pictures may be shown by pages of other origins; nothing here is a page.
constexpr std::string_view headers =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: cross-origin\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";

// What its page loads: Leaflet and Tailwind from where they are published, fonts, tiles of the map,
// names of places; faces under the public address, which may be another than the page's. As built
// it asks its API at http://localhost:3001.
constexpr std::string_view page_headers =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: strict-origin-when-cross-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "X-Frame-Options: SAMEORIGIN\r\n"
    "Content-Security-Policy: default-src 'self'; script-src 'self' 'unsafe-inline' "
    "https://unpkg.com https://cdn.tailwindcss.com https://aistudiocdn.com; style-src 'self' "
    "'unsafe-inline' https://unpkg.com https://fonts.googleapis.com; font-src 'self' data: "
    "https://fonts.gstatic.com; img-src 'self' data: blob: http: https:; connect-src 'self' ws: "
    "wss: https: http://localhost:3001; worker-src 'self'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'; "
    "object-src 'none'\r\n";

// The client's own development servers.
constexpr std::string_view origins[] = {"http://localhost:3000", "http://localhost:5173"};

constexpr socket_endpoint sockets[] = {{"/ws", "", open_campus, turn_away}};

std::span<const endpoint> all_routes() {
  static const auto all = [] {
    std::vector<endpoint> rows;
    for (const auto area :
         {auth_routes(), check_in_routes(), event_routes(), user_routes(), avatar_routes()})
      rows.insert(rows.end(), area.begin(), area.end());
    return rows;
  }();
  return all;
}

}  // namespace

}  // namespace emlyon

const edition emlyon_connect_edition{
    .name = "emlyon-connect",
    .routes = emlyon::all_routes(),
    .sockets = emlyon::sockets,
    .cookie = "",
    .error = emlyon::shape_error,
    .no_route = emlyon::no_route,
    .headers = emlyon::headers,
    .page_headers = emlyon::page_headers,
    .shows = credential::bearer,
    .origins = emlyon::origins,
    .home = {"emlyon",
             "emlyon business school",
             demo_campus,
             demo_campus_password,
             {},
             demo_campus_accounts},
};

}  // namespace stoa
