#include "net/gateway.hpp"

#include "actors/core/log.hpp"
#include "config/logging.hpp"
#include "net/exchange.hpp"
#include "net/landing_page.hpp"
#include "net/router_table.hpp"
#include "net/routes/editions.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>

#include <algorithm>
#include <iterator>
#include <mutex>

namespace stoa {

namespace {

bool unsafe(verb method) {
  return method != verb::get && method != verb::head && method != verb::options;
}

// -- what no row has ----------------------------------------------------------------------

task<reply> find_nothing(call_ptr c) {
  co_return c->here.speaks->no_route(c->req);
}

// As Express answers, which the originals are made with: the methods, in the header and as text.
task<reply> tell_methods(call_ptr c) {
  const auto& methods = c->path("methods");
  reply out{200};
  out.headers.add("Content-Type", "text/html; charset=utf-8");
  out.headers.add("Allow", methods);
  out.body = methods;
  co_return out;
}

// They count and are answered like any other request.
constexpr endpoint nowhere{verb::get, "/api", anyone, find_nothing};
constexpr endpoint methods_of_path{verb::options, "/api", anyone, tell_methods};

// Whether a row is one that every edition has.
bool is_shared(const endpoint& row) {
  const auto shared = shared_routes();
  return std::any_of(shared.begin(), shared.end(), [&](const auto& each) { return &each == &row; });
}

std::string in_lower_case(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  return out;
}

// Who navigates asks for HTML by name; programs and event streams do not.
bool wants_html(const request& head) {
  return head.headers.all("Accept").find("text/html") != std::string::npos;
}

}  // namespace

// -- the gateway --------------------------------------------------------------------------

outcome<std::unique_ptr<gateway>> gateway::open(house& home, site at, guests who) {
  std::unique_ptr<gateway> out{new gateway{home, std::move(at), who}};
  out->log_ = log_of("http");
  for (const auto rows : {out->site_.speaks->routes, shared_routes()})
    if (auto added = out->router_.add(rows); !added)
      return added.error();
  for (const auto rows : {out->site_.speaks->sockets, shared_sockets()})
    if (auto added = out->router_.add(rows); !added)
      return added.error();
  for (const auto* row : out->router_.rows())
    for (const auto each : {verb::put, verb::patch, verb::remove}) {
      router::captures ignored;
      if (row->method == verb::get && out->router_.find(each, row->path, ignored))
        out->written_.insert(row);
    }
  for (const auto each : out->site_.speaks->origins)
    out->site_.allowed_origins.emplace_back(each);
  for (auto& each : out->site_.allowed_origins)
    each = origin_of(each).value_or(each);
  out->origins_ = origin_rules{out->site_.public_url, out->site_.allowed_origins};
  if (!out->site_.uploads.empty()) {
    std::error_code why;
    std::filesystem::create_directories(out->site_.uploads, why);
    if (why)
      return fail(fault_code::unavailable, "no folder for uploads: " + out->site_.uploads.string(),
                  why.message());
  }
  if (auto replaced = out->replace_rates(); !replaced)
    return replaced.error();
  if (!out->site_.front.empty()) {
    auto front = static_files::open(out->site_.front, fallback::single_page);
    if (!front)
      return front.error();
    out->front_.emplace(std::move(*front));
  }
  return out;
}

outcome<void> gateway::replace_rates() {
  site_.general = site_.speaks->general;
  for (const auto& [name, limit] : site_.rates) {
    bool known = name == "general";
    if (known)
      site_.general = limit;
    const auto replace_in = [&](std::span<const endpoint> rows) {
      for (const auto& row : rows)
        if (operation_id(row) == name) {
          replaced_[&row] = limit;
          known = true;
        }
    };
    replace_in(shared_routes());
    // One setting serves all sites; a name of another edition does nothing here.
    for (const auto* each : editions())
      replace_in(each->routes);
    if (!known)
      return fail(fault_code::invalid,
                  fmt::format("rate: {} is neither `general` nor an operationId", name));
  }
  return {};
}

const rate& gateway::limit_of(const endpoint& row) const {
  const auto found = replaced_.find(&row);
  return found == replaced_.end() ? row.limit : found->second;
}

role gateway::least_of(const endpoint& row) const {
  // What a landing page is made of, what watches the server, and what checks a certificate that
  // somebody shows.
  constexpr std::string_view door[] = {"/api/auth/", "/api/stats", "/api/announcements", "/health",
                                       "/api/certificate"};
  if (guests_ == guests::as_rows_say || row.who.least > role::guest || is_shared(row) ||
      std::any_of(std::begin(door), std::end(door),
                  [&](std::string_view each) { return row.path.starts_with(each); }))
    return row.who.least;
  return role::learner;
}

body_plan gateway::plan(const request& head) {
  router::captures ignored;
  const auto* row = router_.find(head.method, head.path, ignored);
  if (!row)
    return body_plan::memory(64 * 1024);
  const auto most = row->body_limit > 0 ? row->body_limit : site_.body_limit;
  if (!row->form)
    return body_plan::memory(most);
  if (least_of(*row) > role::guest &&
      shown_sessions{home_, site_, head, asks_for::answer}.empty()) {
    auto refusal = site_.speaks->error(fail(fault_code::unauthenticated, "not signed in"), head);
    add_cors(site_, head, refusal);
    return body_plan::refuse(std::move(refusal));
  }
  auto form = upload::form(site_.uploads, head.header("Content-Type"), *row->form);
  // What is no form goes to the row, which finds no files.
  return form ? body_plan::stream(most, std::move(*form)) : body_plan::memory(64 * 1024);
}

reply gateway::refuse_origin(const request& head) {
  if (reported_.is_due(page_origin(head), std::chrono::steady_clock::now()))
    log_->warn(with_trace(head.id, origins_.advice(head)));
  return site_.speaks->error(fail(fault_code::forbidden, "Origine non autorisée"), head);
}

reply gateway::preflight(const request& head) const {
  reply out{204};
  add_cors(site_, head, out);
  const auto wanted = head.headers.all("Access-Control-Request-Headers");
  if (out.headers.contains("Access-Control-Allow-Origin")) {
    out.headers.add("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE");
    out.headers.add("Access-Control-Allow-Headers",
                    wanted.empty() ? "Authorization, Content-Type" : std::string_view{wanted});
    out.headers.add("Access-Control-Max-Age", "600");
  }
  return out;
}

void gateway::on_request(request&& what, reply_sink answer) {
  origins_.settle_scheme(what);
  if (what.method == verb::options && !what.header("Access-Control-Request-Method").empty()) {
    answer(preflight(what));
    return;
  }
  router::captures captured;
  const auto* row = router_.find(what.method, what.path, captured);
  if (!row && what.method == verb::options)
    if (auto methods = methods_at(what.path); !methods.empty()) {
      row = &methods_of_path;
      captured.emplace_back("methods", std::move(methods));
    }
  if (!row && is_socket(what)) {
    answer(upgrade_needed(what));
    return;
  }
  if (!row && is_of_api(what.path))
    row = &nowhere;
  if (!row || is_page(what, *row)) {
    auto found = front(what);
    add_cors(site_, what, found);
    answer(std::move(found));
    return;
  }
  if (row != &nowhere && unsafe(what.method) && !origins_.allows(what)) {
    answer(refuse_origin(what));
    return;
  }
  shown_sessions shown{home_, site_, what, asks_for::answer};
  auto work = std::make_shared<call>(std::move(what), home_, site_);
  for (auto& [name, value] : captured)
    work->captured.emplace_back(name, decode_component(value).value_or(value));
  exchange_plan plan{std::move(work), *row, least_of(*row), limit_of(*row), std::move(shown)};
  plan.is_written = written_.contains(row);
  if (row != &nowhere && row != &methods_of_path)
    wait_for_turn(plan);
  carry_out(std::move(plan), std::move(answer), *log_);
}

// Writes of an address that can be read wait for a conditional one. What POST makes is made
// elsewhere: only under a condition its address matters.
void gateway::wait_for_turn(exchange_plan& plan) {
  const auto& head = plan.what->req;
  const bool conditional = unsafe(head.method) && has_precondition(head);
  if (!unsafe(head.method) || (head.method == verb::post && !conditional))
    return;
  if (conditional)
    plan.judge = [this](const call& writer) { return look_before(writer, router_, written_); };
  router::captures ignored;
  if (!written_.contains(router_.find(verb::get, head.path, ignored)))
    return;
  plan.writes = &writes_;
  plan.path = site_.speaks->any_case ? in_lower_case(head.path) : head.path;
}

void gateway::on_upgrade(request&& what, upgrade_sink decide) {
  origins_.settle_scheme(what);
  const auto* row = router_.find_socket(what.path);
  if (!row) {
    decide.refuse(reply{400});
    return;
  }
  if (!origins_.allows(what)) {
    decide.refuse(refuse_origin(what));
    return;
  }
  if (!row->subprotocol.empty() &&
      !has_token(what.headers.all("Sec-WebSocket-Protocol"), row->subprotocol)) {
    decide.refuse(site_.speaks->error(
        fail(fault_code::invalid, fmt::format("ask for the sub-protocol {}", row->subprotocol)),
        what));
    return;
  }
  shown_sessions shown{home_, site_, what, asks_for::socket};
  auto work = std::make_shared<call>(std::move(what), home_, site_);
  carry_out(std::move(work), *row, std::move(decide), std::move(shown), *log_);
}

// A page of the front end may have the address of a row that all editions share, such as `/events`.
bool gateway::is_page(const request& head, const endpoint& row) const {
  return front_ && head.method == verb::get && !head.path.starts_with("/api") && is_shared(row) &&
         wants_html(head);
}

// A proxy that drops `Upgrade` makes a plain GET of what was to become a socket. A page of the
// front end may have the same address: who navigates to it gets the page.
bool gateway::is_socket(const request& head) const {
  return (head.method == verb::get || head.method == verb::head) &&
         router_.find_socket(head.path) && !(front_ && wants_html(head));
}

reply gateway::upgrade_needed(const request& head) const {
  auto out = site_.speaks->error(
      fail(fault_code::invalid,
           "This address speaks WebSocket only, and the request came without Upgrade: a proxy on"
           " its way may have dropped that"),
      head);
  out.status = 426;
  say_upgrade(out);
  add_cors(site_, head, out);
  return out;
}

bool gateway::is_of_api(std::string_view path) const {
  constexpr std::string_view root = "/api";
  const auto begin = path.substr(0, root.size());
  return (site_.speaks->any_case ? same_text(begin, root) : begin == root) &&
         (path.size() == root.size() || path[root.size()] == '/');
}

// "GET,HEAD,POST"; nothing for a path that no row has.
std::string gateway::methods_at(std::string_view path) const {
  std::string out;
  for (const auto each :
       {verb::get, verb::head, verb::post, verb::put, verb::patch, verb::remove}) {
    router::captures ignored;
    if (router_.find(each, path, ignored))
      out.append(out.empty() ? "" : ",").append(name_of(each));
  }
  return out;
}

reply gateway::front(const request& head) const {
  const bool reads = head.method == verb::get || head.method == verb::head;
  if (front_ && !is_of_api(head.path) && reads)
    if (auto found = front_->find(head)) {
      if (!site_.speaks->page_headers.empty())
        found->fixed = site_.speaks->page_headers;
      return std::move(*found);
    }
  if (!front_ && reads && head.path == "/" && wants_html(head))
    return landing_page(site_, head);
  return site_.speaks->no_route(head);
}

reply gateway::edge_error(int status, const fault& why, const request& head) {
  auto out = site_.speaks->error(why, head);
  out.status = status;
  add_cors(site_, head, out);
  return out;
}

std::string_view gateway::fixed_headers() const noexcept {
  return site_.speaks->headers;
}

}  // namespace stoa
