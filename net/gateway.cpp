#include "net/gateway.hpp"

#include "actors/core/log.hpp"
#include "actors/people/tokens.hpp"
#include "net/request_log.hpp"
#include "net/router_table.hpp"
#include "net/routes/editions.hpp"
#include "schema/json_forgiving.hpp"
#include "schema/json_writer.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <map>
#include <mutex>

namespace stoa {

namespace {

constexpr std::uint32_t general_credits = 0;

std::string_view cookie_name(const site& at) {
  return at.cookie.empty() ? at.speaks->cookie : std::string_view{at.cookie};
}

bool unsafe(verb method) {
  return method != verb::get && method != verb::head && method != verb::options;
}

std::string cookie_date(std::time_t at) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(at));
}

// Over TLS only: elsewhere these would keep an installation's own pages from loading.
void add_transport_rules(const site& at, const request& head, reply& answer) {
  if (!head.secure)
    return;
  answer.headers.add("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  // Beside the edition's own policy: a browser obeys each of them.
  if (at.speaks->headers.find("Content-Security-Policy:") != std::string_view::npos)
    answer.headers.add("Content-Security-Policy", "upgrade-insecure-requests");
}

// Which of the allowed origins a page is from changes the answer, so caches have to know.
void add_cors(const site& at, const request& head, reply& answer) {
  add_transport_rules(at, head, answer);
  const auto origin = head.header("Origin");
  if (origin.empty() || at.allowed_origins.empty())
    return;
  answer.headers.add("Vary", "Origin");
  for (const auto& each : at.allowed_origins)
    if (origin == each) {
      answer.headers.add("Access-Control-Allow-Origin", origin);
      answer.headers.add("Access-Control-Allow-Credentials", "true");
      return;
    }
}

// Guests act in the site's establishment, and so do the platform's administrators where the edition
// knows one establishment only. A bearer token says whose it is.
void come_home(call& what) {
  const auto& here = what.here;
  const bool lone = !here.speaks->home.slug.empty() && here.speaks->shows == credential::cookie;
  if (!here.establishment.empty() &&
      (!what.who.signed_in() || (lone && what.who.establishment.value == platform_scope)))
    what.who.establishment = here.establishment;
}

// For the log: who asked and, if there is one, the fault in full. Nothing when no line is written.
void note(const spdlog::logger& log, int status, const call& what, const fault* why,
          header_list& into) {
  if (leaves_line(log, status))
    put_note({what.who.user.value, why ? in_full(*why) : std::string{}}, into);
}

/// One HTTP exchange inside a session.
class exchange final : public errand, public std::enable_shared_from_this<exchange> {
public:
  exchange(call_ptr what, const endpoint& row, role least, const rate& limit, reply_sink answer,
           bool has_session, const spdlog::logger& log)
      : call_(std::move(what)),
        row_(row),
        least_(least),
        limit_(limit),
        log_(log),
        answer_(std::move(answer)),
        has_session_(has_session) {
    call_->row = &row_;
  }

  void run(visitor& who) override {
    call_->self = who.self;
    call_->who = who.who;
    call_->who.trace = call_->req.id;
    come_home(*call_);
    if (call_->here.rate_limits) {
      // Rows are static, so their address is as good a number as any.
      const auto of_row = static_cast<std::uint32_t>(std::hash<const endpoint*>{}(&row_) | 1U);
      // What guests may do often gives them a session: of such rows an address is counted.
      const bool of_session = has_session_ && row_.who.least > role::guest;
      if (!pay(who, general_credits, call_->here.general, has_session_, &left_) ||
          !pay(who, of_row, limit_, of_session))
        return;
    }
    if (!who.who.at_least(least_)) {
      finish(who.who.signed_in() ? fail(fault_code::forbidden, refusal_below(row_.who.least))
                                 : fail(fault_code::unauthenticated, "not signed in"));
      return;
    }
    start(row_.run(call_), [self = shared_from_this()](outcome<reply> end) {
      if (end)
        self->finish(std::move(*end));
      else
        self->finish(end.error());
    });
  }

  void refuse(const fault& why) override {
    // A cookie from a session that is over is no reason to refuse what guests may do.
    if (why.code == fault_code::unauthenticated && least_ == role::guest && has_session_) {
      has_session_ = false;
      tell_anonymously(call_->home.guest(), run_errand{shared_from_this()});
      return;
    }
    finish(why);
  }

private:
  // Whoever is signed in pays from his session's credits, a guest from those of his address.
  bool pay(visitor& who, std::uint32_t number, const rate& limit, bool of_session,
           std::optional<std::uint32_t>* left = nullptr) {
    if (limit.count == 0)
      return true;
    const auto present = credits::clock::now();
    const auto end = of_session
                         ? pay_from(who.credits, number, limit, present)
                         : call_->home.callers().pay(call_->req.peer, number, limit, present);
    if (left)
      *left = end.left;
    if (!end.passes)
      finish(too_many(end.wait));
    return end.passes;
  }

  static const char* refusal_below(role least) {
    if (least == role::super_admin)
      return "only super administrators may do this";
    return least == role::admin ? "only administrators may do this" : "not allowed";
  }

  static fault too_many(std::uint32_t wait) {
    auto out = fail(fault_code::too_many, "too many requests");
    out.retry_after = wait;
    return out;
  }

  void finish(const fault& why) {
    auto shaped = call_->here.speaks->error(why, call_->req);
    finish(std::move(shaped), &why);
  }

  void finish(reply&& end, const fault* why = nullptr) {
    note(log_, end.status, *call_, why, end.headers);
    add_cors(call_->here, call_->req, end);
    if (call_->here.speaks->shows == credential::cookie && has_session_ && call_->who.signed_in() &&
        !end.headers.contains("Set-Cookie"))
      end.headers.add("Set-Cookie",
                      session_cookie(call_->here, call_->req.cookie(cookie_name(call_->here)),
                                     call_->req.secure, call_->home.session_lifetime()));
    if (wants_envelope(*call_))
      put_in_envelope(end);
    if (call_->here.speaks->tags_answers && call_->req.method == verb::get && end.status == 200)
      if (const auto* text = std::get_if<std::string>(&end.body))
        end.headers.add_default("ETag", weak_tag(*text));
    if (left_ && call_->here.speaks->tells_rate)
      tell_rate(call_->here.general, *left_, end);
    answer_(std::move(end));
  }

  // Bare bodies are what the clients read; `{"data":…}` is for who asks for it by name.
  static bool wants_envelope(const call& what) {
    const auto accepted = what.req.header("Accept");
    return accepted.find("application/vnd.") != std::string_view::npos &&
           accepted.find(fmt::format("application/vnd.{}.envelope+json", what.here.speaks->name)) !=
               std::string_view::npos;
  }
  static void put_in_envelope(reply& end) {
    if (end.status >= 400 || !end.headers.find("Content-Type").starts_with("application/json"))
      return;
    const auto* own = std::get_if<std::string>(&end.body);
    const auto* shared = std::get_if<shared_body>(&end.body);
    if (own || shared)
      end.body = R"({"data":)" + (own ? *own : (*shared)->text) + "}";
    end.headers.add("Vary", "Accept");
  }

  // RFC 9110, 8.8.3: the same rows, whatever their spelling in bytes may be another time.
  static std::string weak_tag(std::string_view text) {
    std::uint64_t hash = 0;
    static_assert(sizeof hash == crypto_shorthash_BYTES);
    constexpr unsigned char key[crypto_shorthash_KEYBYTES] = {};  // the same on every node
    crypto_shorthash(reinterpret_cast<unsigned char*>(&hash),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(), key);
    return fmt::format("W/\"{:x}-{:x}\"", text.size(), hash);
  }

  // draft-ietf-httpapi-ratelimit-headers-06, as the original's middleware spells it. Credits come
  // back evenly, so "reset" is when all of them are there again.
  static void tell_rate(const rate& limit, std::uint32_t left, reply& to) {
    const auto used = static_cast<std::int64_t>(limit.count) - left;
    to.headers.add_default("RateLimit-Policy",
                           fmt::format("{};w={}", limit.count, limit.window.count()));
    to.headers.add_default("RateLimit-Limit", std::to_string(limit.count));
    to.headers.add_default("RateLimit-Remaining", std::to_string(left));
    to.headers.add_default("RateLimit-Reset",
                           std::to_string(used * limit.window.count() / limit.count));
  }

  call_ptr call_;
  const endpoint& row_;
  role least_;         // the row's own, or what the site asks for besides
  const rate& limit_;  // the gateway's or the row's own
  const spdlog::logger& log_;
  reply_sink answer_;
  bool has_session_;
  std::optional<std::uint32_t> left_;  // of the general limit
};

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

/// An upgrade inside a session: the listener is made where the identity is known.
class upgrade final : public errand {
public:
  upgrade(call_ptr what, const socket_endpoint& row, upgrade_sink decide, session_actor session,
          const spdlog::logger& log)
      : call_(std::move(what)),
        row_(row),
        decide_(std::move(decide)),
        session_(std::move(session)),
        log_(log) {}

  void run(visitor& who) override {
    call_->self = who.self;
    call_->who = who.who;
    call_->who.trace = call_->req.id;
    come_home(*call_);
    if (!who.who.signed_in()) {
      refuse(fail(fault_code::unauthenticated, "not signed in"));
      return;
    }
    header_list more;
    note(log_, 101, *call_, nullptr, more);
    decide_.accept(row_.open(call_, session_), std::string{row_.subprotocol}, std::move(more));
  }
  void refuse(const fault& why) override {
    if (why.code == fault_code::unauthenticated && row_.turned_away) {
      decide_.accept(row_.turned_away(call_->req), std::string{row_.subprotocol});
      return;
    }
    auto shaped = call_->here.speaks->error(why, call_->req);
    note(log_, shaped.status, *call_, &why, shaped.headers);
    decide_.refuse(std::move(shaped));
  }

private:
  call_ptr call_;
  const socket_endpoint& row_;
  upgrade_sink decide_;
  session_actor session_;
  const spdlog::logger& log_;
};

// Whether a row is one that every edition has.
bool is_shared(const endpoint& row) {
  const auto shared = shared_routes();
  return std::any_of(shared.begin(), shared.end(), [&](const auto& each) { return &each == &row; });
}

bool is_form(const request& head) {
  const auto type = head.header("Content-Type");
  return same_text(type.substr(0, type.find(';')), "application/x-www-form-urlencoded");
}

// The fields of a form, which are texts; of a name that comes twice the last one counts.
std::string form_as_json(const std::string& body) {
  request form;
  form.query = body;
  std::map<std::string, std::string> last;
  for (auto& [name, value] : form.parameters())
    last[name] = std::move(value);
  std::string text;
  json_writer out{text};
  out.begin_object();
  for (const auto& [name, value] : last)
    out.member(name, value);
  out.end_object();
  return text;
}

}  // namespace

