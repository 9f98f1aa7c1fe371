#include "actors/intranet/demo.hpp"
#include "net/fault_status.hpp"
#include "net/routes/editions.hpp"
#include "net/routes/intrasphere/audit.hpp"
#include "net/routes/intrasphere/certificates.hpp"
#include "net/routes/intrasphere/notices.hpp"
#include "net/routes/intrasphere/parameters.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "net/routes/intrasphere/waiting.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stoa {

namespace intrasphere {

namespace {

constexpr std::size_t longest_body = 4UL * 1024 * 1024;

// Paths may be spelled in any case.
bool begins(std::string_view path, std::string_view with) {
  return same_text(path.substr(0, with.size()), with);
}

// What the shared domain says in its own words, as this family's clients know it.
std::string_view text_of(const fault& why, const request& head) {
  if (why.text == "not signed in" || why.text == "signed out" ||
      why.text == "the session has expired")
    return "Authentication required";
  if (why.text == "not allowed" || why.text == "only administrators may do this" ||
      why.text == "only super administrators may do this")
    return "Insufficient permissions";
  if (why.code == fault_code::too_large)
    return begins(head.path, "/api/upload") ? "File too large" : "request entity too large";
  if (why.code == fault_code::too_many)
    return begins(head.path, "/api/auth/register")
               ? "Too many authentication attempts. Please try again later."
               : "Too many API requests. Please try again later.";
  return why.text.empty() ? "Internal server error" : std::string_view{why.text};
}

// "an array of strings" is an array, and Zod has its own words for some others.
std::string_view kind_in(std::string_view phrase) {
  for (const std::string_view article : {"a ", "an "})
    if (phrase.starts_with(article))
      phrase.remove_prefix(article.size());
  const auto word = phrase.substr(0, phrase.find_first_of(" ,"));
  if (word == "true")  // or false
    return "boolean";
  if (word == "whole" || word == "decimal")
    return "number";
  return word == "moment" ? "date" : word;
}

bool is_number(std::string_view step) {
  return !step.empty() && step.find_first_not_of("0123456789") == std::string_view::npos;
}

// "tags.0" is a member and a place in a list.
void write_path(std::string_view path, json_writer& out) {
  out.begin_array();
  while (!path.empty()) {
    const auto end = std::min(path.find('.'), path.size());
    const auto step = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (is_number(step))
      out.raw(step);
    else
      out.value(step);
  }
  out.end_array();
}

// As the original's validator (Zod) says it.
void write_issue(const complaint& what, json_writer& out) {
  // A rule of a whole thing, such as of a password: the sentence alone.
  if (what.path.empty()) {
    out.value(what.message);
    return;
  }
  constexpr std::string_view before = " must be ";
  constexpr std::string_view between = ", not ";
  const std::string_view text{what.message};
  const auto wanted = text.find(before);
  const auto got = text.rfind(between);
  std::string says{text};
  bool type = true;
  if (text.ends_with(" is required"))
    says = "Required";
  else if (text.ends_with(" must be a whole number"))
    says = "Expected integer, received float";
  else if (wanted != std::string_view::npos && got != std::string_view::npos && wanted < got)
    says = fmt::format("Expected {}, received {}", kind_in(text.substr(wanted + before.size())),
                       kind_in(text.substr(got + between.size())));
  else
    type = false;
  out.begin_object().key("path");
  write_path(what.path, out);
  out.member("message", says).member("code", type ? "invalid_type" : "custom").end_object();
}

// What is no JSON has no issues to list: its heading says it all.
bool is_all_said(const fault& why) {
  return why.complaints.size() == 1 && why.complaints.front().message == why.text;
}

reply shape_error(const fault& why, const request& head) {
  const auto text = text_of(why, head);
  std::string out;
  json_writer json{out};
  json.begin_object().member("message", text).member("error", text);
  if (!why.complaints.empty() && !is_all_said(why))
    for (const auto* name : {"errors", "details"}) {
      json.key(name).begin_array();
      for (const auto& each : why.complaints)
        write_issue(each, json);
      json.end_array();
    }
  if (why.retry_after > 0)
    json.member("retryAfter", why.retry_after);
  json.end_object();
  auto answer = json_reply(http_status(why.code), std::move(out));
  say_when_to_retry(answer, why);
  return answer;
}

reply no_route(const request&) {
  return error_reply(404, "Not found");
}

// As the original sends them, but for what would break a site without TLS and scripts from text.
constexpr std::string_view headers =
    "Content-Security-Policy: default-src 'self'; style-src 'self' 'unsafe-inline' "
    "https://fonts.googleapis.com; font-src 'self' https://fonts.gstatic.com; "
    "img-src 'self' data: blob: https:; media-src 'self' blob:; script-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; "
    "object-src 'none'; script-src-attr 'none'\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Origin-Agent-Cluster: ?1\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-DNS-Prefetch-Control: off\r\n"
    "X-Download-Options: noopen\r\n"
    "X-Frame-Options: SAMEORIGIN\r\n"
    "X-Permitted-Cross-Domain-Policies: none\r\n"
    "X-XSS-Protection: 0\r\n";

constexpr socket_endpoint sockets[] = {
    {"/ws", "", open_ws},
};

std::span<const endpoint> all_routes() {
  static const auto all = [] {
    std::vector<endpoint> rows;
    for (const auto area :
         {auth_routes(), library_routes(), user_routes(), letter_routes(), complaint_routes(),
          permission_routes(), settings_routes(), office_routes(), search_routes(), file_routes(),
          training_routes(), learning_routes(), certificate_routes(), quiz_routes(),
          waiting_routes(), forum_routes(), audit_routes(), notice_routes()})
      rows.insert(rows.end(), area.begin(), area.end());
    forgive_queries(rows);
    // A resource's bound is the site's here: a body may carry a picture in an address.
    for (auto& each : rows)
      if (each.body_limit == resource_options{}.body_limit)
        each.body_limit = 0;
    return rows;
  }();
  return all;
}

// The original's development servers.
constexpr std::string_view origins[] = {"http://localhost:3000", "http://localhost:5000"};

edition made() {
  edition out;
  out.name = "intrasphere";
  out.routes = all_routes();
  out.sockets = sockets;
  out.cookie = "connect.sid";
  out.error = shape_error;
  out.no_route = no_route;
  out.headers = headers;
  // The original allows an address 100 requests in a quarter of an hour, which one person turning
  // pages uses up; these are a session's.
  out.general = rate{1000, std::chrono::seconds{900}};
  out.tells_rate = true;
  out.body_limit = longest_body;
  out.tags_answers = true;
  out.origins = origins;
  out.habits = &intrasphere_dialect;
  out.home.slug = "intrasphere";
  out.home.name = "IntraSphere";
  out.home.id = default_home;
  out.home.accounts = intranet_demo_accounts;
  out.same_site = "Strict";
  out.any_case = true;
  return out;
}

}  // namespace

reply message_reply(int status, std::string_view text) {
  std::string out;
  json_writer{out}.begin_object().member("message", text).end_object();
  return json_reply(status, std::move(out));
}

reply error_reply(int status, std::string_view text) {
  std::string out;
  json_writer{out}.begin_object().member("message", text).member("error", text).end_object();
  return json_reply(status, std::move(out));
}

fault_error refuse(fault_code code, std::string text) {
  return fault_error{code, std::move(text)};
}

fault_error not_allowed() {
  return fault_error{fault_code::forbidden, "Insufficient permissions"};
}

std::string parameter(const call& c, std::string_view name) {
  return c.req.parameter(name).value_or("");
}

std::string said(const json_value& body, std::string_view name) {
  return std::string{body[name].as_string().value_or("")};
}

void publish(const call& c, std::string kind, std::string data, notice_reach reach,
             std::vector<user_id> people) {
  c.home.publish(c.who.establishment, {std::move(kind), std::move(data), reach, std::move(people)});
}

void publish_row(const call& c, std::string kind, const resource& of, const void* row) {
  std::string data;
  json_writer json{data};
  of.write(c, row, json);
  publish(c, std::move(kind), std::move(data));
}

list_limits sorted_by(std::string_view sort) {
  list_limits out;
  out.usual = 5'000;
  out.most = 100;
  out.sort = sort;
  return out;
}

}  // namespace intrasphere

const edition intrasphere_edition = intrasphere::made();

}  // namespace stoa
