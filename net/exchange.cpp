#include "net/exchange.hpp"

#include "actors/core/log.hpp"
#include "net/entity_tag.hpp"
#include "net/request_log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>

namespace stoa {

namespace {

constexpr std::uint32_t general_credits = 0;

// Over TLS only: elsewhere these would keep an installation's own pages from loading.
void add_transport_rules(const site& at, const request& head, reply& answer) {
  if (!head.secure)
    return;
  answer.headers.add("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  // Beside the edition's own policy: a browser obeys each of them.
  if (at.speaks->headers.find("Content-Security-Policy:") != std::string_view::npos)
    answer.headers.add("Content-Security-Policy", "upgrade-insecure-requests");
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
  exchange(exchange_plan what, reply_sink answer, const spdlog::logger& log)
      : call_(what.what),
        row_(what.row),
        least_(what.least),
        limit_(what.limit),
        log_(log),
        answer_(std::move(answer)),
        shown_(std::move(what.shown)),
        has_session_(!shown_.empty()),
        is_written_(what.is_written),
        judge_(std::move(what.judge)),
        writes_(what.writes),
        path_(std::move(what.path)) {
    call_->row = &row_;
  }

  void start() {
    auto session = shown_.actor(call_->home);
    tell_anonymously(session, run_errand{shared_from_this()});
  }

  void run(visitor& who) override {
    call_->self = who.self;
    call_->who = who.who;
    call_->who.trace = call_->req.id;
    come_home(*call_);
    // Its turn has come: it has paid, but who asks may be another one by now.
    if (!right_ && call_->here.rate_limits) {
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
    if (!right_ && writes_ && !takes_turn())
      return;
    auto work = judge_ ? run_if_it_holds(call_, row_, judge_(*call_)) : row_.run(call_);
    stoa::start(std::move(work), [self = shared_from_this()](outcome<reply> end) {
      if (end)
        self->finish(std::move(*end));
      else
        self->finish(end.error());
    });
  }

  void refuse(const fault& why) override {
    // A browser may show an older cookie of that name as well (RFC 6265 §5.4).
    if (why.code == fault_code::unauthenticated && shown_.next()) {
      start();
      return;
    }
    // A cookie from a session that is over is no reason to refuse what guests may do.
    if (why.code == fault_code::unauthenticated && least_ == role::guest && has_session_) {
      has_session_ = false;
      tell_anonymously(call_->home.guest(), run_errand{shared_from_this()});
      return;
    }
    finish(why);
  }

private:
  // Only who may write here at all, and has paid for it, may let others wait.
  bool takes_turn() {
    const auto how = judge_ ? path_locks::mode::alone : path_locks::mode::shared;
    const auto place = is_of_caller(row_) ? path_ + ' ' + call_->who.user.value : path_;
    right_ = writes_->try_enter(place, how);
    if (right_)
      return true;
    if (!writes_->enter(place, how, [me = shared_from_this()](path_locks::hold right) {
          me->right_ = std::move(right);
          me->start();
        }))
      finish(fail(fault_code::overloaded, "too many writes wait for this address"));
    return false;
  }

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
    right_.release();
    note(log_, end.status, *call_, why, end.headers);
    add_cors(call_->here, call_->req, end);
    if (call_->here.speaks->shows == credential::cookie && has_session_ && call_->who.signed_in() &&
        !end.headers.contains("Set-Cookie"))
      end.headers.add("Set-Cookie", session_cookie(call_->here, shown_.token(), call_->req.secure,
                                                   call_->home.session_lifetime()));
    if (call_->req.method == verb::get || call_->req.method == verb::head)
      tag(end);
    if (wants_envelope(*call_))
      put_in_envelope(end);
    if (left_ && call_->here.speaks->tells_rate)
      tell_rate(call_->here.general, *left_, end);
    answer_(std::move(end));
  }

  // What can be written at its address has a tag that a writer may name.
  void tag(reply& end) const {
    const auto* text = std::get_if<std::string>(&end.body);
    if (!text || end.status != 200 || end.headers.contains("ETag"))
      return;
    if (is_written_)
      end.headers.add("ETag", strong_tag(*text));
    else if (call_->here.speaks->tags_answers)
      end.headers.add("ETag", weak_tag(*text));
  }

  // Bare bodies are what the clients read; `{"data":…}` is for who asks for it by name.
  static bool wants_envelope(const call& what) {
    const auto accepted = what.req.headers.all("Accept");
    return accepted.find("application/vnd.") != std::string::npos &&
           accepted.find(fmt::format("application/vnd.{}.envelope+json", what.here.speaks->name)) !=
               std::string::npos;
  }
  static void put_in_envelope(reply& end) {
    if (end.status >= 400 || !end.headers.find("Content-Type").starts_with("application/json"))
      return;
    const auto* own = std::get_if<std::string>(&end.body);
    const auto* shared = std::get_if<shared_body>(&end.body);
    if (own || shared)
      end.body = R"({"data":)" + (own ? *own : (*shared)->text) + "}";
    if (const auto tag = std::string{end.headers.find("ETag")}; !tag.empty())
      end.headers.replace("ETag", tag_in_envelope(tag));
    add_vary(end.headers, "Accept");
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
  shown_sessions shown_;
  bool has_session_;
  bool is_written_;
  std::function<look(const call&)> judge_;
  path_locks* writes_;
  std::string path_;
  path_locks::hold right_;
  std::optional<std::uint32_t> left_;  // of the general limit
};

/// An upgrade inside a session: the listener is made where the identity is known.
class upgrade final : public errand, public std::enable_shared_from_this<upgrade> {
public:
  upgrade(call_ptr what, const socket_endpoint& row, upgrade_sink decide, shown_sessions shown,
          const spdlog::logger& log)
      : call_(std::move(what)),
        row_(row),
        decide_(std::move(decide)),
        shown_(std::move(shown)),
        log_(log) {}

  void start() {
    session_ = shown_.actor(call_->home);
    tell_anonymously(session_, run_errand{shared_from_this()});
  }

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
    if (why.code == fault_code::unauthenticated && shown_.next()) {
      start();
      return;
    }
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
  shown_sessions shown_;
  session_actor session_;
  const spdlog::logger& log_;
};

}  // namespace

// Which of the allowed origins a page is from changes the answer, so caches have to know.
void add_cors(const site& at, const request& head, reply& answer) {
  add_transport_rules(at, head, answer);
  const auto origin = head.header("Origin");
  if (origin.empty() || at.allowed_origins.empty())
    return;
  add_vary(answer.headers, "Origin");
  for (const auto& each : at.allowed_origins)
    if (origin == each) {
      answer.headers.add("Access-Control-Allow-Origin", origin);
      answer.headers.add("Access-Control-Allow-Credentials", "true");
      return;
    }
}

void carry_out(exchange_plan what, reply_sink answer, const spdlog::logger& log) {
  std::make_shared<exchange>(std::move(what), std::move(answer), log)->start();
}

void carry_out(call_ptr what, const socket_endpoint& row, upgrade_sink decide, shown_sessions shown,
               const spdlog::logger& log) {
  std::make_shared<upgrade>(std::move(what), row, std::move(decide), std::move(shown), log)
      ->start();
}

}  // namespace stoa