// -- calls --------------------------------------------------------------------------------

const std::string& call::path(std::string_view name) const {
  static const std::string none;
  for (const auto& [key, value] : captured)
    if (key == name)
      return value;
  return none;
}

json_value call::body() {
  if (!has_parsed_) {
    const std::string_view text = req.body.empty() ? "{}" : std::string_view{req.body};
    const bool forgives = here.speaks && here.speaks->habits->unknown == unknown_keys::ignore;
    auto read = is_form(req) ? json::parse(form_as_json(req.body))
                : forgives   ? parse_forgiving(text)
                             : json::parse(text);
    if (!read)
      throw fault_error(read.error());
    parsed_ = std::move(*read);
    has_parsed_ = true;
    if (!parsed_->is_object())
      throw fault_error(fault_code::invalid, "the body must be a JSON object");
  }
  return parsed_.root();
}

// -- cookies ------------------------------------------------------------------------------

std::string session_cookie(const site& at, std::string_view token, bool secure,
                           std::chrono::seconds lifetime) {
  // Within one second the date is the same for everyone.
  thread_local std::time_t last = 0;
  thread_local std::string date;
  const auto expiry = token.empty() ? std::time_t{0} : std::time(nullptr) + lifetime.count();
  if (expiry != last || date.empty()) {
    date = cookie_date(expiry);
    last = expiry;
  }
  std::string out;
  out.reserve(160);
  out.append(cookie_name(at)).append("=").append(token);
  out.append("; Path=/; Expires=").append(date).append("; HttpOnly; SameSite=");
  out.append(at.speaks->same_site);
  if (secure)
    out.append("; Secure");
  return out;
}

