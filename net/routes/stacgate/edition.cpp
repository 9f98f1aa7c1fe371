#include "net/fault_status.hpp"
#include "net/preconditions.hpp"
#include "net/routes/editions.hpp"
#include "net/routes/stacgate/routes.hpp"
#include "schema/dialects.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>

namespace stoa {

namespace stacgate {

namespace {

// What the shared domain says in English, this family's clients read in French.
std::string_view text_of(const fault& why) {
  if (why.text == "not signed in" || why.text == "signed out" ||
      why.text == "the session has expired")
    return "Non authentifié";
  if (why.text == "not allowed")
    return "Accès refusé";
  if (why.text == changed_meanwhile)
    return "La ressource a changé depuis sa lecture";
  if (why.text == "only administrators may do this")
    return "Accès réservé aux administrateurs";
  if (why.text == "only super administrators may do this")
    return "Accès réservé au Super Administrateur";
  return why.text.empty() ? "Erreur serveur" : std::string_view{why.text};
}

reply shape_error(const fault& why, const request&) {
  const auto text = text_of(why);
  std::string out;
  json_writer json{out};
  json.begin_object();
  if (why.code == fault_code::too_many) {
    constexpr std::string_view spoken = "Too many requests from this IP, please try again later.";
    json.member("error", spoken).member("type", "rate_limit_exceeded");
    json.member("retry_after", why.retry_after).member("message", spoken);
  } else {
    json.member("message", text).member("error", text);
  }
  if (!why.complaints.empty()) {
    json.key("errors").begin_array();
    for (const auto& each : why.complaints)
      json.begin_object().member("path", each.path).member("message", each.message).end_object();
    json.end_array();
  }
  json.end_object();
  auto answer = json_reply(http_status(why.code), std::move(out));
  say_when_to_retry(answer, why);
  return answer;
}

reply no_route(const request& head) {
  return message_reply(
      404, fmt::format("API endpoint not found: {} {}", name_of(head.method), head.target));
}

constexpr std::string_view headers =
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Origin-Agent-Cluster: ?1\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-DNS-Prefetch-Control: off\r\n"
    "X-Download-Options: noopen\r\n"
    "X-Frame-Options: DENY\r\n"
    "X-Permitted-Cross-Domain-Policies: none\r\n"
    "X-XSS-Protection: 0\r\n"
    "Content-Security-Policy: default-src 'self'; style-src 'self' 'unsafe-inline' "
    "fonts.googleapis.com; font-src 'self' fonts.gstatic.com; img-src 'self' data: blob: https:; "
    "script-src 'self'; connect-src 'self' ws: wss:; frame-src 'none'; object-src 'none'; base-uri "
    "'self'; form-action 'self'; frame-ancestors 'self'; script-src-attr 'none'\r\n";

constexpr socket_endpoint sockets[] = {
    {"/ws", "", open_ws},
    {"/ws/collaboration", "", open_collaboration},
};

std::span<const endpoint> all_routes() {
  static const auto all = [] {
    std::vector<endpoint> rows;
    for (const auto area :
         {auth_routes(), establishment_routes(), branding_routes(), user_routes(), group_routes(),
          group_message_routes(), board_routes(), notification_routes()})
      rows.insert(rows.end(), area.begin(), area.end());
    return rows;
  }();
  return all;
}

}  // namespace

reply message_reply(int status, std::string_view text) {
  std::string out;
  json_writer{out}.begin_object().member("message", text).member("error", text).end_object();
  return json_reply(status, std::move(out));
}

fault_error refuse(fault_code code, std::string text) {
  return fault_error{code, std::move(text)};
}

std::string_view role_name(std::string_view stored) {
  if (stored == "learner")
    return "apprenant";
  if (stored == "trainer")
    return "formateur";
  return stored;
}

std::string_view role_name(role rank) {
  switch (rank) {
    case role::guest:
      return "";
    case role::learner:
      return "apprenant";
    case role::trainer:
      return "formateur";
    case role::manager:
      return "manager";
    case role::admin:
      return "admin";
    case role::super_admin:
      return "super_admin";
  }
  return "";
}

std::string_view stored_role(std::string_view wire) {
  if (wire == "apprenant")
    return "learner";
  if (wire == "formateur")
    return "trainer";
  if (wire == "manager" || wire == "admin" || wire == "super_admin")
    return wire;
  return {};
}

}  // namespace stacgate

const edition stacgate_edition{
    .name = "stacgate",
    .routes = stacgate::all_routes(),
    .sockets = stacgate::sockets,
    .cookie = "connect.sid",
    .error = stacgate::shape_error,
    .no_route = stacgate::no_route,
    .headers = stacgate::headers,
    .tells_rate = true,
    .body_limit = 10 * 1024 * 1024,
    .habits = &stacgate_dialect,
    .home = {.accounts = demo_accounts},
};

}  // namespace stoa
