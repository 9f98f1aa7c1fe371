#include "actors/people/session.hpp"

#include "schema/array_literal.hpp"

#include <algorithm>

namespace stoa {

namespace {

constexpr auto idle_after = std::chrono::seconds{120};
constexpr auto farewell = std::chrono::seconds{5};
// How late the stored expiry may be: rolling it on every request would be a write per request.
constexpr auto roll_interval = std::chrono::minutes{5};

role role_named(std::string_view text) {
  if (text == "super_admin")
    return role::super_admin;
  if (text == "admin")
    return role::admin;
  if (text == "manager")
    return role::manager;
  if (text == "trainer")
    return role::trainer;
  return role::learner;
}

}  // namespace

session_state::session_state(protocol::pointer self, std::string token_hash,
                             database_actor database, session_surroundings around)
    : self_(self),
      token_hash_(std::move(token_hash)),
      database_(std::move(database)),
      around_(std::move(around)),
      last_use_(self->clock().now()) {}

session_state::protocol::behavior_type session_state::make_behavior() {
  load();
  watch_idleness();
  return {
      [this](run_errand& job) {
        last_use_ = self_->clock().now();
        if (!loading_)
          run(*job.what);
        else if (waiting_.size() < around_.most_errands)
          waiting_.push_back(std::move(job.what));
        else
          job.what->refuse(fail(fault_code::overloaded, "too many requests at once"));
      },
      [this](attach_socket& what) { attach(std::move(what.who)); },
      [this](detach_socket& what) { detach(what.who); },
      [this](end_session& what) { end(what.reason); },
      [this](refresh_session) {
        if (!std::exchange(loading_, true))
          load();
      },
  };
}

// -- the identity -----------------------------------------------------------------------

void session_state::load() {
  transaction look;
  look.establishment = platform_scope;
  look.statements.emplace_back(
      "select s.id, u.id, u.role, u.establishment_id, u.first_name, u.last_name, u.email,"
      " least(s.expires_at, s.created_at + make_interval(secs => $2::float8)),"
      " s.created_at + make_interval(secs => $2::float8),"
      " (select array_agg(g.code order by g.code collate \"C\") from"
      " (select p.permission as code from user_permissions p where p.user_id = u.id and p.granted"
      " and (p.expires_at is null or p.expires_at > now())"
      " union select unnest(e.permissions) from employee_categories e"
      " where e.id = u.employee_category_id and e.is_active) as g)"
      " from sessions s join users u on u.id = s.user_id"
      " left join establishments e on e.id = u.establishment_id"
      " where s.token_hash = $1 and u.is_active and s.expires_at > now()"
      " and s.created_at + make_interval(secs => $2::float8) > now()"
      " and (u.role = 'super_admin' or coalesce(e.is_active, false))",
      std::vector<sql_value>{token_hash_, std::to_string(around_.life.count())});
  ask(self_, database_, std::move(look))
      .then([this](results& found) { restore(found[0]); },
            [this](caf::error& why) {
              // Not known to be invalid: whoever waits is told to come back, and the next errand
              // makes another attempt.
              loading_ = false;
              refusal_ = to_fault(why);
              for (auto& each : std::exchange(waiting_, {}))
                each->refuse(refusal_);
              for (auto& each : std::exchange(sockets_, {}))
                each->close(close_code::try_later, refusal_.text);
              tell_presence();
              around_.retire(token_hash_, self_->address());
              after_delay(self_, farewell, [this] { self_->quit(); });
            });
}

void session_state::restore(const rows& found) {
  loading_ = false;
  if (found.empty()) {
    end("signed out");
  } else {
    scope next;
    next.session = session_id{found.text(0, 0)};
    next.user = user_id{found.text(0, 1)};
    next.rank = role_named(found.text(0, 2));
    next.establishment = establishment_id{
        next.rank == role::super_admin ? std::string{platform_scope} : found.text(0, 3)};
    next.name = found.text(0, 4);
    if (!next.name.empty() && found.cell(0, 5))
      next.name += ' ';
    next.name += found.text(0, 5);
    if (next.name.empty())
      next.name = found.text(0, 6);
    if (const auto codes = found.cell(0, 9); codes && !from_array_literal(*codes, next.grants))
      next.grants.clear();
    if (valid_ && (next.establishment != who_.establishment || next.rank != who_.rank))
      start_over();
    who_ = std::move(next);
    expires_at_ = found.moment(0, 7);
    ends_at_ = found.moment(0, 8);
    valid_ = true;
    tell_presence();
  }
  for (auto& each : std::exchange(waiting_, {}))
    run(*each);
}

void session_state::run(errand& what) {
  if (!valid_ || expires_at_ < now()) {
    what.refuse(valid_ ? fail(fault_code::unauthenticated, "the session has expired") : refusal_);
    return;
  }
  roll();
  visitor self{self_, who_, credits_};
  what.run(self);
}

// -- sockets ----------------------------------------------------------------------------

void session_state::attach(outbox_ptr who) {
  if (!valid_ && !loading_) {
    who->close(close_code::session_ended, refusal_.text);
    return;
  }
  sockets_.push_back(std::move(who));
  tell_presence();
}

void session_state::detach(const outbox_ptr& who) {
  std::erase(sockets_, who);
  last_use_ = self_->clock().now();
  tell_presence();
}

void session_state::tell_presence() {
  const bool here = valid_ && !sockets_.empty();
  if (here == static_cast<bool>(presence_) || !around_.presence)
    return;
  if (!here) {
    note_presence gone{who_.user, who_.session, who_.name, false};
    tell(self_, presence_, std::move(gone));
    presence_ = nullptr;
    return;
  }
  presence_ = around_.presence(who_.establishment);
  if (!presence_)
    return;
  note_presence come{who_.user, who_.session, who_.name, true};
  tell(self_, presence_, come);
  // A session that dies with open sockets says nothing any more; this does.
  if (!std::exchange(watched_, true)) {
    come.here = false;
    self_->attach_functor([where = presence_, come] { tell_anonymously(where, come); });
  }
}

// What the sockets follow was granted to somebody of another place or rank: they come back and ask
// again, as whoever the person is now.
void session_state::start_over() {
  for (auto& each : std::exchange(sockets_, {}))
    each->close(close_code::try_later, "the account has changed; come back");
  tell_presence();
  watched_ = false;  // at another place there is another presence to hear of this actor's end
}

// -- lifetime ---------------------------------------------------------------------------

void session_state::roll() {
  const auto rolled =
      now().micros +
      std::chrono::duration_cast<std::chrono::microseconds>(around_.lifetime).count();
  const iso_time full{std::min(rolled, ends_at_.micros)};
  const auto behind = std::chrono::microseconds{full.micros - expires_at_.micros};
  if (behind < std::min<std::chrono::microseconds>(roll_interval, around_.lifetime / 2))
    return;
  expires_at_ = full;
  transaction change;
  change.establishment = platform_scope;
  change.statements.emplace_back(
      "update sessions set expires_at = $2::timestamptz where token_hash = $1",
      std::vector<sql_value>{token_hash_, to_iso(full)});
  // A roll that fails is made up for by the next one; the session then ends a little early.
  ask(self_, database_, std::move(change))
      .then([](results&) {},
            [this](caf::error&) {
              expires_at_.micros -= std::chrono::microseconds{roll_interval}.count();
            });
}

void session_state::end(const std::string& reason) {
  valid_ = false;
  refusal_ = fail(fault_code::unauthenticated, reason);
  for (auto& each : std::exchange(sockets_, {}))
    each->close(close_code::session_ended, reason);
  tell_presence();
  around_.retire(token_hash_, self_->address());
  after_delay(self_, farewell, [this] { self_->quit(); });
}

void session_state::watch_idleness() {
  after_delay(self_, idle_after, [this] {
    if (!sockets_.empty() && valid_ && expires_at_ < now()) {
      end("the session has expired");
      return;
    }
    if (!sockets_.empty() || loading_ || self_->clock().now() - last_use_ < idle_after) {
      watch_idleness();
      return;
    }
    around_.retire(token_hash_, self_->address());
    after_delay(self_, farewell, [this] { self_->quit(); });
  });
}

// -- guests -----------------------------------------------------------------------------

guest_state::protocol::behavior_type guest_state::make_behavior() {
  return {
      [this](run_errand& job) {
        visitor self{self_, who_, credits_};
        job.what->run(self);
      },
      [](attach_socket&) {},
      [](detach_socket&) {},
      [](end_session&) {},
      [](refresh_session) {},
  };
}

}  // namespace stoa