std::string shown_session(house& home, const site& at, const request& head, asks_for what) {
  if (at.speaks->shows == credential::cookie)
    return token_hash(head.cookie(cookie_name(at)));
  std::string token{bearer_token(head.header("Authorization"))};
  if (token.empty() && what == asks_for::socket)
    token = head.parameter("token").value_or("");
  const auto claims = home.tokens().read(token, now());
  return claims ? token_hash(claims->session) : std::string{};
}

namespace {

session_actor session_behind(house& home, const std::string& hash) {
  return hash.empty() ? home.guest() : home.session(hash);
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
  for (const auto each : out->site_.speaks->origins)
    out->site_.allowed_origins.emplace_back(each);
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
  if (least_of(*row) > role::guest && shown_session(home_, site_, head, asks_for::answer).empty()) {
    auto refusal = site_.speaks->error(fail(fault_code::unauthenticated, "not signed in"), head);
    add_cors(site_, head, refusal);
    return body_plan::refuse(std::move(refusal));
  }
  auto form = upload::form(site_.uploads, head.header("Content-Type"), *row->form);
  // What is no form goes to the row, which finds no files.
  return form ? body_plan::stream(most, std::move(*form)) : body_plan::memory(64 * 1024);
}

namespace {

// "https://host/path" → "https://host": the origin of the page that a request came from. What is no
// address stays as it is, and equals no origin.
std::string_view referring_origin(std::string_view page) {
  const auto scheme = page.find("://");
  if (scheme == std::string_view::npos)
    return page;
  return page.substr(0, page.find_first_of("/?#", scheme + 3));
}

// What a browser says of a request's way here; other clients say nothing.
bool came_from_here(const request& head) {
  const auto way = head.header("Sec-Fetch-Site");
  return way.empty() || way == "same-origin" || way == "none";
}

}  // namespace

// A page of this very host may always ask, also where TLS ends before us and the request does not
// say so; other origins are compared whole (RFC 6454).
bool gateway::origin_allowed(const request& head) const {
  auto origin = head.header("Origin");
  if (origin.empty()) {
    if (!came_from_here(head))
      return false;
    origin = referring_origin(head.header("Referer"));
    if (origin.empty())
      return true;
  }
  for (const auto& each : site_.allowed_origins)
    if (origin == each)
      return true;
  constexpr std::string_view safe = "https://";
  constexpr std::string_view plain = "http://";
  if (origin.starts_with(safe))
    return origin.substr(safe.size()) == head.authority;
  return !head.secure && origin.starts_with(plain) && origin.substr(plain.size()) == head.authority;
}

reply gateway::preflight(const request& head) const {
  reply out{204};
  add_cors(site_, head, out);
  if (out.headers.contains("Access-Control-Allow-Origin")) {
    out.headers.add("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE");
    out.headers.add("Access-Control-Allow-Headers",
                    head.header("Access-Control-Request-Headers").empty()
                        ? "Authorization, Content-Type"
                        : head.header("Access-Control-Request-Headers"));
    out.headers.add("Access-Control-Max-Age", "600");
  }
  return out;
}

void gateway::on_request(request&& what, reply_sink answer) {
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
  if (!row && is_of_api(what.path))
    row = &nowhere;
  if (!row || is_page(what, *row)) {
    auto found = front(what);
    add_cors(site_, what, found);
    answer(std::move(found));
    return;
  }
  if (row != &nowhere && unsafe(what.method) && !origin_allowed(what)) {
    answer(site_.speaks->error(fail(fault_code::forbidden, "Origine non autorisée"), what));
    return;
  }
  const auto hash = shown_session(home_, site_, what, asks_for::answer);
  auto session = session_behind(home_, hash);
  auto work = std::make_shared<call>(std::move(what), home_, site_);
  for (auto& [name, value] : captured)
    work->captured.emplace_back(name, decode_component(value).value_or(value));
  tell_anonymously(session, run_errand{std::make_shared<exchange>(
                                std::move(work), *row, least_of(*row), limit_of(*row),
                                std::move(answer), !hash.empty(), *log_)});
}

void gateway::on_upgrade(request&& what, upgrade_sink decide) {
  const auto* row = router_.find_socket(what.path);
  if (!row) {
    decide.refuse(reply{400});
    return;
  }
  if (!origin_allowed(what)) {
    decide.refuse(site_.speaks->error(fail(fault_code::forbidden, "Origine non autorisée"), what));
    return;
  }
  if (!row->subprotocol.empty() &&
      !has_token(what.header("Sec-WebSocket-Protocol"), row->subprotocol)) {
    decide.refuse(site_.speaks->error(
        fail(fault_code::invalid, fmt::format("ask for the sub-protocol {}", row->subprotocol)),
        what));
    return;
  }
  auto session = session_behind(home_, shown_session(home_, site_, what, asks_for::socket));
  auto work = std::make_shared<call>(std::move(what), home_, site_);
  tell_anonymously(session, run_errand{std::make_shared<upgrade>(
                                std::move(work), *row, std::move(decide), session, *log_)});
}

// A page of the front end may have the address of a row that all editions share, such as `/events`:
// who asks for HTML by name navigates, programs and event streams do not.
bool gateway::is_page(const request& head, const endpoint& row) const {
  return front_ && head.method == verb::get && !head.path.starts_with("/api") && is_shared(row) &&
         head.header("Accept").find("text/html") != std::string_view::npos;
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
  if (front_ && !is_of_api(head.path) && !router_.find_socket(head.path) &&
      (head.method == verb::get || head.method == verb::head))
    if (auto found = front_->find(head))
      return std::move(*found);
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
